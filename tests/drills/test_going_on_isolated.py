"""A drill that goes on has to be as isolated as when it began; what it has made is taken back in any case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drctl.bootstrap import DrillRequest, PauseRequest, resume, start_drill
from drctl.bootstrap.aborting import abort
from drctl.bootstrap.requests import Outcome
from drctl.errors import GuardRefused
from drctl.journal.folder import find_run
from drctl.journal.reading import read_journal
from drctl.model import events as e
from drctl.model.order import Order, OrderKind
from drctl.model.recorded import Recorded
from drctl.model.run import Run
from tests.drills.environment_drills import RUNBOOK, Staging, staging_at
from tests.fakes.progress import SilentProgress
from tests.simulated import RECOVERY, Simulated
from tests.simulated import simulated as simulated

PRODUCTION_OF_OTHERS = "999999999999"


@pytest.fixture
def staging(simulated: Simulated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Staging]:
    with staging_at(simulated, tmp_path, monkeypatch) as there:
        there.environment(more=f"isolation: {{ production_accounts: ['{PRODUCTION_OF_OTHERS}'], no_peering: true }}")
        yield there


class _PausesOnceDone(SilentProgress):
    """Pauses the run when its first step is done."""

    def __init__(self, pause: PauseRequest) -> None:
        super().__init__()
        self._pause = pause

    def recorded(self, record: Recorded, run: Run) -> None:
        if isinstance(record.event, e.StepSucceeded):
            self._pause.ask(by="ana@ops")


def paused(staging: Staging) -> str:
    path = staging.folder / "small.yaml"
    path.write_text(RUNBOOK.replace("AFTER", "undo"))
    request = DrillRequest(
        runbook=str(path), environment="staging", inputs={}, state_dir=staging.state, skip_if_blocked=False
    )
    pause = PauseRequest()
    outcome = start_drill(request, _PausesOnceDone(pause), None, pause)
    assert outcome.document["state"] == "paused"
    return outcome.run


def connect_to_production(staging: Staging) -> None:
    ours = staging.simulated.client("ec2", RECOVERY)
    theirs = staging.simulated.client("ec2", RECOVERY, PRODUCTION_OF_OTHERS)
    one, other = (ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"] for ec2 in (ours, theirs))
    ours.create_vpc_peering_connection(VpcId=one, PeerVpcId=other, PeerOwnerId=PRODUCTION_OF_OTHERS)


def go_on(staging: Staging, run: str) -> Outcome:
    return resume(run, staging.state, SilentProgress(), None, pause=PauseRequest())


def test_a_drill_whose_network_leads_to_production_meanwhile_goes_on_with_nothing_but_its_undo(
    staging: Staging,
) -> None:
    run = paused(staging)
    connect_to_production(staging)
    folder = find_run(staging.state, run)
    before = read_journal(folder.journal)
    with pytest.raises(GuardRefused, match="is not isolated"):
        go_on(staging, run)
    assert read_journal(folder.journal) == before
    assert staging.parameters() == []
    assert staging.queues() == ["drill-tasks", "drill-tasks-dlq"]
    order = Order(id="abort", kind=OrderKind.ABORT, by="ana@ops", why="not isolated any more", undo=True)
    ended = abort(order, folder, lambda: go_on(staging, run))
    assert isinstance(ended, Outcome)
    assert ended.document["verdict"] == "ABORTED"
    assert staging.queues() == []


def test_a_drill_that_is_as_isolated_as_before_goes_on(staging: Staging) -> None:
    assert go_on(staging, paused(staging)).document["verdict"] == "PASSED"
