"""How a run goes on by hand, as a page whose lines a person can paste into a shell: all that is prose is a comment."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from drctl.ports.by_hand import ByHand, HandOver, Request, Stance, StoreAsked
from drctl.ports.dns import DnsQuestion
from drctl.report.plain_json import plain
from drctl.report.typed_commands import Typed, folded, typed
from drctl.report.wording import counted, printable

_LONGEST = 110
_LOOKS_MOST = 12
"""How many calls that look are shown on the page; the JSON document has all of them."""
_SAYS = {
    Stance.CHANGE: "next: ",
    Stance.DONE: "nothing is left to do: ",
    Stance.WAIT: "nothing to do now, the step ",
    Stance.REFUSE: "drctl goes no further: ",
    Stance.PERSON: "",
    Stance.UNKNOWN: "",
}


def hand_over_text(sheet: HandOver) -> str:
    """The steps for people."""
    return "\n".join(_page(sheet)) + "\n"


def hand_over_document(sheet: HandOver) -> Mapping[str, Any]:
    """The steps for scripts."""
    return {
        "run": sheet.run,
        "runbook": sheet.runbook,
        "simulated_at": sheet.simulated_at,
        "undo": sheet.undo,
        "prepare": {account: list(lines) for account, lines in sheet.prepare.items()},
        "steps": [_section(step, sheet) for step in sheet.steps],
    }


def _section(step: ByHand, sheet: HandOver) -> Mapping[str, Any]:
    does, may_do, looks = (
        [typed(one, sheet.simulated_at) for one in some] for some in (step.does, step.may_do, step.looks)
    )
    return {
        "step": step.step,
        "uses": step.uses,
        "title": step.title,
        "state": step.state,
        "stance": step.stance.value,
        "says": step.says,
        "hint": step.hint,
        "account": step.account,
        "role": step.role,
        "commands": [line for one in does for line in one.lines],
        "possible_commands": [line for one in may_do for line in one.lines],
        "looks": [line for one in looks for line in one.lines],
        "fill_in": sorted({place for one in (*does, *may_do, *looks) for place in one.fill_in}),
        "parameters": {name: plain(value) for name, value in step.params.items()},
        "notes": list(step.notes),
    }


def _page(sheet: HandOver) -> Iterator[str]:
    stamp = "SIMULATED " if sheet.simulated_at is not None else ""
    what = "taking back" if sheet.undo else "going on with"
    yield f"# {stamp}{what} {sheet.runbook} by hand, run {sheet.run}: {counted(len(sheet.steps), 'step')}"
    yield "# Looked up without changing anything. Each command is the next call only: look again after it."
    before = ""
    for step in sheet.steps:
        yield ""
        yield from _step(step, sheet, prepared=step.account == before)
        before = before if _is_open(step) else step.account or before


def _step(step: ByHand, sheet: HandOver, *, prepared: bool) -> Iterator[str]:
    title = f": {step.title}" if step.title else ""
    yield _remark(f"== {step.step} ({step.uses}), {step.state}{title}")
    if step.role or step.account:
        yield _remark(f"as {step.role or f'account {step.account}'}")
    for note in step.notes:
        yield _remark(note)
    yield _remark(f"{_SAYS[step.stance]}{step.says}")
    if step.hint:
        yield step.hint if step.hint.startswith("drctl ") and "\n" not in step.hint else _remark(f"hint: {step.hint}")
    if not prepared and not _is_open(step) and (step.does or step.looks):
        yield from sheet.prepare.get(step.account, ())
    yield from _commands(step.does, sheet)
    if step.may_do:
        yield from _given(step)
        yield _remark("it would be one of these, with what stands in <> filled in:")
        yield from _commented(step.may_do, sheet)
    if step.looks:
        yield _remark("to see how things are, and whether it has worked:")
        shown = step.looks[:_LOOKS_MOST]
        yield from _commented(shown, sheet) if _is_open(step) else _commands(shown, sheet)
        if len(step.looks) > len(shown):
            yield _remark(f"and {counted(len(step.looks) - len(shown), 'call')} more: --output json has all of them")


def _is_open(step: ByHand) -> bool:
    """Whether there are places in the commands that a person has to fill in first."""
    return step.stance is Stance.UNKNOWN and not step.does


def _given(step: ByHand) -> Iterator[str]:
    if step.params:
        known = (f"{name}={json.dumps(plain(value), ensure_ascii=False)}" for name, value in step.params.items())
        yield _remark(f"what is known: {', '.join(known)}")


def _commands(requests: Sequence[Request], sheet: HandOver) -> Iterator[str]:
    real = [] if sheet.simulated_at is None else [one for one in requests if isinstance(one, DnsQuestion | StoreAsked)]
    if real:
        yield _remark("a simulated world has no name servers, databases or caches of its own to ask; in a real one:")
        yield from _commented(real, sheet)
    for one in _typed([one for one in requests if one not in real], sheet):
        for place in one.fill_in:
            yield _remark(f"in place of {place}: a secret, which is not shown")
        for words in one.commands:
            yield folded(words, _LONGEST)


def _commented(requests: Sequence[Request], sheet: HandOver) -> Iterator[str]:
    """Commands that are no use as they are, so that pasting them does nothing."""
    for one in _typed(requests, sheet):
        for words in one.commands:
            yield from (f"# {line}" for line in folded(words, _LONGEST).splitlines())


def _typed(requests: Iterable[Request], sheet: HandOver) -> list[Typed]:
    return [typed(one, sheet.simulated_at) for one in requests]


def _remark(text: str) -> str:
    return f"# {printable(text)}"
