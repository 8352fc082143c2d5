"""Health checks of Route 53 have versions, so that two that change one at once do not overwrite each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.sim.moto_resources import global_resources
from drctl.sim.overlay import AwsError, Call

_ATTRIBUTES = {
    "IPAddress": "ip_address",
    "Port": "port",
    "ResourcePath": "resource_path",
    "FullyQualifiedDomainName": "fqdn",
    "SearchString": "search_string",
    "FailureThreshold": "failure_threshold",
    "HealthThreshold": "health_threshold",
    "Inverted": "inverted",
    "Disabled": "disabled",
    "EnableSNI": "enable_sni",
    "ChildHealthChecks": "children",
    "Regions": "regions",
}
"""What an update can change, and where moto's health check keeps it."""


def update_health_check(call: Call) -> Mapping[str, Any]:
    """Change what is given and nothing else; moto would forget the children of a calculated check."""
    check = global_resources("route53", call.account).health_checks.get(call.params["HealthCheckId"])
    if check is None:
        raise AwsError("NoSuchHealthCheck", f"No health check exists with id {call.params['HealthCheckId']}", 404)
    given = call.params.get("HealthCheckVersion")
    if given is not None and int(given) != check.health_check_version:
        said = f"The health check version {given} is not the present one, {check.health_check_version}."
        raise AwsError("HealthCheckVersionMismatch", said, 409)
    for name, attribute in _ATTRIBUTES.items():
        if name in call.params:
            setattr(check, attribute, call.params[name])
    check.health_check_version += 1
    return {"HealthCheck": _shown(check)}


def _shown(check: Any) -> Mapping[str, Any]:
    config = {name: value for name, value in check.health_check_config.items() if value is not None}
    return {
        "Id": check.id,
        "CallerReference": check.caller_reference,
        "HealthCheckConfig": config,
        "HealthCheckVersion": check.health_check_version,
    }
