"""What a swap of names decides on its way. Pure.

Names change and resource ids do not, so an instance is known by its id: from the parameters, or from what was written
down before the first rename.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from drctl.actions.rds.instance_decisions import judge_status, look_command
from drctl.actions.rds.readiness import find_unapplied
from drctl.actions.rds.swap_params import Params, Seen
from drctl.aws.rds import DELETING, SETTLING, DbInstance
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.past import Past

RENAMES = ("set-aside", "take-over")
SHOWN_WITHIN = timedelta(minutes=2)
"""How long a rename that was accepted may not show in the status."""


@dataclass(frozen=True, slots=True)
class Rename:
    """What `act` needs beyond the parameters."""

    old: str
    new: str


def decide_swap(params: Params, seen: Seen, past: Past) -> Decision:
    """What is needed for the candidate to be called `instance`, and the damaged one `old_name`."""
    if seen.candidate is None:
        return _judge_swapped(params, seen, past)
    for one, name in ((seen.live, params.instance), (seen.old, params.old_name)):
        if one is not None and one.resource_id == seen.candidate.resource_id:
            return Wait(f"{params.candidate} to be called {name} alone")
    if not _is_the_candidate(params, seen.candidate, past):
        return _not_the_candidate(params, seen.candidate)
    if not_ready := judge_status(seen.candidate, params.region, past) or _require_available(seen.candidate):
        return not_ready
    if seen.live is None:
        return _take_over(params, seen, seen.candidate, past)
    return _set_aside(params, seen, seen.live, seen.candidate, past)


def written_down(past: Past, which: str) -> str | None:
    """The resource id of the `live` or the `candidate` instance, as it was before this step's first rename."""
    for name in RENAMES:
        if undo := past.first_undo(name):
            return str(undo[which])
    return None


def rename_of(name: str, found: DbInstance, new: str, why: str, ids: tuple[str, str]) -> Change:
    """The call that gives `found` its `new` name; `ids` are the resource ids of the damaged one and the candidate."""
    return Change(
        name=name,
        summary=f"rename {found.name} to {new}, {why}",
        operation="rds:ModifyDBInstance",
        target=found.arn,
        detail=Rename(found.name, new),
        undo={"live": ids[0], "candidate": ids[1]},
        settle=SHOWN_WITHIN,
    )


def _judge_swapped(params: Params, seen: Seen, past: Past) -> Decision:
    """Whether the candidate, which has its old name no more, has become the live one."""
    live = seen.live
    if live is None:
        if past.made("take-over"):
            return Wait(f"{params.candidate} to be called {params.instance}")
        return Refuse(
            f"there is neither {params.candidate} nor {params.instance} in {params.region}",
            hint=f"name the instance that was verified as `candidate`; {look_command(params.region, params.old_name)}",
        )
    if not _is_the_candidate(params, live, past):
        return Refuse(
            f"there is no instance {params.candidate} in {params.region}, and {live.name} is not known to be it",
            hint=f"restore it first, or give `candidate_id`; drctl resume {past.run}",
        )
    return judge_status(live, params.region, past) or Done(f"{live.name} is the verified instance", looks=2)


def _set_aside(params: Params, seen: Seen, live: DbInstance, candidate: DbInstance, past: Past) -> Decision:
    if seen.old is not None:
        if seen.old.resource_id == live.resource_id:
            return Wait(f"{live.name} to be called {params.old_name} alone")
        return _taken(params.old_name, seen.old, "old_name")
    known = written_down(past, "live")
    if known is not None and known != live.resource_id:
        return _taken(params.instance, live, "instance")
    if not_ready := judge_status(live, params.region, past) or _require_available(live):
        return not_ready
    ids = (live.resource_id, candidate.resource_id)
    return rename_of("set-aside", live, params.old_name, f"so that {candidate.name} can take its place", ids)


def _take_over(params: Params, seen: Seen, candidate: DbInstance, past: Past) -> Decision:
    known = written_down(past, "live")
    if seen.old is None:
        if past.made("set-aside"):
            return Wait(f"{params.instance} to be called {params.old_name}")
        return Refuse(
            f"there is no instance {params.instance} in {params.region} to be replaced",
            hint=f"restore under the name {params.instance} at once, or name the instance that is damaged",
        )
    if known is not None and seen.old.resource_id != known:
        return _taken(params.old_name, seen.old, "old_name")
    if seen.old.status in SETTLING | DELETING:
        return Wait(f"{seen.old.name} to leave {seen.old.status!r}")
    ids = (known or seen.old.resource_id, candidate.resource_id)
    return rename_of("take-over", candidate, params.instance, "which applications already use", ids)


def _is_the_candidate(params: Params, found: DbInstance, past: Past) -> bool:
    known = params.candidate_id or written_down(past, "candidate")
    return found.resource_id == known if known is not None else found.owner == past.run or past.adopt


def _require_available(found: DbInstance) -> Wait | None:
    if found.status != "available":
        return Wait(f"{found.name} to leave {found.status!r}, so that it can be renamed")
    # A rename that applies immediately applies whatever else is pending as well.
    unapplied = find_unapplied(found)
    return Wait(f"{found.name}: {unapplied}") if unapplied else None


def _not_the_candidate(params: Params, found: DbInstance) -> Refuse:
    if params.candidate_id is not None:
        return Refuse(
            f"{found.name} has the resource id {found.resource_id}, not {params.candidate_id}",
            hint="name the instance that was verified as `candidate`",
        )
    return Refuse(
        f"{found.name} was made by {found.owner or 'somebody else'}, not by this run",
        hint=f"give `candidate_id: {found.resource_id}` once it is verified, or set `adopt: true` on the step",
    )


def _taken(name: str, found: DbInstance, parameter: str) -> Refuse:
    return Refuse(
        f"the name {name} is taken by another instance, {found.resource_id}",
        hint=f"choose another `{parameter}`, or rename that one",
    )
