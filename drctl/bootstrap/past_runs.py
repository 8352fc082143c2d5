"""Read what earlier runs have recorded: few of them, the newest, and never so long that somebody waits for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from drctl import clock
from drctl.bootstrap.records import plan_of
from drctl.errors import DrctlError
from drctl.journal.folder import RunFolder, all_runs
from drctl.journal.reading import read_first, read_journal
from drctl.model.events import HistoryRead, RunStarted
from drctl.model.history import NEWEST, Comparable, attempts_in, times_of
from drctl.model.plan import Plan
from drctl.model.run import Run
from drctl.report.plain_json import plain

LOOKED_AT = 500
"""Of how many runs, the newest, the beginning is read to see whether it is of any use."""
PATIENCE_S = 2.0
"""How long a run that begins may wait for its history, which takes a tenth of that."""


@dataclass(frozen=True, slots=True)
class PastRuns:
    """Runs, newest first, each with the plan it followed, and how many journals could not be read or were left out."""

    runs: Sequence[tuple[Run, Plan]]
    unread: int


def past_runs(
    state_dir: Path,
    wanted: Callable[[RunStarted], bool],
    *,
    most: int,
    first: Callable[[RunStarted], bool] = lambda started: True,
    known: Mapping[str, Plan] | None = None,
    patience_s: float = PATIENCE_S,
) -> PastRuns:
    """At most `most` runs that are `wanted`, the newest; those that are to come `first` before the others.

    `known` are plans that need not be read. A damaged journal is counted and left out, and so is what cannot be read
    in time. Raises Refused where the state folder cannot be read.
    """
    until = clock.awake_and_asleep() + patience_s
    plans = dict(known or {})
    begun, unread = _begun(state_dir, wanted, until - patience_s / 2)
    # The order of a list stays where it does not matter: newest first.
    begun.sort(key=lambda one: one[1].at, reverse=True)
    begun.sort(key=lambda one: not first(one[1]))
    found: list[tuple[Run, Plan]] = []
    for folder, _ in begun[:most]:
        if clock.awake_and_asleep() > until:
            unread += 1
            continue
        try:
            run = Run.of(read_journal(folder.journal))
            found.append((run, _plan(run, plans)))
        except DrctlError:
            unread += 1
    return PastRuns(found, unread)


def _begun(
    state_dir: Path, wanted: Callable[[RunStarted], bool], until: float
) -> tuple[list[tuple[RunFolder, RunStarted]], int]:
    folders = sorted(all_runs(state_dir), key=_written, reverse=True)
    found, unread = [], 0
    for folder in folders[:LOOKED_AT]:
        if clock.awake_and_asleep() > until:
            unread += 1
            continue
        try:
            started = read_first(folder.journal)
        except DrctlError:
            unread += 1
            continue
        if started is not None and wanted(started):
            found.append((folder, started))
    return found, unread


def _written(folder: RunFolder) -> float:
    try:
        return folder.journal.stat().st_mtime
    except OSError:
        return 0.0


def _key(started: RunStarted) -> str:
    """What the plan of a run is made of."""
    made_of = (started.runbook, started.sources, started.inputs, started.variables, started.environment)
    return json.dumps([plain(one) for one in made_of], sort_keys=True)


def _plan(run: Run, plans: dict[str, Plan]) -> Plan:
    """The plan of `run`. What was read before is not read again: that takes longer than all the rest."""
    if run.started is None or run.amended:
        return plan_of(run)
    key = _key(run.started)
    if key not in plans:
        plans[key] = plan_of(run)
    return plans[key]


def history_of(state_dir: Path, started: RunStarted, plan: Plan) -> list[HistoryRead]:
    """What is known of how long the steps of `plan` take, for the run that begins so; nothing where nothing is.

    A forecast is no reason not to recover: what cannot be read is left out, and counted.
    """
    like = Comparable.to(started)
    try:
        past = past_runs(
            state_dir,
            like.takes,
            most=NEWEST,
            first=lambda other: other.environment == started.environment,
            known={_key(started): plan},
        )
    except DrctlError:
        return []
    attempts = [attempt for run, followed in past.runs for attempt in attempts_in(run, followed)]
    times = times_of(plan, attempts, like)
    if not times and not past.unread:
        return []
    return [HistoryRead(at=started.at, times=times, runs=len(past.runs), unread=past.unread)]
