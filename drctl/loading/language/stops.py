"""One entry of `stop_when`: a check that is looked at beside the steps, for as long as the run goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from drctl.loading.fields import Fields
from drctl.loading.language.drafts import NESTED, StepDraft, StopDraft
from drctl.loading.language.steps import read_step
from drctl.loading.problems import Problems
from drctl.loading.yaml_source import Document, Path
from drctl.model.duration import format_duration
from drctl.model.plan import OnStop
from drctl.ports.action import Catalogue

STOP_WHEN = "stop_when"
CHECK = ("id", "title", "uses", "account", "with")
KEYS = (*CHECK, "then", "every")
LEAST = timedelta(seconds=10)
"""How often a condition is looked at at most: each look is a call, for as long as the run goes on."""
USUAL = timedelta(minutes=1)


def read_stop_condition(
    document: Document, path: Path, data: Any, catalogue: Catalogue, problems: Problems
) -> StepDraft:
    """The condition at `path`, as a step that needs nothing. What is wrong with it is noted."""
    fields = Fields(document, path, data, KEYS, problems)
    word = fields.word("then", [choice.value for choice in OnStop])
    every = fields.span("every") or USUAL
    if every < LEAST:
        fields.wrong(("every",), f"expected {format_duration(LEAST)} or more, got {format_duration(every)}")
    draft = _check(document, path, data, catalogue, problems)
    if draft.uses == NESTED:
        fields.wrong(("uses",), "a stop condition is a check, and no runbook")
    return replace(draft, stop=StopDraft(then=OnStop(word) if word else OnStop.HOLD, every=every), critical=False)


def _check(document: Document, path: Path, data: Any, catalogue: Catalogue, problems: Problems) -> StepDraft:
    if not isinstance(data, dict):
        return StepDraft(document=document, path=path, id=f"{path[0]}[{path[1]}]", uses="", final=False)
    # What belongs to a condition alone has been read, and what belongs to steps alone has been refused.
    return read_step(document, path, {key: data[key] for key in CHECK if key in data}, catalogue, problems)
