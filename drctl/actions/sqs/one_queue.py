"""What one of the two queues needs, forwards and backwards: a pure function of how it is and how it has to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from drctl.actions.sqs.ensure_params import differences
from drctl.aws.sqs import Queue
from drctl.aws.tags import owner_of
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.past import Past
from drctl.model.values import Json

GONE_FOR_A_MINUTE = timedelta(seconds=60)
"""How long a deleted queue may still be seen (Amazon SQS API Reference, DeleteQueue)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One queue: as it is, and the attributes that it has to have. `role` tells its changes from the other's."""

    role: str
    name: str
    found: Queue | None
    wanted: Mapping[str, str]

    @property
    def is_as_wanted(self) -> bool:
        """Whether it is there with its attributes."""
        return self.found is not None and not differences(self.found, self.wanted)


def decide_part(part: Part, past: Past) -> Decision:
    """What the queue needs to be as it has to be."""
    found = part.found
    if found is None:
        return Change(
            name=f"create-{part.role}",
            summary=f"create the queue {part.name}",
            operation="sqs:CreateQueue",
            target=part.name,
            detail=part.wanted,
            undo={"existed": False},
        )
    wrong = differences(found, part.wanted)
    if not wrong:
        return Done(f"{part.name} is as it has to be")
    if owner_of(found.tags) not in (None, past.run) and not past.adopt:
        made_by = owner_of(found.tags)
        return Refuse(f"{part.name} was made by {made_by}, and not as it has to be", "name another queue, or adopt it")
    return Change(
        name=f"set-{part.role}",
        summary=f"set {', '.join(sorted(wrong))} of the queue {part.name}",
        operation="sqs:SetQueueAttributes",
        target=part.name,
        detail=(found.url, wrong),
        # An attribute that a queue did not have is taken away with an empty value.
        undo={"attributes": {name: found.attributes.get(name, "") for name in wrong}, "set": dict(wrong)},
    )


def undo_part(part: Part, past: Past) -> Decision:
    """What the queue needs to be as it was before the step."""
    found = part.found
    if found is None:
        return Done(f"{part.name} is not there")
    if past.made(f"create-{part.role}"):
        return _undo_created(part, found, past)
    before = past.first_undo(f"set-{part.role}") if past.made(f"set-{part.role}") else None
    if before is None:
        return Done(f"{part.name} was not changed by this run")
    old = _texts(before["attributes"])
    if not (wrong := {name: value for name, value in old.items() if found.attributes.get(name, "") != value}):
        return Done(f"{part.name} is as it was")
    if differences(found, {name: value for name, value in _texts(before["set"]).items() if name in wrong}):
        return Refuse(f"{part.name} was changed by somebody else since; left alone", "put it right by hand")
    return Change(
        name=f"restore-{part.role}",
        summary=f"give the queue {part.name} its old attributes back",
        operation="sqs:SetQueueAttributes",
        target=part.name,
        detail=(found.url, wrong),
    )


def _undo_created(part: Part, found: Queue, past: Past) -> Decision:
    if owner_of(found.tags) != past.run:
        return Done(f"{part.name} is another run's by now")
    if found.messages:
        return Refuse(f"{part.name} has {found.messages} messages, which would be lost", "handle them, or delete it")
    return Change(
        name=f"delete-{part.role}",
        summary=f"delete the queue {part.name}, which was not there before and is empty",
        operation="sqs:DeleteQueue",
        target=part.name,
        detail=found.url,
        settle=GONE_FOR_A_MINUTE,
    )


def _texts(value: Json) -> Mapping[str, str]:
    return {name: str(one) for name, one in value.items()} if isinstance(value, Mapping) else {}
