"""Records as a runbook writes them, and as the record sets they ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from drctl.actions.parameters import CLOSED
from drctl.aws.route53 import AliasTarget, RecordSet, plain_name, plain_value
from drctl.model.values import Json

USUAL_TTL = 60
CLOUDFRONT = "Z2FDTNDATAQYW2"
"""The hosted zone of every distribution (Amazon Route 53 API Reference, AliasTarget)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    __pydantic_config__ = CLOSED

    dns_name: str
    zone_id: str
    """The load balancer's own zone, which belongs to its Region; not the zone of the record."""
    evaluate_target_health: bool = False

    def __post_init__(self) -> None:
        if self.evaluate_target_health and self.zone_id == CLOUDFRONT:
            raise ValueError("Route 53 does not evaluate the health of a CloudFront distribution")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One whole record set: what is not given here is not there afterwards, but for a health check."""

    __pydantic_config__ = CLOSED

    name: str
    type: Literal["A", "AAAA", "CNAME", "TXT"]
    set_identifier: str | None = None
    weight: Annotated[int, Field(ge=0, le=255)] | None = None
    failover: Literal["PRIMARY", "SECONDARY"] | None = None
    health_check: str | None = None
    """The id of the health check that the record follows; that of the record it replaces where it is left out."""
    ttl: Annotated[int, Field(ge=0, le=2147483647)] | None = None
    """Seconds; 60 if left out. An alias has none of its own."""
    values: tuple[str, ...] = ()
    alias: Alias | None = None

    def __post_init__(self) -> None:
        if bool(self.values) == (self.alias is not None):
            raise ValueError("give either `values` or `alias`")
        if self.weight is not None and self.failover is not None:
            raise ValueError("a record is routed by `weight` or by `failover`, not by both")
        if (self.set_identifier is None) != (self.weight is None and self.failover is None):
            raise ValueError("`set_identifier` goes with `weight` or `failover`, and they go with it")
        if self.failover is not None and self.alias is not None and not self.alias.evaluate_target_health:
            raise ValueError("an alias that is routed by `failover` needs `evaluate_target_health: true`")
        if self.alias is not None and self.ttl is not None:
            raise ValueError("an alias has the `ttl` of what it points to")

    def record_set(self, health_check: str | None) -> RecordSet:
        """The record set that this asks for; a health check of the one it replaces stays on it."""
        alias, health_check = self.alias, self.health_check or health_check
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
            policy="Failover" if self.failover else "",
            failover=self.failover,
            document=self._document(health_check),
        )

    @property
    def key(self) -> tuple[str, str, str | None]:
        """What there is only one of."""
        return plain_name(self.name), self.type, self.set_identifier

    @property
    def policy(self) -> str:
        """How it is chosen among others of its name and type."""
        return "Failover" if self.failover else "Weighted" if self.weight is not None else "simple"

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
            routed = {"Weight": self.weight} if self.failover is None else {"Failover": self.failover}
            document |= {"SetIdentifier": self.set_identifier, **routed}
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
