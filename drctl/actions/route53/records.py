"""Records as a runbook writes them, and as the record sets they ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from drctl.actions.parameters import CLOSED
from drctl.aws.route53 import AliasTarget, RecordSet, plain_name, plain_value
from drctl.model.values import Json

USUAL_TTL = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    __pydantic_config__ = CLOSED

    dns_name: str
    zone_id: str
    """The load balancer's own zone, which belongs to its Region; not the zone of the record."""
    evaluate_target_health: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One whole record set: what is not given here is not there afterwards, but for a health check."""

    __pydantic_config__ = CLOSED

    name: str
    type: Literal["A", "AAAA", "CNAME", "TXT"]
    set_identifier: str | None = None
    weight: Annotated[int, Field(ge=0, le=255)] | None = None
    ttl: Annotated[int, Field(ge=0, le=2147483647)] | None = None
    """Seconds; 60 if left out. An alias has none of its own."""
    values: tuple[str, ...] = ()
    alias: Alias | None = None

    def __post_init__(self) -> None:
        if bool(self.values) == (self.alias is not None):
            raise ValueError("give either `values` or `alias`")
        if (self.set_identifier is None) != (self.weight is None):
            raise ValueError("`set_identifier` and `weight` go together")
        if self.alias is not None and self.ttl is not None:
            raise ValueError("an alias has the `ttl` of what it points to")

    def record_set(self, health_check: str | None) -> RecordSet:
        """The record set that this asks for; a health check of the one it replaces stays on it."""
        alias = self.alias
        return RecordSet(
            name=plain_name(self.name),
            type=self.type,
            set_identifier=self.set_identifier,
            weight=self.weight,
            ttl=self._ttl,
            values=frozenset(plain_value(self.type, value) for value in self._values),
            alias=AliasTarget(plain_name(alias.dns_name), alias.zone_id, alias.evaluate_target_health)
            if alias
            else None,
            health_check=health_check,
            document=self._document(health_check),
        )

    @property
    def _ttl(self) -> int | None:
        return None if self.alias is not None else USUAL_TTL if self.ttl is None else self.ttl

    @property
    def _values(self) -> tuple[str, ...]:
        # Route 53 takes text in quotes only; hardly anybody writes them in a runbook.
        return tuple(_quoted(value) for value in self.values) if self.type == "TXT" else self.values

    def _document(self, health_check: str | None) -> dict[str, Json]:
        document: dict[str, Any] = {"Name": f"{plain_name(self.name)}.", "Type": self.type}
        if self.set_identifier is not None:
            document |= {"SetIdentifier": self.set_identifier, "Weight": self.weight}
        if self.alias is not None:
            document["AliasTarget"] = {
                "DNSName": self.alias.dns_name,
                "HostedZoneId": self.alias.zone_id,
                "EvaluateTargetHealth": self.alias.evaluate_target_health,
            }
        else:
            document |= {"TTL": self._ttl, "ResourceRecords": [{"Value": value} for value in self._values]}
        if health_check is not None:
            document["HealthCheckId"] = health_check
        return document


def _quoted(text: str) -> str:
    if len(text) >= 2 and text.startswith('"') and text.endswith('"'):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
