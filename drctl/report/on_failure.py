"""What an action does when something fails, computed from its spec and from the engine's own rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from drctl.engine.responses import AFTER_A_CHANGE, AFTER_A_LOOK, Then
from drctl.model.failure import FailureKind
from drctl.ports.action import ActionSpec

_READS = re.compile(r".+:(Describe|Get|List|Head|Receive)")

_WORDS: Mapping[FailureKind, str] = {
    FailureKind.THROTTLE: "throttling",
    FailureKind.QUOTA: "a full quota",
    FailureKind.CAPACITY: "no capacity",
    FailureKind.STATE: "a busy resource",
    FailureKind.ALREADY: "one that is there already",
    FailureKind.PRECONDITION: "a change by somebody else",
    FailureKind.NOT_FOUND: "something that is not there",
    FailureKind.AUTH: "not being allowed",
    FailureKind.EXPIRED: "expired credentials",
    FailureKind.VALIDATION: "a wrong request",
    FailureKind.UNREACHABLE: "no connection",
    FailureKind.AMBIGUOUS: "a lost answer or a 5xx",
    FailureKind.GUARD: "a wrong account or Region",
    FailureKind.NOT_SIMULATED: "a call that is not simulated",
    FailureKind.UNKNOWN: "an unknown error",
}


def on_failure(spec: ActionSpec) -> tuple[str, ...]:
    """One short sentence for each thing that may go wrong, most frequent first."""
    return tuple(_told(spec))


def _told(spec: ActionSpec) -> Iterator[str]:
    looks = bool(spec.operations)
    if looks:
        yield f"a look is repeated until the deadline after {_kinds(AFTER_A_LOOK, Then.BACK_OFF)}"
        yield f"a look holds the step for a person after {_kinds(AFTER_A_LOOK, Then.HOLD)}"
    if spec.mutating:
        yield f"a call is made again, after a look, after {_kinds(AFTER_A_CHANGE, Then.BACK_OFF)}"
        yield f"the world decides after {_kinds(AFTER_A_CHANGE, Then.LOOK_SOON)}: the step looks again at once"
        yield f"the step fails, with a hint where one is known, after {_kinds(AFTER_A_CHANGE, Then.GIVE_UP)}"
        yield from _in_doubt(spec)
    if not looks and not spec.asks_person:
        yield "what is not as wanted is looked at again until the deadline"
    yield "at the deadline the step does as its `on_deadline` says: hold, fail, or a fallback"
    yield _undo(spec)


def _in_doubt(spec: ActionSpec) -> Iterator[str]:
    if spec.flips:
        once = ", ".join(spec.flips)
        yield f"{once} is sent once only: where its answer was lost and no effect shows, the step is held"
    if any(not _READS.match(name) for name in set(spec.operations) - set(spec.flips)):
        which = "any other call" if spec.flips else "a call"
        yield f"{which} whose answer was lost is made again only where a look shows that it did not happen"


def _undo(spec: ActionSpec) -> str:
    if spec.irreversible:
        return "undo: cannot be undone"
    if spec.irreversible_with:
        return f"undo: takes back what this run has changed; with `{spec.irreversible_with}` it cannot be undone"
    return "undo: takes back what this run has changed, and nothing else" if spec.mutating else "undo: nothing to undo"


def _kinds(rules: Mapping[FailureKind, Then], then: Then) -> str:
    return _listed(_WORDS[kind] for kind, does in rules.items() if does is then)


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
