"""What is needed to give two instances back the names that this run has changed. Pure."""

from __future__ import annotations

from drctl.actions.rds.instance_decisions import judge_status, look_command
from drctl.actions.rds.swap_decisions import RENAMES, rename_of, written_down
from drctl.actions.rds.swap_params import Params, Seen
from drctl.aws.rds import DbInstance
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.past import Past


def decide_swap_back(params: Params, seen: Seen, past: Past) -> Decision:
    """The renames in reverse: the candidate lays the name down before the damaged instance takes it up again."""
    live_id, candidate_id = written_down(past, "live"), written_down(past, "candidate")
    if live_id is None or candidate_id is None or not any(past.made(name) for name in RENAMES):
        return Done("this run has renamed nothing")
    old, candidate = seen.find(live_id), seen.find(candidate_id)
    if old is None:
        if past.made("restore-name"):
            return Wait(f"{params.old_name} to be called {params.instance}")
        return Refuse(
            f"{params.old_name}, which was {params.instance}, is not there any more",
            hint=look_command(params.region, params.old_name),
        )
    for one in (old, candidate):
        # Another name is known only when a rename is through.
        if one is not None and (unfinished := judge_status(one, params.region, past)):
            return unfinished
    if old.name == params.instance:
        return Done(f"{params.instance} is the instance that it was before")
    if candidate is not None and candidate.name == params.instance:
        return _step_back(params, seen, candidate, (live_id, candidate_id))
    if seen.live is not None:
        return Refuse(
            f"the name {params.instance} is taken by another instance, {seen.live.resource_id}",
            hint=f"rename that one; then: drctl undo {past.run}",
        )
    if old.status != "available":
        return Wait(f"{old.name} to leave {old.status!r}, so that it can be renamed")
    return rename_of("restore-name", old, params.instance, "which it had before", (live_id, candidate_id))


def _step_back(params: Params, seen: Seen, candidate: DbInstance, ids: tuple[str, str]) -> Change | Wait | Refuse:
    if seen.candidate is not None and seen.candidate.resource_id != candidate.resource_id:
        return Refuse(
            f"the name {params.candidate} is taken by another instance, {seen.candidate.resource_id}",
            hint="rename or delete that one",
        )
    if candidate.status != "available":
        return Wait(f"{candidate.name} to leave {candidate.status!r}, so that it can be renamed")
    return rename_of("step-back", candidate, params.candidate, "which it had before", ids)
