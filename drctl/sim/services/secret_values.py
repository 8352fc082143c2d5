"""What secrets hold: the current value, or an older one where a scenario had it not kept up."""

from __future__ import annotations

from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import World

OLDER = "an-older-value"
"""What a stale secret holds: nothing takes it any more."""


def secret_value(world: World, account: str, region: str, reference: str) -> str | None:
    """What is given to whoever reads the secret of that name or ARN; None where there is none."""
    secret = resources("secretsmanager", account, region).secrets.get(reference)
    if secret is None:
        return None
    return OLDER if is_stale(world, secret) else _current(secret)


def is_stale(world: World, secret: Any) -> bool:
    """Whether `secret` (moto's), a replica or one of its Region's own, is one that a change never reached.

    What was put into it since is its own.
    """
    return f"{secret.region}/{secret.name}" in world.broken.get("secret", ()) and len(secret.versions) == 1


def _current(secret: Any) -> str:
    version = secret.versions.get(secret.default_version_id) or {}
    return str(version.get("secret_string", ""))
