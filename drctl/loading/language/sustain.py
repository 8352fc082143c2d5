"""`sustain`: which checks have to stay green after `verified`, and for how long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from drctl.loading.fields import Fields, show
from drctl.loading.language.drafts import SustainDraft
from drctl.loading.language.instances import Instance
from drctl.loading.problems import Problems
from drctl.loading.validation import nearest
from drctl.loading.yaml_source import Document, Path
from drctl.model.duration import format_duration
from drctl.model.plan import Sustain
from drctl.model.timing import Mark
from drctl.ports.action import ActionSpec

KEY = "sustain"
KEYS = ("for", "every", "checks")
LEAST = timedelta(seconds=10)
"""How often a check is looked at at most: each look is a call."""
USUAL = timedelta(minutes=1)


def read_sustain(fields: Fields) -> SustainDraft | None:
    """What the runbook says under `sustain`; None where it says nothing. What is wrong with it is noted."""
    if fields.raw(KEY) is None:
        return None
    within = fields.within(KEY, KEYS)
    lasts, every = within.span("for", required=True), within.span("every") or USUAL
    if every < LEAST:
        within.wrong(("every",), f"expected {format_duration(LEAST)} or more, got {format_duration(every)}")
    elif lasts is not None and every > lasts:
        within.wrong(("every",), f"{format_duration(every)} is longer than the window of {format_duration(lasts)}")
    checks = within.items("checks", required=True)
    if within.has("checks") and checks == [] and isinstance(within.raw("checks"), list):
        within.wrong(("checks",), "expected at least one")
    for index, check in enumerate(checks):
        if not isinstance(check, str):
            within.wrong(("checks", index), f"expected the id of a step, got {show(check)}")
        elif check in checks[:index]:
            within.wrong(("checks", index), f"{check!r} is here twice")
    ids = tuple(
        (check, (*within.path, "checks", index)) for index, check in enumerate(checks) if isinstance(check, str)
    )
    return SustainDraft(document=fields.document, lasts=lasts or timedelta(0), every=every, checks=ids)


def check_sustain(
    sustain: SustainDraft | None,
    instances: Sequence[Instance],
    groups: Mapping[str, tuple[str, ...]],
    specs: Mapping[str, ActionSpec],
    problems: Problems,
) -> None:
    """Note what the plan cannot sustain: each check is a step of it that only looks, and comes before `finally`."""
    if sustain is None:
        return
    by_id = {instance.id: instance for instance in instances if instance.step.stop is None}
    for id, path in sustain.checks:
        members = [by_id[member] for member in groups.get(id, (id,)) if member in by_id]
        if not members and id not in groups:
            known = [*by_id, *groups]
            _wrong(sustain, path, f"there is no step {id!r}", problems, nearest(id, known))
        for why in dict.fromkeys(why for member in members for why in _unfit(member, specs)):
            _wrong(sustain, path, why, problems)
    _check_marks(sustain, instances, problems)


def planned_sustain(sustain: SustainDraft | None, groups: Mapping[str, tuple[str, ...]]) -> Sustain | None:
    """The window of the plan, with its loops unrolled."""
    if sustain is None:
        return None
    checks = dict.fromkeys(member for id, _ in sustain.checks for member in groups.get(id, (id,)))
    return Sustain(lasts=sustain.lasts, every=sustain.every, checks=tuple(checks))


def _check_marks(sustain: SustainDraft, instances: Sequence[Instance], problems: Problems) -> None:
    marks = {instance.step.marks for instance in instances}
    if Mark.VERIFIED not in marks:
        _wrong(
            sustain, (KEY,), "begins once the service is verified, and no step `marks: verified`", problems, key=True
        )
    for instance in instances:
        if instance.step.marks is Mark.SUSTAINED:
            problems.add(instance.step.problem(("marks",), "'sustained' is set by the window that `sustain` asks for"))


def _unfit(instance: Instance, specs: Mapping[str, ActionSpec]) -> Iterator[str]:
    spec = specs.get(instance.id)
    if instance.final:
        yield f"{instance.id!r} is a step of `finally`, which comes after the window"
    elif instance.replaces is not None:
        yield f"{instance.id!r} takes the place of {instance.replaces!r}; name that one"
    elif spec is not None and (spec.mutating or spec.asks_person):
        yield f"only looks can be repeated, and {spec.kind} {'asks' if spec.asks_person else 'changes things'}"


def _wrong(
    sustain: SustainDraft,
    path: Path,
    message: str,
    problems: Problems,
    suggestion: str | None = None,
    *,
    key: bool = False,
) -> None:
    document: Document = sustain.document
    problems.add(document.problem(path, message, suggestion, at_key=key))
