"""Wait for a span of time: for caches to run out, or for a load to settle.

Nothing sleeps: the engine looks again when the span is over, after a crash too,
because the time since the step began is in the journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from drctl.actions.parameters import CLOSED, Duration
from drctl.actions.read_only import ReadOnly
from drctl.model.decision import Decision, Done, Wait
from drctl.model.duration import format_duration
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    duration: Duration


class WaitFor(ReadOnly):
    """Holds once the step is `duration` old."""

    spec = ActionSpec(
        kind="wait",
        summary="Wait for a span of time",
        params=Params,
        outputs={"waited": ValueKind.DURATION},
        expect=timedelta(minutes=1),
        # A wait ends by itself; a deadline below its own length would only hold the run.
        deadline=timedelta(hours=24),
        example="""\
- id: let-caches-run-out
  uses: wait
  with: { duration: 2m }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> None:
        return None

    def decide(self, params: Params, seen: None, past: Past) -> Decision:
        left = params.duration - past.elapsed
        if left <= timedelta(0):
            return Done(f"{format_duration(params.duration)} have gone by")
        percent = 100 * (past.elapsed / params.duration)
        return Wait(f"{format_duration(params.duration)} to go by", again_in=left, percent=percent)

    def verify(self, params: Params, seen: None, past: Past, ctx: StepContext) -> Evidence:
        waited = format_duration(past.elapsed)
        return Evidence.of(f"waited {waited}", outputs={"waited": waited})
