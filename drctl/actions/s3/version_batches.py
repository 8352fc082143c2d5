"""The next part of a plan, as large as one change may be. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

from drctl.actions.s3.version_ledger import COPY, TAKE_BACK, UNDELETE, copying_entries, undeleting_entries
from drctl.actions.s3.version_plan import Plan, Undeleting
from drctl.aws.s3_versions import MOST_DELETED
from drctl.model.decision import Change

COPIED_AT_ONCE = 100
"""Each copy is a call of its own; after a crash that many are looked at again."""


def next_batch(target: str, plan: Plan) -> Change:
    """The change that carries the next part of `plan` out; `plan` is not complete. Undeleting costs least, so first."""
    if plan.undelete:
        undeleting = _one_call(plan.undelete)
        return Change(
            name=UNDELETE,
            summary=f"undelete {len(undeleting)} of {len(plan.undelete)} objects",
            operation="s3:DeleteObjects",
            target=target,
            detail=tuple((one.key, marker) for one in undeleting for marker in one.markers)[:MOST_DELETED],
            undo=undeleting_entries(undeleting),
        )
    copying = plan.copy[:COPIED_AT_ONCE]
    return Change(
        name=COPY,
        summary=f"bring {len(copying)} of {len(plan.copy)} objects back from an older version",
        operation="s3:CopyObject",
        target=target,
        detail=copying,
        undo=copying_entries(copying),
    )


def taking_back(target: str, copies: Mapping[str, str]) -> Change:
    """The change that takes this run's own copies, version ids by key, away again."""
    batch = tuple(copies.items())[:MOST_DELETED]
    return Change(
        name=TAKE_BACK,
        summary=f"take {len(batch)} of this run's {len(copies)} copies away again",
        operation="s3:DeleteObjects",
        target=target,
        detail=batch,
    )


def _one_call(undelete: tuple[Undeleting, ...]) -> tuple[Undeleting, ...]:
    """As many of them as one call takes; there may be several markers on one key."""
    markers = accumulate(len(one.markers) for one in undelete)
    return undelete[: max(1, sum(1 for so_far in markers if so_far <= MOST_DELETED))]
