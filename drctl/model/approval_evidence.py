"""What is measured for whoever is to approve, and its hash. The same journal gives the same evidence.

Whatever of this changes makes an approval void: what shown steps have seen, the predicted loss of each store, whether
the old primary is fenced, and the texts that the run follows. The recovery time so far grows by itself; it is
that of the asking.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from drctl.model.duration import format_duration
from drctl.model.instant import format_instant
from drctl.model.outcome import store_losses
from drctl.model.plan import Plan
from drctl.model.run import Run
from drctl.model.timing import Mark
from drctl.model.values import Json

_ELAPSED = "elapsed_s"


def measured_evidence(run: Run, plan: Plan, shows: Sequence[str], now: datetime) -> Mapping[str, Json]:
    """The evidence as it is `now`: plain data, as a journal gives it back."""
    first = run.started
    sources: Mapping[str, str] = first.sources if first is not None else {}
    evidence: dict[str, Any] = {
        "run": first.run if first is not None else "",
        "runbook_sha256": digest(run.amended[-1].sources if run.amended else sources),
        # A list: a journal keeps the keys of a mapping in no order.
        "steps": [{"step": id, **_shown(run, id)} for id in shows],
        "loss_s": {loss.store: loss.loss for loss in store_losses(run, plan) if not loss.ephemeral},
        "rpo_s": plan.objectives.rpo,
        "fenced": run.marks.get(Mark.FENCED),
        "rto_s": plan.objectives.rto,
        _ELAPSED: _elapsed(run, now),
    }
    plain: Mapping[str, Json] = _plain(evidence)
    return plain


def measured_again(before: Mapping[str, Json], run: Run, plan: Plan, now: datetime) -> Mapping[str, Json]:
    """The same evidence measured again; time that has passed alone is no change."""
    return {**measured_evidence(run, plan, shown_steps(before), now), _ELAPSED: before.get(_ELAPSED)}


def shown_steps(evidence: Mapping[str, Json]) -> tuple[str, ...]:
    """The steps whose evidence it shows, in the runbook's order."""
    return tuple(str(step.get("step")) for step in _steps(evidence))


def digest(evidence: Mapping[str, Any]) -> str:
    """The SHA-256 of the evidence as canonical JSON: sorted keys, no white space, UTF-8."""
    text = json.dumps(_plain(evidence), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def told(evidence: Mapping[str, Json]) -> tuple[str, ...]:
    """The evidence for a person, line by line."""
    return (*_steps_told(evidence), *_losses_told(evidence), _fence_told(evidence), _time_told(evidence))


def _steps_told(evidence: Mapping[str, Json]) -> list[str]:
    lines = []
    for step in _steps(evidence):
        lines.append(f"{step.get('step')}: {step.get('fact') or step.get('state')}")
        outputs = sorted(_mapping(step.get("outputs")).items())
        values = [f"{name} {value}" for name, value in outputs if _is_scalar(value)]
        if values:
            lines.append(f"  {', '.join(values)}")
    return lines


def _losses_told(evidence: Mapping[str, Json]) -> list[str]:
    allowed = evidence.get("rpo_s")
    of = f" of {_span(allowed)} allowed" if allowed is not None else ""
    losses = sorted(_mapping(evidence.get("loss_s")).items())
    return [f"predicted loss of {store}: {_span(loss)}{of}" for store, loss in losses]


def _fence_told(evidence: Mapping[str, Json]) -> str:
    fenced = evidence.get("fenced")
    return f"the old primary is fenced since {fenced}" if fenced else "the old primary is not fenced by this run"


def _time_told(evidence: Mapping[str, Json]) -> str:
    return (
        f"recovery time when this was asked: {_span(evidence.get(_ELAPSED))} of {_span(evidence.get('rto_s'))} allowed"
    )


def _shown(run: Run, id: str) -> Mapping[str, Any]:
    step = run.step(id)
    seen = step.evidence
    return {
        "state": step.state,
        "fact": seen.fact if seen is not None else "",
        "holds": seen.holds if seen is not None else None,
        "outputs": seen.outputs if seen is not None else {},
    }


def _elapsed(run: Run, now: datetime) -> int | None:
    begun = run.marks.get(Mark.ONSET, run.marks.get(Mark.DECLARED))
    return None if begun is None else int((now - begun).total_seconds())


def _span(seconds: Json) -> str:
    if not isinstance(seconds, int | float):
        return "not known"
    try:
        return format_duration(timedelta(seconds=seconds))
    except OverflowError:
        return f"{seconds} seconds"


def _steps(evidence: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    steps = evidence.get("steps")
    return [step for step in steps if isinstance(step, Mapping)] if isinstance(steps, list | tuple) else []


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _is_scalar(value: Json) -> bool:
    return isinstance(value, str | int | float | bool)


def _plain(value: Any) -> Any:
    """What a journal gives back of it: a number that is none becomes null, half a character U+FFFD."""
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {_whole(str(key)): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return _whole(value) if isinstance(value, str) else value


def _whole(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
