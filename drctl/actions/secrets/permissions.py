"""What a step needs of IAM to handle secrets."""

from __future__ import annotations

from drctl.aws.secretsmanager import secret_arn
from drctl.ports.action import Permission


def reading(region: str, account: str, *names: str) -> tuple[Permission, ...]:
    """To see secrets and to be handed their values, which are encrypted with a key of the Region."""
    arns = tuple(secret_arn(region, account, name) for name in names)
    keys = (f"arn:aws:kms:{region}:{account}:key/*",)
    return (
        Permission(("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"), arns, "see that it can be read"),
        Permission(("kms:Decrypt",), keys, "read what is encrypted"),
    )
