"""KMS keys under their aliases."""

from __future__ import annotations

from drctl.sim.seed.ground import Ground, Spot


def plant_keys(ground: Ground) -> None:
    """Every key is there under its alias; replicas of multi-Region keys after their primaries."""
    wanted = [(spot, name, key) for spot in ground.spots() for name, key in spot.place.keys.items()]
    for spot, name, key in wanted:
        if key.replica_of is None:
            made = spot.client("kms").create_key(Description=name, MultiRegion=key.multi_region)
            _name_key(spot, name, made["KeyMetadata"])
    for spot, name, key in wanted:
        if key.replica_of is not None:
            primary = spot.elsewhere(key.replica_of)
            made = primary.client("kms").replicate_key(KeyId=primary.made("key", name), ReplicaRegion=spot.region)
            _name_key(spot, name, made["ReplicaKeyMetadata"])


def _name_key(spot: Spot, name: str, metadata: dict[str, str]) -> None:
    spot.client("kms").create_alias(AliasName=f"alias/{name}", TargetKeyId=metadata["KeyId"])
    spot.note("key", name, metadata["Arn"])
