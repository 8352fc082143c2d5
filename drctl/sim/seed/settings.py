"""What workloads read when they start: secrets and parameters."""

from __future__ import annotations

from drctl.sim.seed.ground import Ground, Spot


def plant_secrets(spot: Spot) -> None:
    """Every secret of the place is there with a value that opens nothing, and so are its replicas."""
    for name, secret in spot.place.secrets.items():
        replicas = [{"Region": region} for region in secret.replicate_to]
        made = spot.client("secretsmanager").create_secret(
            Name=name,
            SecretString=secret.value_as(name),
            **({"KmsKeyId": spot.made("key", secret.key)} if secret.key else {}),
            **({"AddReplicaRegions": replicas} if replicas else {}),
        )
        spot.note("secret", name, made["ARN"])


def value_of_secret(spot: Spot, name: str | None) -> str | None:
    """What the secret of that name holds when it is planted, here or in the Region it is replicated from."""
    values = spot.ground.estate.secret_values(name) if name is not None else ()
    return next(iter(sorted(values)), None)


def secret_arn(spot: Spot, name: str) -> str:
    """The ARN by which a task of this place names a secret, whether this Region has a replica of it or not.

    A replica's ARN is that of its primary in another Region ("AWS Secrets Manager User Guide, Multi-Region secrets").
    """
    for region, place in spot.ground.estate.places.get(spot.account, {}).items():
        if name in place.secrets:
            own = spot.elsewhere(region).made("secret", name)
            return own.replace(f":{region}:", f":{spot.region}:", 1)
    # A scenario took it away: its ARN without the six characters that Secrets Manager would have chosen.
    return f"arn:aws:secretsmanager:{spot.region}:{spot.account_id}:secret:{name}"


def plant_aliases(ground: Ground) -> None:
    """Every account calls itself what the estate says."""
    for account, alias in ground.estate.account_aliases.items():
        ground.spot(account, "us-east-1").client("iam").create_account_alias(AccountAlias=alias)


def plant_parameters(spot: Spot) -> None:
    """Every parameter of the place is there."""
    for name, value in spot.place.parameters.items():
        spot.client("ssm").put_parameter(Name=name, Value=value, Type="String")
