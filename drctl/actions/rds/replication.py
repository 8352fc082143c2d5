"""Whether an instance replicates the one it is said to, and how that fares. Pure."""

from __future__ import annotations

from drctl.aws.rds import REPLICATING, REPLICATION_STATUSES, DbInstance
from drctl.model.decision import Refuse, Wait


def replicates(found: DbInstance, source: str) -> bool:
    """Whether `found` is a replica of the instance `source`, which AWS names by its ARN when it is elsewhere."""
    return found.replica_of is not None and found.replica_of.rsplit(":", 1)[-1] == source


def find_unknown_replication(found: DbInstance) -> Refuse | None:
    """A replication status that nobody thought of; None where it is a known one, or AWS says nothing."""
    if found.replication is None or found.replication in REPLICATION_STATUSES:
        return None
    return Refuse(
        f"{found.name} replicates with the status {found.replication!r}, which drctl does not know",
        hint="look at it in the RDS console",
    )


def judge_replication(found: DbInstance) -> Wait | Refuse | None:
    """Why the replica does not follow its source; None where it does."""
    if unknown := find_unknown_replication(found):
        return unknown
    if found.replication is None:
        return Wait(f"{found.name} to replicate")
    if found.replication != REPLICATING:
        return Refuse(
            f"the replication of {found.name} is {found.replication!r}",
            hint="its RDS events say why; a replica that stays behind has to be made again",
        )
    return None
