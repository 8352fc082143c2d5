"""What belongs to no Region: hosted zones with their records, and CloudFront distributions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.model.estate_edge import Alias, Distribution, HealthCheck, Origin, Record
from drctl.sim.moto_resources import global_resources
from drctl.sim.seed.ground import Ground, Spot

_CONTROL_PLANE = "us-east-1"
"""Route 53 and CloudFront sign for this Region."""
_CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2"
"""The hosted zone of every distribution ("Amazon Route 53 API Reference, AliasTarget")."""


def plant_distributions(ground: Ground) -> None:
    """Every distribution is there; what it fetches from must be, too."""
    for name, distribution in ground.estate.distributions.items():
        spot = ground.spot(distribution.account, _CONTROL_PLANE)
        config = _distribution(spot, name, distribution)
        made = spot.client("cloudfront").create_distribution(DistributionConfig=config)
        spot.note("distribution", name, made["Distribution"]["DomainName"])


def plant_zones(ground: Ground) -> None:
    """Every hosted zone is there with its records; what they point to must be, too."""
    for name, zone in ground.estate.zones.items():
        spot = ground.spot(zone.account, _CONTROL_PLANE)
        route53 = spot.client("route53")
        made = route53.create_hosted_zone(Name=name, CallerReference=f"{ground.estate.name}-{name}")
        zone_id = made["HostedZone"]["Id"].removeprefix("/hostedzone/")
        checks = {key: _plant_check(spot, f"{name}/{key}", check) for key, check in zone.health_checks.items()}
        if zone.records:
            records = [_record(ground, record, checks) for record in zone.records]
            changes = [{"Action": "CREATE", "ResourceRecordSet": record} for record in records]
            route53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": changes})


def _plant_check(spot: Spot, reference: str, check: HealthCheck) -> str:
    """A health check; its id, which is the estate's own where it names one: no call lets a caller choose it."""
    config: dict[str, Any] = {
        "Type": check.type,
        "FullyQualifiedDomainName": check.host,
        "Port": check.port or (443 if check.type == "HTTPS" else 80),
        "Inverted": check.inverted,
        "Disabled": check.disabled,
    }
    config |= {"ResourcePath": check.path} if check.type != "TCP" else {}
    made = spot.client("route53").create_health_check(CallerReference=reference, HealthCheckConfig=config)
    id = str(made["HealthCheck"]["Id"])
    if check.id is not None:
        checks = global_resources("route53", spot.account_id).health_checks
        checks[check.id] = checks.pop(id)
        checks[check.id].id = check.id
    return check.id or id


def _record(ground: Ground, record: Record, checks: Mapping[str, str]) -> dict[str, Any]:
    wanted: dict[str, Any] = {"Name": record.name, "Type": record.type}
    if record.alias is not None:
        wanted["AliasTarget"] = _alias(ground, record.alias)
    else:
        wanted["TTL"] = record.ttl
        wanted["ResourceRecords"] = [{"Value": value} for value in record.values]
    if record.weight is not None:
        wanted |= {"Weight": record.weight, "SetIdentifier": record.set_identifier}
    if record.failover is not None:
        wanted |= {"Failover": record.failover, "SetIdentifier": record.set_identifier}
    if record.health_check is not None:
        wanted["HealthCheckId"] = checks[record.health_check]
    return wanted


def _alias(ground: Ground, alias: Alias) -> dict[str, Any]:
    if alias.distribution is not None:
        spot = ground.spot(alias.account, _CONTROL_PLANE)
        dns, zone = spot.made("distribution", alias.distribution), _CLOUDFRONT_ZONE
    else:
        spot = ground.spot(alias.account, alias.region or ground.estate.regions.primary)
        dns = spot.made("load balancer dns", str(alias.load_balancer))
        zone = spot.made("load balancer zone", str(alias.load_balancer))
    return {"DNSName": dns, "HostedZoneId": zone, "EvaluateTargetHealth": alias.evaluate_target_health}


def _distribution(spot: Spot, name: str, distribution: Distribution) -> dict[str, Any]:
    origins = [_origin(spot, key, origin) for key, origin in distribution.origins.items()]
    return {
        "CallerReference": f"{spot.ground.estate.name}-{name}",
        "Comment": name,
        "Enabled": True,
        "Aliases": {"Quantity": len(distribution.domains), "Items": list(distribution.domains)},
        "Origins": {"Quantity": len(origins), "Items": origins},
        "DefaultCacheBehavior": {
            "TargetOriginId": distribution.default,
            "ViewerProtocolPolicy": "redirect-to-https",
            "MinTTL": 0,
            "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
            "TrustedSigners": {"Enabled": False, "Quantity": 0},
        },
    }


def _origin(spot: Spot, key: str, origin: Origin) -> dict[str, Any]:
    estate = spot.ground.estate
    if origin.bucket is not None:
        region = estate.buckets_of(spot.account)[origin.bucket]
        domain = f"{origin.bucket}.s3.{region}.amazonaws.com"
        return {"Id": key, "DomainName": domain, "S3OriginConfig": {"OriginAccessIdentity": ""}}
    if origin.load_balancer is not None:
        home = spot.elsewhere(origin.region or estate.regions.primary)
        domain = home.made("load balancer dns", origin.load_balancer)
    else:
        domain = str(origin.domain)
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    return {"Id": key, "DomainName": domain, "CustomOriginConfig": custom}
