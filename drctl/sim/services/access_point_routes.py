"""Multi-Region Access Points: where they are made, and the routes that moto's have not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from drctl.sim.moto_used import used
from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.object_copies import find_bucket

_CONTROL = frozenset({"us-east-1", "us-west-2", "ap-southeast-2", "ap-northeast-1", "eu-west-1"})
_MADE_IN = "us-west-2"


class AccessPointRoutes:
    """The routes of every access point of a world; a bucket's is active until somebody says otherwise."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._dials: dict[tuple[str, str], dict[str, int]] = {}
        """By account and alias: the dial of each bucket that was ever set."""

    def get(self, call: Call) -> Mapping[str, Any]:
        arn, dials = call.params["Mrap"], self._routes(call)
        return {"Mrap": arn, "Routes": [_told(bucket, dial) for bucket, dial in sorted(dials.items())]}

    def submit(self, call: Call) -> Mapping[str, Any]:
        dials = self._routes(call)
        updates = {
            _bucket(update, dials): int(update["TrafficDialPercentage"]) for update in call.params["RouteUpdates"]
        }
        if not any(dial == 100 for dial in {**dials, **updates}.values()):
            raise AwsError("InvalidRequest", "At least one Region must be active.")
        if any(dial not in (0, 100) for dial in updates.values()):
            raise AwsError("InvalidRequest", "A traffic dial is either 0 or 100.")
        key = (call.account, _alias(call))
        self._world.after("s3.mrap_routes", lambda: self._dials.setdefault(key, {}).update(updates))
        return {}

    def check_region(self, call: Call) -> None:
        """Access points are made and changed in one Region, wherever their buckets are."""
        if call.region != _MADE_IN:
            raise AwsError("PermanentRedirect", f"Send requests for Multi-Region Access Points to {_MADE_IN}.", 301)

    def name_alias(self, call: Call) -> None:
        """A new access point has an alias of letters and digits, as S3 makes them up; moto's has the name in it."""
        name = call.params["Details"]["Name"]
        for _, _, backend in used("s3control", "s3control_backends"):
            if (made := backend.multi_region_access_points[call.account].get(name)) is not None:
                made.alias = f"m{hashlib.sha256(f'{call.account}/{name}'.encode()).hexdigest()[:12]}.mrap"

    def reset(self) -> None:
        self._dials.clear()

    def state(self) -> dict[str, dict[str, int]]:
        """The dials that were set."""
        return {f"{account}/{alias}": dict(dials) for (account, alias), dials in sorted(self._dials.items())}

    def _routes(self, call: Call) -> dict[str, int]:
        if call.region not in _CONTROL:
            raise AwsError("InvalidRequest", f"Failover controls are not served in {call.region}.")
        alias = _alias(call)
        for _, _, backend in used("s3control", "s3control_backends"):
            for found in backend.multi_region_access_points[call.account].values():
                if found.alias == alias:
                    dials = self._dials.get((call.account, alias), {})
                    return {one["Bucket"]: dials.get(one["Bucket"], 100) for one in found.regions}
        raise AwsError("NoSuchMultiRegionAccessPoint", "The specified Multi-Region Access Point does not exist.", 404)


def _alias(call: Call) -> str:
    return str(call.params["Mrap"]).rpartition("/")[2]


def _bucket(update: Mapping[str, Any], dials: Mapping[str, int]) -> str:
    named = update.get("Bucket")
    for bucket in dials:
        if bucket == named or (named is None and _region(bucket) == update.get("Region")):
            return bucket
    raise AwsError("InvalidRequest", f"The access point does not lead to {named or update.get('Region')}.")


def _told(bucket: str, dial: int) -> dict[str, Any]:
    return {"Bucket": bucket, "Region": _region(bucket), "TrafficDialPercentage": dial}


def _region(bucket: str) -> str:
    found = find_bucket(bucket)
    return str(found.region_name) if found is not None else ""
