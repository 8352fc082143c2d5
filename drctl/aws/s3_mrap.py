"""The routes of a Multi-Region Access Point: which of its buckets are sent requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drctl.aws.failures import absent

ACTIVE, PASSIVE = 100, 0
"""The two states of a route (Amazon S3 API Reference, MultiRegionAccessPointRoute)."""


@dataclass(frozen=True, slots=True)
class Route:
    bucket: str
    region: str
    dial: int


@dataclass(frozen=True, slots=True)
class Routes:
    routes: tuple[Route, ...]

    @property
    def dials(self) -> dict[str, int]:
        """The dial of each bucket."""
        return {route.bucket: route.dial for route in self.routes}

    @property
    def active(self) -> tuple[str, ...]:
        """The buckets that are sent requests, sorted."""
        return tuple(sorted(route.bucket for route in self.routes if route.dial == ACTIVE))


def find_routes(s3control: Any, account: str, arn: str) -> Routes | None:
    """The routes of the access point, or None where there is none of that ARN."""
    with absent("NoSuchMultiRegionAccessPoint"):
        answer = s3control.get_multi_region_access_point_routes(AccountId=account, Mrap=arn)
        told = (Route(one["Bucket"], one["Region"], int(one["TrafficDialPercentage"])) for one in answer["Routes"])
        return Routes(tuple(told))
    return None


def submit_routes(s3control: Any, account: str, arn: str, dials: Mapping[str, int]) -> None:
    """Have the routes of these buckets stand so, within two minutes, all by one call; S3 wants one active at least."""
    # Who becomes active is named first, should S3 ever take them one by one.
    first = sorted(dials.items(), key=lambda one: -one[1])
    updates = [{"Bucket": bucket, "TrafficDialPercentage": dial} for bucket, dial in first]
    s3control.submit_multi_region_access_point_routes(AccountId=account, Mrap=arn, RouteUpdates=updates)
