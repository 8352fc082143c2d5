"""Check that a run's journal is what was written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from drctl.journal.folder import find_run
from drctl.journal.whole import whole_part
from drctl.model.events import RunStarted
from drctl.model.recorded import Recorded
from drctl.model.run import Run
from drctl.model.verification import Damage, Verification


def verify_run(run: str, state_dir: Path, head: str | None = None) -> Verification:
    """How much of that run's journal is whole. With `head`, also whether the event of that hash is still in it.

    Raises NotFound, and JournalUnavailable and JournalCorrupt where nothing of it can be read.
    """
    folder = find_run(state_dir, run)
    records, damage = whole_part(folder.journal)
    found = folded(Verification(folder.run, records, damage))
    if head is None or found.damage is not None or any(record.hash == head for record in records):
        return found
    what = f"no event has the hash {head}: the events up to it were removed, or it is of another run"
    return replace(found, damage=Damage(what, len(records) + 1))


def folded(found: Verification) -> Verification:
    """`found`, whose chain is checked, with whether its events tell of a run, too."""
    if not found.records:
        return found if found.damage else replace(found, damage=Damage("it has no event: the run never began", 1))
    first = found.records[0].event
    if not isinstance(first, RunStarted):
        what = f"event 1 is {type(first).__name__}, and a run begins with RunStarted"
        return replace(found, records=(), damage=_at(found.records[0], what))
    run = Run()
    for place, record in enumerate(found.records):
        try:
            run.apply(record)
        except Exception as error:  # whatever a fold may stumble on, it is this event that it stumbled on
            what = f"event {record.seq} does not follow from those before it: {error!r}"
            return replace(found, records=found.records[:place], damage=_at(record, what))
    return found


def _at(record: Recorded, what: str) -> Damage:
    return Damage(what, record.seq, record.event.at.isoformat())
