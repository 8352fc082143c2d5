"""What a tick is given: the step's past, and the context its action may touch."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta

from drctl.engine.live import Live
from drctl.engine.parts import Parts
from drctl.model.events import Mode, RunStarted
from drctl.model.instant import format_instant
from drctl.model.outcome import reference_mark
from drctl.model.past import Past
from drctl.model.run import Run
from drctl.ports.action import EXPIRY_TAG, MODE_TAG, OWNER_TAG, StepContext
from drctl.ports.approvals import Answer

_NAMESPACE = uuid.UUID("6f1d7e0a-0d53-5c0e-9d2e-6b9c4a3f1d77")


def started(run: Run) -> RunStarted:
    """Event 1 of `run`. Every driven run has one."""
    if run.started is None:
        raise AssertionError("a run without its first event is never driven")
    return run.started


def past_of(live: Live, run: Run, now: datetime) -> Past:
    """What the journal says of the step's earlier attempts."""
    first, recorded = started(run), run.step(live.step.id)
    return Past(
        run=first.run,
        step=live.step.id,
        epoch=max(recorded.epoch, 1),
        began=live.begun,
        elapsed=max(now - live.begun, timedelta(0)),
        adopt=live.step.adopt,
        drill=first.mode is Mode.DRILL,
        onset=run.marks.get(reference_mark(run)),
        changes=recorded.changes,
        journal_lost_at=run.journal_lost_for(live.step.id),
    )


def context_of(live: Live, run: Run, parts: Parts, answer: Answer | None) -> StepContext:
    """What the step's action may touch. Names and tokens are the same for every attempt of an epoch."""
    first, step = started(run), live.step
    epoch = max(run.step(step.id).epoch, 1)
    return StepContext(
        run=first.run,
        step=step.id,
        aws=parts.aws.for_account(step.account, step.id),
        probes=parts.probes,
        programs=parts.programs,
        tags={
            OWNER_TAG: first.run,
            # An unrolled step is `step[key]`, and tags may not hold brackets (AWS, "Tag naming limits").
            "drctl:step-id": re.sub(r"[^\w .:/=+@-]", "_", step.id, flags=re.ASCII),
            "drctl:runbook": first.runbook,
            MODE_TAG: "drill" if first.mode is Mode.DRILL else "real",
            # Of event 1 alone, never of the clock: a call that is sent again has to be the same call.
            **({EXPIRY_TAG: format_instant(first.expires_at)} if first.expires_at is not None else {}),
        },
        token=str(uuid.uuid5(_NAMESPACE, f"{first.run}/{step.id}/{epoch}")),
        answer=answer,
        epoch=epoch,
        item=step.item,
        settings=first.settings,
    )
