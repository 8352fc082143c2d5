"""Secrets by their names: what can be known of them without ever reading one."""

from __future__ import annotations

from typing import Any

from drctl.aws.failures import absent


def find_secret_arn(secretsmanager: Any, name: str) -> str | None:
    """The ARN, in the client's Region, of the secret of that name; None where there is none that can be read."""
    with absent("ResourceNotFoundException"):
        found = secretsmanager.describe_secret(SecretId=name)
        # A secret that waits to be deleted is still described, and no longer handed out.
        return None if found.get("DeletedDate") else str(found["ARN"])
    return None
