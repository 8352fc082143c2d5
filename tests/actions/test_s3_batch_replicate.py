"""s3.batch_replicate on the simulated AWS."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from drctl.model.decision import Change, Done, Refuse, Wait
from tests.actions.cases.s3_batch_replicate import PARAMS, REPLICA, SOURCE, plant, plant_buckets
from tests.actions.cases.s3_promote_replica import configure, rule
from tests.actions.driving import Driver
from tests.actions.laws import Case, Live
from tests.simulated import PRIMARY, RECOVERY, Simulated


def driver(simulated: Simulated, **params: Any) -> Driver:
    return Driver(
        Case(kind="s3.batch_replicate", params={**PARAMS, **params}, live=Live(plant=lambda _: None)), simulated
    )


def keys(simulated: Simulated, region: str, bucket: str) -> list[str]:
    listed = simulated.client("s3", region).list_objects_v2(Bucket=bucket)
    return [one["Key"] for one in listed.get("Contents", ())]


def test_what_was_there_before_the_rule_arrives(simulated: Simulated) -> None:
    plant(simulated)
    assert keys(simulated, RECOVERY, REPLICA) == ["new"]
    outcome = driver(simulated).converge()
    assert keys(simulated, RECOVERY, REPLICA) == ["new", "old/a", "old/b"]
    assert outcome.evidence is not None
    assert outcome.evidence.outputs["total"] == 2
    assert outcome.evidence.outputs["failed"] == 0


def test_prefixes_narrow_what_is_replicated(simulated: Simulated) -> None:
    plant(simulated)
    driver(simulated, prefixes=["old/b"]).converge()
    assert keys(simulated, RECOVERY, REPLICA) == ["new", "old/b"]


def test_replicas_go_back_to_a_bucket_that_was_made_again(simulated: Simulated) -> None:
    """Failback after the source was lost: its replica fills it, under the same version ids."""
    plant_buckets(simulated)
    configure(simulated, PRIMARY, SOURCE, rule("to-ireland", REPLICA))
    source = simulated.client("s3", PRIMARY)
    version = source.put_object(Bucket=SOURCE, Key="a", Body=b"paid")["VersionId"]
    simulated.advance(timedelta(minutes=30))
    source.delete_object(Bucket=SOURCE, Key="a", VersionId=version)
    configure(simulated, RECOVERY, REPLICA, rule("back", SOURCE))

    back = driver(simulated, region=RECOVERY, bucket=REPLICA, statuses=["REPLICA"]).converge()

    assert isinstance(back.decision, Done)
    found = source.get_object(Bucket=SOURCE, Key="a")
    assert (found["Body"].read(), found["VersionId"]) == (b"paid", version)


def test_objects_that_failed_stop_the_step_and_are_in_the_report(simulated: Simulated) -> None:
    plant(simulated)
    step = driver(simulated)
    simulated.client("s3", RECOVERY).put_bucket_versioning(
        Bucket=REPLICA, VersioningConfiguration={"Status": "Suspended"}
    )
    decision = step.converge().decision
    assert isinstance(decision, Refuse)
    assert "2 of 2 objects" in decision.because
    assert PARAMS["report_bucket"] in str(decision.hint)


def test_a_job_at_work_is_cancelled_by_undo(simulated: Simulated) -> None:
    plant(simulated)
    step = driver(simulated)
    decision, _ = step.look()
    assert isinstance(decision, Change)
    step.act(decision)
    assert isinstance(step.look()[0], Wait)

    assert step.converge(undo=True).changes == ["cancel-job"]

    simulated.advance(timedelta(hours=1))
    assert keys(simulated, RECOVERY, REPLICA) == ["new"]


def test_a_token_starts_one_job_only(simulated: Simulated) -> None:
    """Where the list does not show the job yet, the call is made again with the same token."""
    plant(simulated)
    step = driver(simulated)
    decision, _ = step.look()
    assert isinstance(decision, Change)
    step.act(decision)
    step.act(decision)
    assert len({str(change.facts["job"]) for change in step.past.changes}) == 1


def test_a_lost_region_makes_the_job_wait(simulated: Simulated) -> None:
    plant(simulated)
    step = driver(simulated)
    decision, _ = step.look()
    assert isinstance(decision, Change)
    step.act(decision)
    simulated.world.lose(RECOVERY)
    simulated.advance(timedelta(hours=2))
    waiting, _ = step.look()
    assert isinstance(waiting, Wait)
    assert waiting.percent == 0
    simulated.world.heal(RECOVERY)
    assert isinstance(step.converge().decision, Done)
