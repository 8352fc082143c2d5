"""The other way to freeze: a variable of GitHub Actions that every deploying workflow looks at before anything else.

It can say more than on or off, stops workflows that nobody has listed, and is there for people to read.
"""

from __future__ import annotations

from drctl.actions.ci.github_workflows import Trouble
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.past import Past, PastChange

SET = "set-variable"
TRIES = 3
"""How often GitHub may answer with trouble before the step gives up."""


def set_changes(past: Past) -> tuple[PastChange, ...]:
    """The times that this step set it, or may have: not those that GitHub refused."""
    return tuple(change for change in past.made(SET) if not change.facts.get("lasting"))


def decide_value(where: str, now: str | Trouble, wanted: str, past: Past, token_secret: str) -> Decision:
    """What is needed for the variable, which `where` names, to have the value."""
    hint = f"{token_secret} needs `variables: write` there, and the variable has to be there"
    if isinstance(now, Trouble):
        if now.lasting:
            return Refuse(f"GitHub does not show {where}: {now.why}", hint)
        return Wait(f"GitHub to show {where}: {now.why}")
    if now == wanted:
        return Done(f"{where} is {wanted!r}")
    refused = [c for c in past.made(SET) if c.epoch == past.epoch and c.facts.get("trouble")]
    if refused and (refused[-1].facts.get("lasting") or len(refused) >= TRIES):
        return Refuse(f"GitHub did not set {where}: {refused[-1].facts['trouble']}", hint)
    return Change(
        name=SET,
        summary=f"set {where} to {wanted!r}",
        operation="github:UpdateVariable",
        target=where,
        detail=wanted,
        undo={"value": now},
    )
