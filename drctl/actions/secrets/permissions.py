"""What a step needs of IAM to handle secrets.

Secrets Manager uses keys in its caller's name (its User Guide, "Secret encryption and decryption").
"""

from __future__ import annotations

from drctl.aws.secretsmanager import secret_arn
from drctl.ports.action import Permission, by_service


def reading(region: str, account: str, *names: str) -> tuple[Permission, ...]:
    """To see secrets and to be handed their values, which are encrypted with a key of the Region."""
    arns = tuple(secret_arn(region, account, name) for name in names)
    return (
        Permission(("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"), arns, "see that it can be read"),
        _decrypting(region, account),
    )


def opening(region: str, account: str, *names: str, why: str = "open what is checked") -> tuple[Permission, ...]:
    """To be handed the values of secrets, which are encrypted with a key of the Region."""
    arns = tuple(secret_arn(region, account, name) for name in names)
    return (Permission(("secretsmanager:GetSecretValue",), arns, why), _decrypting(region, account))


def writing_encrypted(region: str, account: str) -> Permission:
    """To have Secrets Manager encrypt a value with a key of the Region."""
    return Permission(
        ("kms:GenerateDataKey",), _keys(region, account), "encrypt it", by_service("secretsmanager", region)
    )


def _decrypting(region: str, account: str) -> Permission:
    return Permission(
        ("kms:Decrypt",), _keys(region, account), "read what is encrypted", by_service("secretsmanager", region)
    )


def _keys(region: str, account: str) -> tuple[str, ...]:
    return (f"arn:aws:kms:{region}:{account}:key/*",)
