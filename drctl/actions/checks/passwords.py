"""What a check needs of IAM to be handed the password that it opens something with."""

from __future__ import annotations

from drctl.aws.secretsmanager import secret_arn
from drctl.ports.action import Permission


def opening(region: str, account: str, name: str) -> tuple[Permission, ...]:
    """To be handed the value of one secret, which is encrypted with a key of the Region."""
    keys = (f"arn:aws:kms:{region}:{account}:key/*",)
    return (
        Permission(("secretsmanager:GetSecretValue",), (secret_arn(region, account, name),), "open what is checked"),
        Permission(("kms:Decrypt",), keys, "read the password, which is encrypted"),
    )
