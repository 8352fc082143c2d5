"""What secrets hold: the current value, or an older one in a replica that a scenario had not kept up."""

from __future__ import annotations

from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import World

OLDER = "an-older-value"
"""What a stale replica holds: nothing takes it any more."""
WAS_REPLICA = "drctl_was_replica"
"""Marks a secret of its own that was promoted."""


def secret_value(world: World, account: str, region: str, reference: str) -> str | None:
    """What is given to whoever reads the secret of that name or ARN; None where there is none."""
    secret = resources("secretsmanager", account, region).secrets.get(reference)
    if secret is None:
        return None
    return OLDER if is_stale(world, secret) else _current(secret)


def is_stale(world: World, secret: Any) -> bool:
    """Whether `secret` (moto's) is a replica, or was one until it was promoted, that a change never reached.

    What was put into it since is its own.
    """
    from moto.secretsmanager.models import ReplicaSecret

    if secret.name not in world.broken.get("secret", ()):
        return False
    replica = isinstance(secret, ReplicaSecret) or getattr(secret, WAS_REPLICA, False)
    return replica and len(secret.versions) == 1


def _current(secret: Any) -> str:
    version = secret.versions.get(secret.default_version_id) or {}
    return str(version.get("secret_string", ""))
