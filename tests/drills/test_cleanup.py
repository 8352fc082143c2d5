"""A drill leaves nothing, or has failed; and what is left is deleted, and nothing else, however often it is killed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from drctl.bootstrap import cleanup, cleanup_expired
from drctl.errors import LeaseHeld, Refused
from drctl.journal.folder import find_run
from drctl.journal.reading import read_journal
from drctl.journal.sqlite import SqliteJournal
from drctl.model import events as e
from drctl.model.inventory import InventoryTime
from drctl.model.recorded import Recorded
from drctl.model.run import Run
from drctl.report.text import report_text
from tests.actions.cases.rds_restore_snapshot import plant
from tests.drills.environment_drills import Staging, staging_at
from tests.fakes.progress import SilentProgress
from tests.simulated import RECOVERY, Simulated
from tests.simulated import simulated as simulated

QUEUES = ["drill-tasks", "drill-tasks-dlq"]
QUEUE = "arn:aws:sqs:eu-west-1:111111111111:drill-tasks"


@pytest.fixture
def staging(simulated: Simulated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Staging]:
    with staging_at(simulated, tmp_path, monkeypatch) as there:
        yield there


class Killed(BaseException):
    """The process ended here."""


def leave(staging: Staging) -> str:
    """A drill that could not delete its queues; its name."""
    staging.deny("sqs", "DeleteQueue")
    run = staging.drill().run
    staging.allow()
    return run


def test_a_drill_that_leaves_nothing_passes_and_has_looked_three_times(staging: Staging) -> None:
    outcome = staging.drill()
    assert (outcome.exit_code, outcome.document["verdict"], outcome.document["findings"]) == (0, "PASSED", [])
    run = Run.of(read_journal(find_run(staging.state, outcome.run).journal))
    assert {when: len(taken.resources) for when, taken in run.inventories.items()} == {
        InventoryTime.BEFORE: 0,
        InventoryTime.BUILT: 3,
        InventoryTime.AFTER: 0,
    }


def test_a_leftover_fails_the_drill_and_is_named(staging: Staging) -> None:
    staging.deny("sqs", "DeleteQueue")
    outcome = staging.drill()
    assert (outcome.exit_code, outcome.document["verdict"]) == (1, "FAILED")
    assert f"{QUEUE} was left, which this drill has made." in outcome.document["reasons"]
    left = [one for one in outcome.document["findings"] if QUEUE + " was left" in one["what"]]
    assert [(one["kind"], one["severity"]) for one in left] == [("leftover", "serious")]
    assert f"drctl cleanup {outcome.run}" in left[0]["what"]


class _Planting(SilentProgress):
    """Makes a queue of that name once the drill has begun to make its own."""

    def __init__(self, staging: Staging, name: str) -> None:
        super().__init__()
        self._staging, self._name = staging, name

    def recorded(self, record: Recorded, run: Run) -> None:
        if isinstance(record.event, e.ChangeReturned):
            self._staging.simulated.client("sqs", RECOVERY).create_queue(QueueName=self._name)


@pytest.mark.parametrize(("name", "verdict"), [("drill-tasks-copy", "FAILED"), ("somebody-elses", "PASSED")])
def test_what_came_with_the_drill_and_is_called_after_it_is_a_leftover_also_without_a_tag(
    staging: Staging, name: str, verdict: str
) -> None:
    outcome = staging.drill(progress=_Planting(staging, name))
    assert outcome.document["verdict"] == verdict
    assert staging.queues() == [name]


def test_a_listing_that_is_denied_is_a_finding_and_the_drill_has_not_simply_passed(staging: Staging) -> None:
    staging.deny("elasticache", "DescribeReplicationGroups")
    outcome = staging.drill()
    assert outcome.document["verdict"] == "PASSED WITH EXCEPTIONS"
    (finding,) = outcome.document["findings"]
    assert finding["what"].startswith(
        "what may be left of elasticache:replicationgroup in 111111111111 eu-west-1 is not known: "
    )


def test_what_a_drill_is_to_keep_is_no_leftover_and_is_told(staging: Staging) -> None:
    outcome = staging.drill(after="keep")
    assert outcome.document["verdict"] == "PASSED"
    (kept,) = outcome.document["findings"]
    assert kept["severity"] == "info"
    assert kept["what"].startswith("3 resources of this drill are kept until ")
    assert staging.queues() == QUEUES


def test_cleanup_deletes_what_the_run_has_made_and_nothing_else(staging: Staging) -> None:
    ours, theirs = leave(staging), "dr-staging-20261123-zzzz"
    sqs = staging.simulated.client("sqs", RECOVERY)
    sqs.create_queue(QueueName="drill-tasks-of-nobody")
    sqs.create_queue(QueueName="of-another", tags={"drctl:run-id": theirs, "drctl:mode": "drill"})
    sqs.create_queue(QueueName="of-a-recovery", tags={"drctl:run-id": ours, "drctl:mode": "real"})
    planned = cleanup(ours, staging.state, dry_run=True)
    assert {arn.rpartition(":")[2] for arn in planned.deleted} == set(QUEUES)
    assert staging.queues() == sorted([*QUEUES, "drill-tasks-of-nobody", "of-a-recovery", "of-another"])
    done = cleanup(ours, staging.state)
    assert done.deleted == planned.deleted
    assert staging.queues() == ["drill-tasks-of-nobody", "of-a-recovery", "of-another"]
    assert {arn.rpartition(":")[2] for arn, _ in done.left} == {"drill-tasks-of-nobody", "of-a-recovery"}
    assert not done.clean


@pytest.mark.thorough
def test_a_tag_that_was_taken_off_keeps_the_resource_whatever_the_index_says(staging: Staging) -> None:
    run = leave(staging)
    sqs = staging.simulated.client("sqs", RECOVERY)
    url = sqs.get_queue_url(QueueName="drill-tasks")["QueueUrl"]
    sqs.tag_queue(QueueUrl=url, Tags={"drctl:mode": "real"})
    done = cleanup(run, staging.state)
    assert staging.queues() == ["drill-tasks"]
    assert [arn for arn, _ in done.left] == [QUEUE]


@pytest.mark.thorough
def test_cleanup_is_recorded_and_a_second_one_finds_nothing(staging: Staging) -> None:
    run = leave(staging)
    assert cleanup(run, staging.state).clean
    again = cleanup(run, staging.state)
    assert (again.clean, again.deleted) == (True, ())
    journal = SqliteJournal.open(find_run(staging.state, run).journal)
    events = [record.event for record in journal.read()]
    journal.release()
    assert [one.arn for one in events if isinstance(one, e.DeletionIntended)] == [QUEUE, QUEUE + "-dlq"]
    assert [one.left for one in events if isinstance(one, e.CleanupEnded)] == [(), ()]


@pytest.mark.thorough
def test_what_cannot_be_deleted_is_left_with_the_reason(staging: Staging) -> None:
    run = leave(staging)
    staging.deny("sqs", "DeleteQueue")
    done = cleanup(run, staging.state)
    assert not done.clean
    assert all("AccessDenied" in because for _, because in done.left)


@pytest.mark.thorough
def test_a_listing_that_is_denied_leaves_the_cleanup_unclean(staging: Staging) -> None:
    run = leave(staging)
    staging.deny("rds", "DescribeDBInstances")
    done = cleanup(run, staging.state)
    assert (done.left, done.clean) == ((), False)
    assert {one.what for one in done.unread} == {"rds:db"}


@pytest.mark.thorough
def test_cleanup_killed_anywhere_and_run_again_leaves_nothing(staging: Staging) -> None:
    """Each line that it tells stands between the record of a call and the call."""
    killed = 0
    for line in range(1, 9):
        staging.simulated.app.reset()
        run = leave(staging)
        assert staging.queues() == QUEUES
        told: list[str] = []

        def tell(text: str, told: list[str] = told, line: int = line) -> None:
            told.append(text)
            if len(told) == line:
                raise Killed

        try:
            cleanup(run, staging.state, tell=tell)
        except Killed:
            killed += 1
        assert cleanup(run, staging.state).clean
        assert staging.queues() == []
    assert killed == 3, "two deletions and the end"


@pytest.mark.thorough
def test_a_run_that_somebody_drives_is_not_cleaned_up(staging: Staging) -> None:
    run = leave(staging)
    journal = SqliteJournal.open(find_run(staging.state, run).journal)
    try:
        with pytest.raises(LeaseHeld):
            cleanup(run, staging.state)
        staging.simulated.advance(timedelta(days=2))
        (skipped,) = cleanup_expired("staging", staging.state)
        assert skipped.skipped
        assert staging.queues() == QUEUES
    finally:
        journal.release()


def test_the_janitor_waits_until_the_time_is_over_and_then_needs_no_journal(staging: Staging, tmp_path: Path) -> None:
    run = leave(staging)
    elsewhere = tmp_path / "elsewhere"
    assert cleanup_expired("staging", elsewhere) == []
    assert staging.queues() == QUEUES
    staging.simulated.advance(timedelta(hours=25))
    (done,) = cleanup_expired("staging", elsewhere)
    assert (done.run, done.clean, len(done.deleted)) == (run, True, 2)
    assert staging.queues() == []


def test_a_recovery_is_never_cleaned_up(staging: Staging) -> None:
    run = leave(staging)
    folder = find_run(staging.state, run)
    journal = SqliteJournal.open(folder.journal)
    first = journal.read()[0].event
    journal.release()
    assert isinstance(first, e.RunStarted)
    other = SqliteJournal.open(staging.state / "runs" / "dr-staging-20261123-real" / "journal.sqlite", create=True)
    other.append([replace(first, run="dr-staging-20261123-real", mode=e.Mode.RECOVER)])
    other.release()
    with pytest.raises(Refused, match="is a recovery"):
        cleanup("dr-staging-20261123-real", staging.state)


@pytest.mark.parametrize(
    ("isolation", "told"),
    [
        ("production_accounts: ['111111111111']", "account main is 111111111111, which is production"),
        ("no_peering: true, production_accounts: ['999999999999']", "its network could not be looked at"),
    ],
)
def test_a_drill_that_is_not_isolated_is_refused_before_anything_is_written(
    staging: Staging, isolation: str, told: str
) -> None:
    staging.environment(more=f"isolation: {{ {isolation} }}")
    staging.deny("ec2", "DescribeVpcPeeringConnections")
    with pytest.raises(Refused) as refused:
        staging.drill()
    assert refused.value.exit_code == 2
    assert any(told in line for line in refused.value.context)
    assert staging.queues() == []
    assert not (staging.state / "runs").exists()


def test_an_isolated_drill_starts(staging: Staging) -> None:
    staging.environment(
        more="isolation: { production_accounts: ['999999999999'], no_peering: true, egress_only: [10.0.0.0/8], "
        "mail: off, dns_names: ['dr-test.*'], mute_prefixes: [staging-] }"
    )
    assert staging.drill().document["verdict"] == "PASSED"


DATABASE = """\
runbook: small
title: Restore a database
version: 1
objectives: { rto: 1h, rpo: 4h }
after_drill: undo
steps:
  - id: restore
    uses: rds.restore_snapshot
    store: postgres
    marks: verified
    with:
      region: eu-west-1
      instance: drill
      snapshot: amply-prod-202611230400-eu-west-1
      instance_class: db.t3.micro
      multi_az: false
      subnet_group: amply-prod-db
      security_groups: [amply-rds]
      parameter_group: amply-prod-postgres16
      kms_key: alias/amply-prod-data
"""
PRICES = """\
read_on: 2026-11-27
regions:
  eu-west-1:
    rds:db.t3.micro: { usd: 6.0, per: hour, source: made up for a test }
"""


def test_what_a_drill_has_cost_is_told_with_what_there_is_no_price_for(
    staging: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    (staging.folder / "prices.yaml").write_text(PRICES)
    monkeypatch.setenv("DRCTL_PRICES", str(staging.folder / "prices.yaml"))
    plant(staging.simulated)
    document = staging.drill(DATABASE).document
    assert document["verdict"] == "PASSED", document["reasons"]
    cost = document["cost"]
    assert cost is not None
    assert 1 <= cost["usd"] < 6, "from ten minutes on, and well below an hour"
    assert [part["what"] for part in cost["parts"]] == ["rds:db drill: rds:db.t3.micro"]
    assert cost["no_price_for"] == ["rds:storage:gp3 in eu-west-1"]
    told = report_text(document, width=200, colour=False)
    assert f"cost: about {cost['usd']:.2f} USD, of which " in told
    assert "list prices of 2026-11-27; no price for rds:storage:gp3 in eu-west-1; not counted: requests" in told
