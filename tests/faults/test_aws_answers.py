"""Answers that are no storm: not allowed, no capacity, a full quota, what is not yet true, and words nobody knows."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from drctl.aws.iam_names import iam_action
from drctl.model.run import StepState
from drctl.model.scenario import Fault, FaultKind
from drctl.testing.cases import Case
from tests.actions.laws import every_case
from tests.faults.changed_answers import levitating, stale
from tests.faults.chosen import in_turn, of_every, tally
from tests.faults.one_step import OneStep, check, check_ended_the_same, undisturbed
from tests.simulated import RECOVERY, Simulated
from tests.simulated import simulated as simulated

QUOTAS = {
    "rds": "InstanceQuotaExceeded",
    "elasticache": "ClusterQuotaForCustomerExceeded",
    "s3": "TooManyBuckets",
    "ssm": "ParameterLimitExceeded",
    "sqs": "OverLimit",
    "route53": "LimitsExceeded",
    "cloudfront": "TooManyDistributionsAssociatedToCachePolicy",
    "lambda": "ServiceQuotaExceededException",
    "route53-recovery-cluster": "ServiceLimitExceededException",
}
"""What services say where a quota is full; the others say LimitExceededException."""
AT_ONCE = {
    "s3.restore_versions": "S3 lists an object's versions at once (Amazon S3 User Guide, data consistency model)"
}
NO_STATUS = {
    "arc.cancel_shift": "goes by the type of a shift",
    "ci.freeze": "goes by what GitHub says",
    "s3.check_replication": "goes by metrics",
    "s3.mrap_failover": "goes by dials",
    "ssm.put_parameter": "goes by the type of a parameter",
}
READ_AS_NO = {
    "s3.batch_replicate": "a rule that is not Enabled replicates nothing",
    "s3.restore_versions": "a bucket whose versioning is not Enabled keeps no versions",
}
"""What stops as well where a status is any other word, and names no word."""


@pytest.mark.thorough
def test_a_look_that_is_denied_holds_the_step_until_it_is_allowed(simulated: Simulated) -> None:
    """Whichever look it is: nothing is changed on what was not seen, and `resume` goes on once it may be seen."""

    def deny(case: Case) -> Counter[str]:
        usual = undisturbed(case, simulated)
        step, counted = OneStep(case, simulated), Counter[str]()
        for service, operation in usual.looks:
            begun = len(step.intended)
            step.strike(Fault(service=service, operation=operation, kind=FaultKind.DENIED, times=None))
            ended = step.drive()
            counted["injected"] += step.struck
            # Whatever it has not looked at by then, it looks at after its change, or not at all.
            if step.struck:
                check(len(step.intended) - begun <= len(usual.changes), f"intended {step.intended}")
                # What is read only to be written, such as a password that is made up, is read by the change.
                stopped = ended.state is StepState.HELD or (ended.state is StepState.FAILED and not step.accepted)
                check(stopped, f"{service}:{operation}: {ended.state} {ended.failure}")
                named = iam_action(f"{service}:{operation}")
                check(named in (ended.hint or ""), f"{ended.hint} does not name {named}")
            step.strike()
        step.strike()
        check_ended_the_same(step, step.drive(), usual, begun_anew=True)
        return counted

    counted = of_every(
        [
            c
            for c in in_turn(8, looking=True)
            if "denied_look" not in c.exempt and not c.kind.startswith("notify.") and undisturbed(c, simulated).looks
        ],
        deny,
    )
    tally(
        counted,
        fault="a look at AWS is denied",
        how="each operation by which actions of every family look, one after the other; allowed again before `resume`",
    )


@pytest.mark.thorough
def test_a_full_quota_is_given_up_by_its_name(simulated: Simulated) -> None:
    """No waiting and no trying again: the step fails, says which quota it is, and has changed nothing."""

    def fill(case: Case) -> Counter[str]:
        usual = undisturbed(case, simulated)
        service, operation = usual.makes[0]
        code = QUOTAS.get(service, "LimitExceededException")
        step = OneStep(case, simulated)
        step.strike(Fault(service=service, operation=operation, kind=FaultKind.SERVER_ERROR, code=code, times=None))
        ended = step.drive()
        if case.kind.startswith("notify."):
            check(code in str(ended.evidence), f"{ended.evidence} does not name {code}")
            return Counter(injected=step.struck, lost=1)
        check(ended.state is StepState.FAILED, f"{ended.state} {ended.failure}")
        check(code in ended.failure and "quota" in (ended.hint or ""), f"{ended.failure} ({ended.hint})")
        check(step.struck == 1 and not step.accepted, f"{step.struck} calls, accepted {step.accepted}")
        return Counter(injected=step.struck)

    counted = of_every([case for case in in_turn(7) if undisturbed(case, simulated).makes], fill)
    tally(
        counted,
        fault="a quota is full",
        how="the first change of every family of actions is refused for it; lost is a notification",
    )


@pytest.mark.parametrize("kind", ["rds.restore_snapshot"])
def test_a_class_without_capacity_is_replaced_by_the_next(simulated: Simulated, kind: str) -> None:
    (case, *_) = [case for case in every_case() if case.kind == kind]
    step = OneStep(case, simulated)
    step.strike(Fault(service="rds", operation="RestoreDBInstanceFromDBSnapshot", kind=FaultKind.CAPACITY, times=1))
    ended, struck = step.drive(), step.struck
    assert ended.state is StepState.SUCCEEDED
    found = simulated.client("rds", RECOVERY).describe_db_instances(DBInstanceIdentifier="amply-prod")
    assert [one["DBInstanceClass"] for one in found["DBInstances"]] == ["db.m6g.large"]
    step = OneStep(case, simulated)
    step.strike(Fault(service="rds", operation="RestoreDBInstanceFromDBSnapshot", kind=FaultKind.CAPACITY, times=2))
    refused = step.drive()
    assert refused.state is StepState.FAILED
    assert "no capacity" in refused.failure
    assert not step.accepted
    struck += step.struck
    # Whoever resumes has waited: every class is tried again.
    again = step.drive()
    check_ended_the_same(step, again, undisturbed(case, simulated))
    tally(
        Counter(injected=struck),
        fault="RDS has no capacity",
        how="for one class, which the next replaces; and for all, until the run is resumed",
    )


@pytest.mark.thorough
def test_fargate_without_capacity_is_waited_for_or_said(simulated: Simulated) -> None:
    """The step ends early and says why, so that somebody can choose; `resume` goes on once there is room."""

    def fill(case: Case) -> Counter[str]:
        usual = undisturbed(case, simulated)
        step = OneStep(case, simulated)
        region = str(case.params["region"])
        full = simulated.world.broken.setdefault("fargate", set())
        full.add(region)
        simulated.world.clock.after(timedelta(minutes=20), lambda: full.discard(region))
        ended = step.drive()
        check(ended.state is StepState.FAILED, f"{ended.state} {ended.because}")
        check("Capacity" in ended.failure or "no room" in ended.failure, ended.failure)
        check(bool(ended.hint), ended.failure)
        simulated.advance(timedelta(minutes=20))
        ended = step.drive()
        check(ended.state is StepState.SUCCEEDED, ended.failure)
        left = step.left()
        check(left.made == usual.left.made, f"made {left.made}")
        return Counter(injected=1)

    cases = [
        case
        for case in every_case()
        if case.kind.startswith("ecs.") and case.live and case.name not in ("to nothing", "stopped")
    ]
    tally(
        of_every(cases, fill),
        fault="Fargate has no capacity",
        how="in the Region of each case that starts tasks, for 20 minutes, and then the run is resumed",
    )


def test_what_aws_does_not_show_yet_is_not_made_twice(simulated: Simulated) -> None:
    """After each change AWS answers for ten seconds as if it had not been made."""

    def lag(case: Case) -> Counter[str]:
        usual = undisturbed(case, simulated)
        step = OneStep(case, simulated)
        with stale(simulated, timedelta(seconds=10)) as changed:
            ended = step.drive()
        check_ended_the_same(step, ended, usual)
        return Counter(injected=changed.count)

    cases = [case for case in in_turn(10) if undisturbed(case, simulated).makes and case.kind not in AT_ONCE]
    tally(
        of_every(cases, lag),
        fault="AWS does not show yet what was changed",
        how="for 10 s after each change of every family of actions, each look is answered as before it",
    )


@pytest.mark.thorough
def test_a_status_that_nobody_knows_stops_the_step(simulated: Simulated) -> None:
    """A word that AWS never said before: nothing is skipped and nothing is guessed, a person is asked."""

    def levitate(case: Case) -> Counter[str]:
        step = OneStep(case, simulated, patience=timedelta(0))
        with levitating(simulated) as changed:
            ended = step.drive()
        check(ended.state in (StepState.FAILED, StepState.HELD), f"{ended.state} {ended.because}")
        said = "levitating" in ended.failure or case.kind in READ_AS_NO
        check(said and bool(ended.hint), f"{ended.failure} ({ended.hint})")
        return Counter(injected=changed.count)

    exempt = {case.kind for case in every_case() if "unknown" in case.exempt} | set(NO_STATUS)
    # What is not there has no status.
    exempt.add("rds.delete_instance somebody else's")
    cases = [
        case
        for case in in_turn(9, looking=True)
        if exempt.isdisjoint((case.kind, str(case))) and undisturbed(case, simulated).looks
    ]
    tally(
        of_every(cases, levitate),
        fault="a status that nobody knows",
        how="every status in the answers to actions of every family that goes by one",
    )
