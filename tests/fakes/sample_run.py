"""A small made-up recovery, event by event: a database and a bucket, an application, a switch of DNS."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from drctl.model import events as e
from drctl.model.events import Approve, Event, Mode
from drctl.model.evidence import Evidence, RecoveryPoint
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.plan import Objectives, Plan, PlannedStep, Store
from drctl.model.recorded import Recorded
from drctl.model.run import Run
from drctl.model.timing import Mark
from drctl.model.verdict import Verdict

ONSET = datetime(2026, 11, 14, 3, 42, tzinfo=UTC)
RUN = "dr-sim-20261114-k7qd"


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def at(after: float) -> datetime:
    """So many minutes after the onset."""
    return ONSET + minutes(after)


PLAN = Plan(
    runbook="orders-failover",
    title="Fail the order service over to Ireland",
    objectives=Objectives(rto=timedelta(hours=4), rpo=timedelta(hours=1)),
    steps=(
        PlannedStep(id="find-point", uses="rds.find_recovery_point", params={}, expect=minutes(1)),
        PlannedStep(
            id="restore-db",
            uses="rds.restore_snapshot",
            params={},
            title="Restore the database",
            needs=("find-point",),
            expect=minutes(20),
            store=Store("database"),
            marks=Mark.DATA_WRITABLE,
        ),
        PlannedStep(
            id="restore-db-single-az",
            uses="rds.restore_snapshot",
            params={},
            needs=("find-point",),
            expect=minutes(20),
            store=Store("database"),
            dormant=True,
        ),
        PlannedStep(id="promote-bucket", uses="s3.promote_replica", params={}, store=Store("storage")),
        PlannedStep(
            id="rebuild-cache",
            uses="elasticache.failover",
            params={},
            expect=minutes(8),
            critical=False,
            store=Store("cache", ephemeral=True),
        ),
        PlannedStep(
            id="serve",
            uses="ecs.redeploy",
            params={},
            needs=("restore-db", "promote-bucket", "rebuild-cache"),
            expect=minutes(5),
        ),
        PlannedStep(
            id="switch-dns",
            uses="route53.switch_records",
            params={},
            needs=("serve",),
            expect=minutes(2),
            irreversible=True,
            marks=Mark.SERVING,
        ),
        PlannedStep(
            id="check-health",
            uses="check.http",
            params={},
            needs=("switch-dns",),
            expect=minutes(2),
            marks=Mark.VERIFIED,
        ),
        PlannedStep(id="unmute", uses="ssm.put_parameter", params={}, final=True, critical=False),
    ),
)


def begun(*, simulated: bool = True, approve: Approve = Approve.AUTO) -> list[Event]:
    """The first events of every run of the plan."""
    return [
        e.RunStarted(
            at=at(0),
            run=RUN,
            runbook=PLAN.runbook,
            mode=Mode.DRILL,
            approve=approve,
            environment="simulated" if simulated else "staging",
            simulated=simulated,
            sources={"orders-failover": "runbook: orders-failover\n"},
            inputs={"recovery_region": "eu-west-1"},
            variables={},
            scenario="region-down",
            lost_regions=("eu-central-1",),
            started_by="ops@bastion",
            drctl="0.1.0",
        ),
        e.LeaseTaken(at=at(0), holder="ops@bastion (pid 4711)"),
        e.Marked(at=at(0), mark=Mark.ONSET, instant=at(0), source="scenario region-down"),
        e.Marked(at=at(4), mark=Mark.DECLARED, instant=at(4), source="drill"),
        e.Marked(at=at(4), mark=Mark.EXECUTING, instant=at(4), source="first step"),
    ]


def database_restored() -> list[Event]:
    return [
        e.StepStarted(at=at(4), step="find-point"),
        e.StepStarted(at=at(4), step="promote-bucket"),
        e.StepStarted(at=at(4), step="rebuild-cache"),
        e.StepSucceeded(
            at=at(5),
            step="find-point",
            because="the newest copy is complete",
            evidence=Evidence.of("snapshot amply-prod-202611140300-eu-west-1 is available", outputs={"storage_gb": 20}),
        ),
        e.StepStarted(at=at(5), step="restore-db", params={"instance": "amply-prod"}),
        e.ChangeIntended(
            at=at(5),
            step="restore-db",
            name="restore",
            summary="restore amply-prod from amply-prod-202611140300-eu-west-1",
            operation="rds:RestoreDBInstanceFromDBSnapshot",
            target="amply-prod",
        ),
        e.ChangeReturned(at=at(5), step="restore-db", name="restore", facts={"status": "creating"}),
        e.StepWaiting(at=at(5), step="restore-db", until="amply-prod to leave 'creating'"),
        e.StepSucceeded(
            at=at(6),
            step="promote-bucket",
            because="nothing is pending",
            evidence=Evidence.of(
                "amply-storage-prod-eu-west-1 takes writes, nothing is pending",
                outputs={"latency_s": 41.5},
                recovery_point=RecoveryPoint(at(-0.75), "replication latency"),
            ),
        ),
        e.StepSucceeded(
            at=at(13),
            step="rebuild-cache",
            because="it is available",
            evidence=Evidence.of("amply-prod-redis is empty and available"),
        ),
        e.StepWaiting(at=at(15), step="restore-db", until="amply-prod to leave 'backing-up'", percent=40.0),
        e.StepSucceeded(
            at=at(27.5),
            step="restore-db",
            because="it is available",
            evidence=Evidence.of(
                "amply-prod answers at amply-prod.eu-west-1.rds.amazonaws.com:5432",
                outputs={"endpoint": "amply-prod.eu-west-1.rds.amazonaws.com", "port": 5432},
                recovery_point=RecoveryPoint(at(-42), "snapshot database time"),
            ),
        ),
        e.Marked(at=at(27.5), mark=Mark.DATA_WRITABLE, instant=at(27.5), source="restore-db"),
    ]


def service_switched() -> list[Event]:
    return [
        e.StepStarted(at=at(27.5), step="serve"),
        e.StepSucceeded(
            at=at(34), step="serve", because="4 targets are healthy", evidence=Evidence.of("4 of 4 targets are healthy")
        ),
        e.StepStarted(at=at(34.25), step="switch-dns"),
        e.ChangeIntended(
            at=at(34.25),
            step="switch-dns",
            name="switch",
            summary="point api.amply.example at eu-west-1",
            operation="route53:ChangeResourceRecordSets",
            target="amply.example",
            undo={"records": ["api.amply.example A eu-central-1"]},
        ),
        e.ChangeReturned(at=at(34.25), step="switch-dns", name="switch"),
        e.StepSucceeded(at=at(35), step="switch-dns", because="INSYNC", evidence=Evidence.of("the change is INSYNC")),
        e.Marked(at=at(35), mark=Mark.SERVING, instant=at(35), source="switch-dns"),
        e.StepStarted(at=at(35), step="check-health"),
        e.StepSucceeded(
            at=at(36), step="check-health", because="200", evidence=Evidence.of("3 answers in a row from eu-west-1")
        ),
        e.Marked(at=at(36), mark=Mark.VERIFIED, instant=at(36), source="check-health"),
    ]


def passed() -> list[Event]:
    """A whole run that met both objectives, with a finding that lowers its verdict."""
    finding = Finding(
        FindingKind.DEAD_REGION_CALL, Severity.WARNING, "1 call to eu-central-1 was attempted", step="promote-bucket"
    )
    return [
        *begun(),
        *database_restored(),
        *service_switched(),
        e.FindingRecorded(at=at(36), finding=finding),
        e.StepSkipped(at=at(36), step="unmute", reason="its condition is false"),
        e.RunFinished(at=at(36), verdict=Verdict.PASSED_WITH_EXCEPTIONS, reasons=(finding.what,)),
    ]


def held() -> list[Event]:
    """A run that waits for an operator: the database never came up."""
    return [
        *begun(approve=Approve.ASK),
        *database_restored()[:-2],
        e.StepHeld(
            at=at(65),
            step="restore-db",
            because="still waiting for amply-prod to leave 'backing-up' after 1h",
            hint="raise `deadline`, or look at the instance",
        ),
        e.RunHeld(at=at(65), because="restore-db needs a decision, and everything else waits for it"),
    ]


def failed() -> list[Event]:
    """A run that nobody watched, failed and undid itself."""
    because = "amply-prod is 'incompatible-restore', which never becomes available"
    return [
        *begun(),
        *database_restored()[:-2],
        e.StepFailed(at=at(30), step="restore-db", because=because, hint="choose an older snapshot"),
        e.UndoStarted(at=at(30), reason="restore-db failed and nobody watches"),
        e.StepUndone(at=at(38), step="restore-db", because="amply-prod is gone"),
        e.StepUndoFailed(
            at=at(39), step="promote-bucket", because="the pointer was changed by somebody else", hint="look at it"
        ),
        e.RunFinished(at=at(39), verdict=Verdict.FAILED, reasons=("Step restore-db failed.",)),
    ]


def recorded(events: Iterable[Event]) -> tuple[Recorded, ...]:
    """`events` as a journal would hand them back: numbered from 1 and chained."""
    records: list[Recorded] = []
    digest = ""
    for seq, event in enumerate(events, start=1):
        digest = hashlib.sha256(f"{digest}{seq}{type(event).__name__}".encode()).hexdigest()
        records.append(Recorded(seq, 1, event, digest))
    return tuple(records)


def run_of(events: Sequence[Event]) -> Run:
    return Run.of(recorded(events))
