"""What an action is told of its run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from drctl.actions.catalogue import ActionCatalogue
from drctl.engine.context import context_of, past_of
from drctl.engine.live import Goal, Live
from drctl.model.events import Marked, Mode
from drctl.model.instant import format_instant
from drctl.model.run import Run
from drctl.model.timing import Mark
from tests.fakes.clock import START
from tests.fakes.runs import Bench, step

EARLIER = START - timedelta(minutes=20)


def told(*marks: Marked, kept: int = 1) -> datetime | None:
    """The onset that a step is told of, in a run whose journal holds its start and `marks`."""
    planned = step("pause", uses="wait", params={"duration": "1s"})
    bench = Bench(planned)
    bench.journal.lines = bench.journal.lines[:kept]
    bench.journal.append(list(marks))
    bound = ActionCatalogue().bind("wait", {"duration": "1s"})
    live = Live(step=planned, spec=bound.action.spec, bound=bound, goal=Goal.RECOVER, begun=START)
    return past_of(live, Run.of(bench.journal.read()), START).onset


def test_a_step_is_told_when_the_incident_began() -> None:
    onset = Marked(at=START, mark=Mark.ONSET, instant=EARLIER)
    declared = Marked(at=START, mark=Mark.DECLARED, instant=START)
    assert told(onset, declared) == EARLIER


def test_without_an_onset_the_declaration_counts_as_it_does_for_the_verdict() -> None:
    assert told(Marked(at=START, mark=Mark.DECLARED, instant=START)) == START


def test_a_step_is_told_nothing_where_nothing_is_known() -> None:
    assert told() is None


def tags(mode: Mode, expires_at: datetime | None) -> Mapping[str, str]:
    """The tags that a step gives to what it makes."""
    planned = step("pause", uses="wait", params={"duration": "1s"})
    bench = Bench(planned, mode=mode)
    run = Run.of(bench.journal.read())
    assert run.started is not None
    run.started = replace(run.started, expires_at=expires_at)
    bound = ActionCatalogue().bind("wait", {"duration": "1s"})
    live = Live(step=planned, spec=bound.action.spec, bound=bound, goal=Goal.RECOVER, begun=START)
    parts: Any = SimpleNamespace(aws=bench.world, probes=None, programs=None)
    return context_of(live, run, parts, None).tags


def test_what_a_drill_makes_says_from_when_on_it_is_forgotten_and_whatever_the_clock_says() -> None:
    made = tags(Mode.DRILL, START + timedelta(hours=24))
    assert made["drctl:expires-at"] == format_instant(START + timedelta(hours=24))
    assert made == tags(Mode.DRILL, START + timedelta(hours=24))
    assert made["drctl:mode"] == "drill"


def test_what_a_recovery_makes_never_expires() -> None:
    assert "drctl:expires-at" not in tags(Mode.RECOVER, None)
