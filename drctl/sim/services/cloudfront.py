"""CloudFront: updates by compare-and-set that take time to reach the edge, and invalidations that do too.

Distributions and everything else about them stay moto's.
"""

from __future__ import annotations

import copy
import importlib
from collections.abc import Mapping
from typing import Any

from drctl.sim.moto_resources import global_resources, refusals
from drctl.sim.overlay import AwsError, Call, Handler, World


class CloudfrontOverlay:
    service = "cloudfront"

    def __init__(self, world: World) -> None:
        self._world = world
        self.before: Mapping[str, Handler] = {"DeleteDistribution": _check_etag}
        self.after: Mapping[str, Handler] = {
            "CreateDistribution": self._created,
            "CreateDistributionWithTags": self._created,
        }
        self.replaces: Mapping[str, Handler] = {
            "UpdateDistribution": self._update,
            "CreateInvalidation": self._invalidate,
        }

    def reset(self) -> None:
        return None

    def state(self) -> Mapping[str, Any]:
        return {}

    def _created(self, call: Call) -> Mapping[str, Any]:
        distribution = list(global_resources("cloudfront", call.account).distributions.values())[-1]
        # moto has a new distribution deployed as soon as anybody looks.
        distribution._transitions = []  # noqa: SLF001 (moto has no public name for it)
        return self._deploy(distribution)

    def _update(self, call: Call) -> Mapping[str, Any]:
        _check_etag(call)
        # moto keeps what it is given, and changes it; the call is kept in the record of calls.
        config = copy.deepcopy(call.params["DistributionConfig"])
        with refusals():
            distribution, _, _ = global_resources("cloudfront", call.account).update_distribution(
                config, call.params["Id"], call.params["IfMatch"]
            )
        return self._deploy(distribution)

    def _deploy(self, distribution: Any) -> Mapping[str, Any]:
        """It has a new version, which is under way to the edge."""
        etag: str = _models().random_id(length=14)
        distribution.etag, distribution.status = etag, "InProgress"
        distribution.last_modified_time = self._world.now()
        _keep_bucket_origins(distribution)

        def deployed() -> None:
            # A later update has a way of its own to go.
            if distribution.etag == etag:
                distribution.status = "Deployed"

        self._world.after("cloudfront.deploy", deployed)
        return {"Distribution": distribution, "Location": distribution.location, "ETag": etag}

    def _invalidate(self, call: Call) -> Mapping[str, Any]:
        cloudfront = global_resources("cloudfront", call.account)
        batch = call.params["InvalidationBatch"]
        paths, reference = list(batch["Paths"].get("Items", ())), batch["CallerReference"]
        if batch["Paths"]["Quantity"] != len(paths):
            raise AwsError("InconsistentQuantities", "The value of Quantity and the size of Items do not match.")
        made = cloudfront.invalidations.setdefault(call.params["DistributionId"], [])
        same = next((one for one in made if one.caller_ref == reference), None)
        if same is not None:
            if sorted(same.paths) != sorted(paths):
                said = "The caller reference was used before, for other paths of the same distribution."
                raise AwsError("InvalidationBatchAlreadyExists", said)
            return {"Invalidation": same, "Location": same.location}
        with refusals():
            invalidation = cloudfront.create_invalidation(call.params["DistributionId"], paths, reference)
        # CloudFront lists the newest first.
        made.insert(0, made.pop())
        invalidation.status = "InProgress"
        self._world.after("cloudfront.invalidate", lambda: setattr(invalidation, "status", "Completed"))
        return {"Invalidation": invalidation, "Location": invalidation.location}


def _check_etag(call: Call) -> None:
    """An update or a deletion of another version than the present one is refused."""
    distribution = global_resources("cloudfront", call.account).distributions.get(call.params["Id"])
    if distribution is None:
        return  # moto says so
    given = call.params.get("IfMatch")
    if not given:
        raise AwsError("InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource.")
    if given != distribution.etag:
        raise AwsError("PreconditionFailed", "The request failed because it didn't meet the preconditions.", 412)


def _keep_bucket_origins(distribution: Any) -> None:
    """An origin that is a bucket is still one when it is read; moto forgets, and nothing could write it back."""
    for origin in distribution.distribution_config.Origins["Items"]:
        if getattr(origin, "custom_origin_config", None) is None:
            origin.s3_origin_config = {"OriginAccessIdentity": origin.s3_access_identity}


def _models() -> Any:
    return importlib.import_module("moto.cloudfront.models")
