"""Health checks of Route 53: versions, so that two that change one at once do not overwrite each other, and what
they follow."""

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
_MORE = {
    "RoutingControlArn": "routing_control_arn",
    "AlarmIdentifier": "alarm_identifier",
    "InsufficientDataHealthStatus": "insufficient_data_status",
}
"""What moto's health check has no place for."""


def update_health_check(call: Call) -> Mapping[str, Any]:
    """Change what is given and nothing else; moto would forget the children of a calculated check."""
    check = find_check(call)
    given = call.params.get("HealthCheckVersion")
    if given is not None and int(given) != check.health_check_version:
        said = f"The health check version {given} is not the present one, {check.health_check_version}."
        raise AwsError("HealthCheckVersionMismatch", said, 409)
    for name, attribute in _ATTRIBUTES.items():
        if name in call.params:
            setattr(check, attribute, call.params[name])
    check.health_check_version += 1
    return {"HealthCheck": _shown(check)}


def find_check(call: Call) -> Any:
    """moto's health check of the id that the call names."""
    check = global_resources("route53", call.account).health_checks.get(call.params["HealthCheckId"])
    if check is None:
        raise AwsError("NoSuchHealthCheck", f"No health check exists with id {call.params['HealthCheckId']}", 404)
    return check


def keep_more(call: Call) -> Mapping[str, Any] | None:
    """Keep of a new check what moto does not: which routing control or alarm it follows."""
    checks = global_resources("route53", call.account).health_checks.values()
    check = next(one for one in reversed(checks) if one.caller_reference == call.params["CallerReference"])
    config = call.params["HealthCheckConfig"]
    for name, attribute in _MORE.items():
        if name in config:
            setattr(check, attribute, config[name])
    location = f"https://route53.amazonaws.com/2013-04-01/healthcheck/{check.id}"
    return {"HealthCheck": _shown(check), "Location": location} if _more(check) else None


def show_more(call: Call) -> Mapping[str, Any] | None:
    """A check with what moto does not tell of it."""
    check = find_check(call)
    return {"HealthCheck": _shown(check)} if _more(check) else None


def _more(check: Any) -> dict[str, Any]:
    return {name: getattr(check, attribute) for name, attribute in _MORE.items() if hasattr(check, attribute)}


def _shown(check: Any) -> Mapping[str, Any]:
    config = {name: value for name, value in check.health_check_config.items() if value is not None}
    config |= _more(check)
    return {
        "Id": check.id,
        "CallerReference": check.caller_reference,
        "HealthCheckConfig": config,
        "HealthCheckVersion": check.health_check_version,
    }
