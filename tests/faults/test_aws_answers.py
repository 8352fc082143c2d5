"""Answers that are no storm: not allowed, no capacity, a full quota, what is not yet true, and words nobody knows."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from drctl.model.run import StepState
from drctl.model.scenario import Fault, FaultKind
from drctl.testing.cases import Case
from tests.actions.laws import every_case
from tests.faults.changed_answers import levitating, stale
from tests.faults.chosen import first_cases, in_turn, of_every, tally
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
            if step.struck == 0:
                break  # It has looked its last before it came to this one: that is what a denied later look shows.
            if step.struck and begun == len(step.intended):
                check(ended.state is StepState.HELD, f"{service}:{operation}: {ended.state} {ended.failure}")
                check(f"{service}:{operation}" in (ended.hint or ""), f"{ended.hint} does not name {operation}")
            step.strike()
        step.strike()
        check_ended_the_same(step, step.drive(), usual)
        return counted

    counted = of_every(
        [c for c in first_cases() if "denied_look" not in c.exempt and undisturbed(c, simulated).looks], deny
    )
    tally(
        counted,
        fault="a look at AWS is denied",
        how="each operation by which an action looks, one after the other, each allowed again before `resume`",
    )


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


def test_fargate_without_capacity_is_waited_for_or_said(simulated: Simulated) -> None:
    """A service's tasks start once there is room again; a task that is run once is refused, and run by `resume`."""

    def fill(case: Case) -> Counter[str]:
        usual = undisturbed(case, simulated)
        step = OneStep(case, simulated)
        region = str(case.params["region"])
        full = simulated.world.broken.setdefault("fargate", set())
        full.add(region)
        simulated.world.clock.after(timedelta(minutes=20), lambda: full.discard(region))
        ended = step.drive()
        if case.kind == "ecs.run_task":
            check(ended.state is StepState.FAILED and "no room" in ended.failure, f"{ended.state} {ended.failure}")
            full.clear()
            ended = step.drive()
            check(ended.state is StepState.SUCCEEDED, ended.failure)
            check(
                len(
                    simulated.client("ecs", region).list_tasks(
                        cluster=str(case.params["cluster"]), desiredStatus="STOPPED"
                    )["taskArns"]
                )
                == 1,
                "tasks",
            )
        else:
            check_ended_the_same(step, ended, usual)
        return Counter(injected=1)

    cases = [case for case in every_case() if case.kind.startswith("ecs.") and case.live and "nothing" not in case.name]
    tally(
        of_every(cases, fill),
        fault="Fargate has no capacity",
        how="in the Region of each case that starts tasks, for 20 minutes",
    )


def test_what_aws_does_not_show_yet_is_not_made_twice(simulated: Simulated) -> None:
    """After each change AWS answers for ten seconds as if it had not been made."""

    def lag(case: Case) -> Counter[str]:
        usual = undisturbed(case, simulated)
        step = OneStep(case, simulated)
        with stale(simulated, timedelta(seconds=10)) as changed:
            ended = step.drive()
        check(changed.count > 0, "no answer was changed")
        check_ended_the_same(step, ended, usual)
        return Counter(injected=changed.count)

    cases = [case for case in first_cases() if (usual := undisturbed(case, simulated)).makes and usual.looks]
    tally(
        of_every(cases, lag),
        fault="AWS does not show yet what was changed",
        how="for 10 s after each change of every action, each look is answered as before it",
    )


def test_a_status_that_nobody_knows_stops_the_step(simulated: Simulated) -> None:
    """A word that AWS never said before: nothing is skipped and nothing is guessed, a person is asked."""

    def levitate(case: Case) -> Counter[str]:
        step = OneStep(case, simulated)
        with levitating(simulated) as changed:
            ended = step.drive()
        check(ended.state in (StepState.FAILED, StepState.HELD), f"{ended.state} {ended.because}")
        check("levitating" in ended.failure, ended.failure)
        check(bool(ended.hint), f"no hint: {ended.failure}")
        return Counter(injected=changed.count)

    cases = [case for case in first_cases() if "unknown" not in case.exempt and undisturbed(case, simulated).looks]
    tally(
        of_every(cases, levitate),
        fault="a status that nobody knows",
        how="every status in the answers to every action that goes by one",
    )
