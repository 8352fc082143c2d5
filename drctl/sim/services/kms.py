"""KMS: multi-Region keys can be replicated by their ARN, which moto only does by their id; keys sign with Ed25519."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.model.estate import Estate
from drctl.sim.moto_resources import resources
from drctl.sim.overlay import AwsError, Call, Handler, World
from drctl.sim.services import signing_keys


class KmsOverlay:
    service = "kms"

    def __init__(self, world: World) -> None:
        del world  # KMS does not lag
        self.before: Mapping[str, Handler] = {}
        self.after: Mapping[str, Handler] = {"DescribeKey": signing_keys.described}
        self.replaces: Mapping[str, Handler] = {"ReplicateKey": self._replicate, **signing_keys.handlers()}

    def reset(self) -> None:
        return None

    def state(self) -> Mapping[str, Any]:
        return {}

    def _replicate(self, call: Call) -> Mapping[str, Any]:
        key_id, region = str(call.params["KeyId"]).rsplit("/", 1)[-1], str(call.params["ReplicaRegion"])
        here = resources("kms", call.account, call.region)
        key = here.keys.get(key_id)
        if key is None:
            raise AwsError("NotFoundException", f"Key {call.params['KeyId']} does not exist")
        if not key.multi_region:
            raise AwsError("UnsupportedOperationException", f"{key_id} is not a multi-Region primary key")
        if key_id in resources("kms", call.account, region).keys:
            raise AwsError("AlreadyExistsException", f"{region} has a replica of {key_id} already")
        replica = here.replicate_key(key_id, region)
        # moto's replica shares this with its primary, and would make a replica of that one too.
        replica.multi_region_configuration = {**replica.multi_region_configuration, "MultiRegionKeyType": "REPLICA"}
        replica.key_state, replica.enabled = "Enabled", True
        return {"ReplicaKeyMetadata": replica.to_dict()["KeyMetadata"], "ReplicaPolicy": replica.policy}


def disable_keys(estate: Estate, names: tuple[str, ...]) -> None:
    """Have nobody use the keys of those aliases in the recovery Region, or that of a `REGION/`, in whatever account."""
    for account in estate.accounts.values():
        for region, name in map(estate.regions.placed, names):
            for key in resources("kms", account, region).keys.values():
                if f"alias/{name}" in key.aliases:
                    key.enabled, key.key_state = False, "Disabled"
