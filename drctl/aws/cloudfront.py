"""CloudFront distributions and invalidations as frozen types.

CloudFront is one service for all Regions; its control plane answers in us-east-1
(AWS Fault Isolation Boundaries, global services).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from drctl.aws.failures import absent
from drctl.model.values import Json

HOME = "us-east-1"

NEWEST = 20
"""How many of a distribution's invalidations are looked through for ours. One that is older is found by CloudFront
itself, when it is asked for once more under the same caller reference."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a distribution fetches from: the domain of each origin, and the origin of the default behaviour."""

    domains: Mapping[str, str]
    default: str | None
    """None where only the domains matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    id: str
    arn: str
    domain: str
    """Its own name: `d111111abcdef8.cloudfront.net`."""
    status: str
    """`InProgress` until all edge locations have the newest configuration, then `Deployed`
    (Amazon CloudFront API Reference, Distribution)."""
    enabled: bool
    etag: str
    """The version that was read; an update of another one is refused."""
    route: Route
    document: Mapping[str, Json] = field(default_factory=dict, compare=False, repr=False)
    """The whole configuration. It may hold secrets in origin headers, so that no journal gets it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalidation:
    id: str
    status: str
    """`InProgress`, then `Completed` (Amazon CloudFront API Reference, Invalidation)."""
    paths: frozenset[str]
    reference: str


def find_distribution(cloudfront: Any, name: str) -> Distribution | None:
    """The distribution of that id, or the one that serves that domain name; None where there is none."""
    id = _id_serving(cloudfront, name) if "." in name else name
    if id is None:
        return None
    with absent("NoSuchDistribution"):
        return _read(cloudfront.get_distribution(Id=id))
    return None


def update_route(cloudfront: Any, distribution: Distribution, route: Route) -> str:
    """Afterwards `distribution` fetches as `route` says, and the rest of it is as it was read; the new ETag.

    CloudFront takes whole configurations only, and refuses with PreconditionFailed where somebody
    has changed it since it was read (Amazon CloudFront API Reference, UpdateDistribution).
    """
    config: Any = copy.deepcopy(dict(distribution.document))
    for origin in config["Origins"]["Items"]:
        origin["DomainName"] = route.domains.get(origin["Id"], origin["DomainName"])
    if route.default is not None:
        config["DefaultCacheBehavior"]["TargetOriginId"] = route.default
    answer = cloudfront.update_distribution(Id=distribution.id, IfMatch=distribution.etag, DistributionConfig=config)
    return str(answer["ETag"])


def find_invalidation(cloudfront: Any, distribution: str, reference: str) -> Invalidation | None:
    """The invalidation with that caller reference among the newest ones; None where it is not among them."""
    listed = cloudfront.list_invalidations(DistributionId=distribution, MaxItems=str(NEWEST))["InvalidationList"]
    for one in listed.get("Items", ()):
        raw = cloudfront.get_invalidation(DistributionId=distribution, Id=one["Id"])["Invalidation"]
        batch = raw["InvalidationBatch"]
        if batch["CallerReference"] == reference:
            paths = frozenset(batch["Paths"].get("Items", ()))
            return Invalidation(id=raw["Id"], status=raw["Status"], paths=paths, reference=reference)
    return None


def create_invalidation(cloudfront: Any, distribution: str, paths: Sequence[str], reference: str) -> str:
    """Have `paths` fetched anew; the invalidation's id. The same reference with the same paths makes no second one."""
    batch = {"Paths": {"Quantity": len(paths), "Items": list(paths)}, "CallerReference": reference}
    answer = cloudfront.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)
    return str(answer["Invalidation"]["Id"])


def _read(answer: Mapping[str, Any]) -> Distribution:
    raw = answer["Distribution"]
    config = raw["DistributionConfig"]
    return Distribution(
        id=raw["Id"],
        arn=raw["ARN"],
        domain=raw["DomainName"],
        status=raw["Status"],
        enabled=config["Enabled"],
        etag=answer["ETag"],
        route=Route(
            domains={origin["Id"]: origin["DomainName"] for origin in config["Origins"]["Items"]},
            default=config["DefaultCacheBehavior"]["TargetOriginId"],
        ),
        document=config,
    )


def _id_serving(cloudfront: Any, name: str) -> str | None:
    # No two distributions serve one alternate domain name (Amazon CloudFront Developer Guide, alternate domain names).
    wanted = name.lower().removesuffix(".")
    for one in _listed(cloudfront):
        if wanted in (one["DomainName"], *(alias.lower() for alias in one["Aliases"].get("Items", ()))):
            return str(one["Id"])
    return None


def _listed(cloudfront: Any) -> Iterator[Mapping[str, Any]]:
    start: dict[str, str] = {}
    while True:
        page = cloudfront.list_distributions(**start)["DistributionList"]
        yield from page.get("Items", ())
        if not page["IsTruncated"]:
            return
        start = {"Marker": page["NextMarker"]}
