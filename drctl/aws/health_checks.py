"""Health checks of Route 53 as a frozen type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drctl.aws.failures import absent


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    id: str
    version: int
    """Goes up with every change; an update of another version is refused."""
    type: str
    inverted: bool
    disabled: bool
    managed_by: str = ""
    """The AWS service that made it and alone may change it; empty for everybody else's."""

    @property
    def counts_as(self) -> str:
        """What Route 53 takes the endpoint for.

        A disabled check is always healthy, and an inverted one says the opposite of what it would say otherwise
        (Amazon Route 53 API Reference, UpdateHealthCheck).
        """
        if self.disabled:
            return "unhealthy" if self.inverted else "healthy"
        return "the opposite of what is measured" if self.inverted else "what is measured"


def find_health_check(route53: Any, id: str) -> HealthCheck | None:
    """The health check of that id, or None where there is none."""
    with absent("NoSuchHealthCheck"):
        return _read(route53.get_health_check(HealthCheckId=id)["HealthCheck"])
    return None


def update_health_check(route53: Any, check: HealthCheck, *, inverted: bool, disabled: bool) -> int:
    """Invert and disable `check`, or not; its new version.

    Refused with HealthCheckVersionMismatch where somebody has changed it since it was read
    (Amazon Route 53 API Reference, UpdateHealthCheck).
    """
    answer = route53.update_health_check(
        HealthCheckId=check.id, HealthCheckVersion=check.version, Inverted=inverted, Disabled=disabled
    )
    return int(answer["HealthCheck"]["HealthCheckVersion"])


def health_check_arn(id: str) -> str:
    """The ARN of a health check; it has neither Region nor account in it."""
    return f"arn:aws:route53:::healthcheck/{id}"


def _read(raw: Mapping[str, Any]) -> HealthCheck:
    config = raw["HealthCheckConfig"]
    return HealthCheck(
        id=raw["Id"],
        version=int(raw["HealthCheckVersion"]),
        type=config["Type"],
        # Not every type of check tells both.
        inverted=bool(config.get("Inverted", False)),
        disabled=bool(config.get("Disabled", False)),
        managed_by=str(raw.get("LinkedService", {}).get("ServicePrincipal", "")),
    )
