"""The secret that is to be written, and what can be told from looking at it."""

from __future__ import annotations

from dataclasses import dataclass

from drctl.actions.secrets.put_params import Params
from drctl.aws.secretsmanager import CURRENT, PENDING, Secret, ValueDigest
from drctl.model.decision import Refuse, Wait
from drctl.model.past import Past


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    secret: Secret | None
    token: str
    """The id that a version made by this step has."""
    current: ValueDigest | None = None
    source: ValueDigest | None = None


def find_obstacle(params: Params, secret: Secret, source: ValueDigest | None, where: str) -> Wait | Refuse | None:
    """What keeps the secret from being written now; None where nothing does."""
    if secret.deleted:
        return Refuse(f"{where} waits to be deleted", "restore it: aws secretsmanager restore-secret")
    if secret.is_replica_in(params.region):
        primary = secret.primary_region
        return Refuse(f"{where} is a replica, and follows {primary}", "write it there, or use secrets.promote first")
    if params.copy_from is not None and source is None:
        return Refuse(f"{params.copy_from.secret} has no {params.copy_from.stage} that can be read", "look at it")
    if secret.version_at(PENDING) not in (None, secret.version_at(CURRENT)):
        return Wait(f"the rotation of {where} to end")
    return None


def has_value(seen: Sight) -> bool:
    """Whether the current value is the source's, or one that this step had made up."""
    if seen.current is None:
        return False
    same = seen.source is not None and seen.source.sha256 == seen.current.sha256
    return same or seen.current.version == seen.token


def was_made(token: str, past: Past) -> bool:
    """Whether AWS has accepted the version of this token before."""
    returned = past.returned("put")
    return returned is not None and returned.undo["made"] == token


def is_unseen(token: str, secret: Secret, past: Past) -> bool:
    """Whether everything is as it was before the version of this token was made: AWS may show it late."""
    last = past.last("put")
    return last is not None and token not in secret.stages and secret.version_at() == last.undo["version"]
