"""One entry of `steps` or `finally`, read on its own."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from drctl.loading.fields import Fields, show
from drctl.loading.language.conditions import NotACondition, parse_condition
from drctl.loading.language.drafts import NESTED, StepDraft, StoreDraft
from drctl.loading.language.references import NotAReference, parse_text, parse_value
from drctl.loading.problems import Problems
from drctl.loading.validation import nearest
from drctl.loading.yaml_source import Document, Path
from drctl.model.condition import Condition, Literal
from drctl.model.plan import OnDeadline, Retry, UndoPolicy
from drctl.model.reference import Value
from drctl.model.timing import SETTABLE, Mark
from drctl.ports.action import Catalogue

COMMON = ("id", "title", "uses", "account", "needs", "if", "foreach", "with", "critical", "source_side", "undo")
OWN = ("expect", "deadline", "on_deadline", "retry", "adopt", "marks", "store")
"""What a step says of its own action; the steps of a nested runbook say it themselves."""
KEYS = (*COMMON, *OWN)

ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_FALLBACK = re.compile(r"fallback:\s*(.+)")


def read_step(document: Document, path: Path, data: Any, catalogue: Catalogue, problems: Problems) -> StepDraft:
    """The step at `path`. What is wrong with it is noted, and stands as its default."""
    fields = Fields(document, path, data, KEYS, problems)
    uses = fields.text("uses", required=True) or ""
    if uses and uses != NESTED and catalogue.spec(uses) is None:
        _no_such_action(fields, uses, catalogue)
    if uses == NESTED:
        for key in OWN:
            if fields.has(key):
                fields.wrong((key,), f"`{key}` belongs to the steps of the nested runbook", at_key=True)
    runbook, params = _params(fields, uses)
    on_deadline, fallback = _on_deadline(fields)
    return StepDraft(
        document=document,
        path=path,
        id=_id(fields, path),
        uses=uses,
        final=path[0] == "finally",
        title=_text(fields, "title") or "",
        account=_text(fields, "account"),
        needs=_needs(fields),
        condition=_condition(fields),
        foreach=_foreach(fields),
        params=params,
        runbook=runbook,
        expect=fields.span("expect"),
        deadline=fields.span("deadline"),
        on_deadline=on_deadline,
        fallback=fallback,
        retry=_retry(fields),
        critical=fields.flag("critical", True),
        source_side=fields.flag("source_side", False),
        adopt=fields.flag("adopt", False),
        marks=_marks(fields),
        store=_store(fields),
        undo=UndoPolicy(fields.word("undo", [policy.value for policy in UndoPolicy]) or UndoPolicy.AUTO),
    )


def _no_such_action(fields: Fields, uses: str, catalogue: Catalogue) -> None:
    if fault := catalogue.fault(uses):
        fields.wrong(("uses",), fault, hint=f"drctl actions {uses}")
        return
    known = (*catalogue.kinds(), NESTED)
    fields.wrong(("uses",), f"there is no action {uses!r}", nearest(uses, known), hint="drctl actions")


def _id(fields: Fields, path: Path) -> str:
    id = fields.text("id", required=True)
    if id is not None and ID.fullmatch(id):
        return id
    if id is not None:
        fields.wrong(("id",), f"expected a name of letters, digits, - and _ (64 at most), got {show(id)}")
    # No reference can spell this, so that the rest of the step can be checked under it.
    return f"{path[0]}[{path[1]}]"


def _text(fields: Fields, key: str) -> Value:
    text = fields.text(key)
    if text is None:
        return None
    try:
        return parse_text(text)
    except NotAReference as error:
        fields.wrong((key,), str(error), error.suggestion)
        return None


def _needs(fields: Fields) -> tuple[tuple[str, Path], ...]:
    needs: list[tuple[str, Path]] = []
    for index, need in enumerate(fields.items("needs")):
        at = ("needs", index)
        if not isinstance(need, str):
            fields.wrong(at, f"expected the id of a step, got {show(need)}")
        elif need in (known for known, _ in needs):
            fields.wrong(at, f"{need!r} is here twice")
        else:
            needs.append((need, at))
    return tuple(needs)


def _condition(fields: Fields) -> Condition | None:
    written = fields.raw("if")
    if written is None:
        return None
    if isinstance(written, bool):
        return Literal(written)
    if not isinstance(written, str):
        fields.wrong(("if",), f"expected a condition such as inputs.x == 'a', got {show(written)}")
        return None
    try:
        return parse_condition(written)
    except NotACondition as error:
        fields.wrong(("if",), f"the condition {error}", error.suggestion)
        return None


def _foreach(fields: Fields) -> Value:
    written = fields.raw("foreach")
    if isinstance(written, list | str):
        value = _parsed(fields, ("foreach",), written)
        if not isinstance(value, str):
            return value
    elif not fields.has("foreach"):
        return None
    if written is not None:
        fields.wrong(("foreach",), f"expected a list, or a reference to one (${{{{ inputs.x }}}}), got {show(written)}")
    # A loop all the same, if over nothing: then `item` is not told to be unknown too.
    return ()


def _params(fields: Fields, uses: str) -> tuple[str | None, dict[str, Value]]:
    """The runbook that is nested, and the parameters: `with:`, or the inputs of that runbook."""
    if uses != NESTED:
        written = fields.mapping("with")
        return None, {key: _parsed(fields, ("with", key), value) for key, value in written.items()}
    nested = fields.within("with", ("runbook", "inputs"))
    runbook = nested.text("runbook", required=True)
    if runbook is not None and "${{" in runbook:
        nested.wrong(("runbook",), "which runbook is nested must be written out")
        runbook = None
    inputs = nested.mapping("inputs")
    return runbook, {key: _parsed(fields, ("with", "inputs", key), value) for key, value in inputs.items()}


def _parsed(fields: Fields, path: Path, data: Any) -> Value:
    return parse_value(data, path, lambda at, error: fields.wrong(at, str(error), error.suggestion))


def _on_deadline(fields: Fields) -> tuple[OnDeadline, str | None]:
    written = fields.text("on_deadline")
    if written is None or written in (OnDeadline.HOLD, OnDeadline.FAIL):
        return OnDeadline(written or OnDeadline.HOLD), None
    if found := _FALLBACK.fullmatch(written):
        return OnDeadline.FALLBACK, found[1].strip()
    fields.wrong(
        ("on_deadline",),
        f"expected hold, fail or fallback:STEP, got {show(written)}",
        nearest(written, ("hold", "fail")),
    )
    return OnDeadline.HOLD, None


def _retry(fields: Fields) -> Retry:
    if not fields.has("retry"):
        return Retry()
    retry = fields.within("retry", ("attempts", "delay"))
    return Retry(retry.whole("attempts", 1, 20) or 1, retry.span("delay") or Retry().delay)


def _marks(fields: Fields) -> Mark | None:
    settable: Collection[str] = [mark.value for mark in Mark if mark in SETTABLE]
    word = fields.word("marks", settable)
    return Mark(word) if word is not None else None


def _store(fields: Fields) -> StoreDraft | None:
    written = fields.raw("store")
    if written is None:
        return None
    if isinstance(written, str):
        name = _text(fields, "store")
        return None if name is None else StoreDraft(name=name)
    store = fields.within("store", ("name", "ephemeral"))
    name = _text(store, "name")
    if isinstance(written, dict) and not store.has("name"):
        store.wrong(("name",), "is missing")
    ephemeral = store.flag("ephemeral", False)
    return None if name is None else StoreDraft(name=name, ephemeral=ephemeral)
