"""Whatever AWS answers, a step ends as it would have, or it stops and says why; nothing is done twice.

Each test drives steps by the real engine against the simulated AWS while one class of fault strikes: of every family of
actions some, in turn, so that all of them together meet every class. One test drives every action through several
classes at once. `tests.faults.chosen` says how to drive every case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from drctl.model.run import StepRun, StepState
from drctl.model.scenario import Fault, FaultKind
from drctl.ports.aws import AwsAccess
from drctl.testing.access import kept_access, simulated_access
from drctl.testing.cases import Case
from drctl.testing.simulated import Simulated
from tests.faults.chosen import first_cases, in_turn, of_every, tally
from tests.faults.impatient import ImpatientAccess
from tests.faults.one_step import (
    OneStep,
    Operation,
    Undisturbed,
    check,
    check_ended_the_same,
    check_held_in_doubt,
    in_doubt,
    undisturbed,
)
from tests.simulated import simulated as simulated

STORM = 30
SHORT_STORM = 4
"""Calls in a row that may have happened: after each AWS is given the time that it takes to show the effect."""
TOLERANT = {"guard.account": "does without the account's name where nobody answers"}
OUTLASTED = {"arc.zonal_shift extended": "the shift ends while its extension is throttled, and another one is begun"}
"""Cases whose world changes by itself before a storm is over."""


def asks_aws(usual: Undisturbed) -> bool:
    return bool(usual.looks or usual.makes)


def rules(
    operations: Sequence[Operation], kind: FaultKind, times: int | None = 1, code: str | None = None
) -> list[Fault]:
    return [Fault(service=s, operation=o, kind=kind, times=times, code=code) for s, o in operations]


def one_look(case: Case, usual: Undisturbed) -> tuple[Operation, ...]:
    """One of the operations by which the case looks: another one for each case."""
    # The answer to a HEAD has no body, so that nobody can tell whether a 503 is throttling.
    told = [look for look in usual.looks if not look[1].startswith("Head")]
    return (told[len(str(case)) % len(told)],) if told else ()


def check_ended(step: OneStep, ended: StepRun, usual: Undisturbed) -> Counter[str]:
    """It ended as it would have; or it is a flip in doubt, and a person is asked; or it says that nobody was told."""
    counted = Counter(injected=step.struck)
    if ended.state is StepState.HELD and in_doubt(step):
        check_held_in_doubt(step, ended, usual)
    elif step.case.kind.startswith("notify.") and not step.accepted:
        # A recovery does not wait for a notification, and one that may have gone out is not sent again.
        check(ended.state is StepState.SUCCEEDED, ended.failure)
        check(bool(ended.evidence and ended.evidence.warning), "nothing says that nobody was told")
        counted["lost"] += 1
    else:
        check_ended_the_same(step, ended, usual)
    return counted


@pytest.mark.thorough
def test_an_answer_that_is_lost_after_success_doubles_nothing(simulated: Simulated) -> None:
    """Each change is made, and nobody hears of it: a look tells that it has happened, or a person is asked."""

    def lose(case: Case) -> Counter[str]:
        usual = undisturbed(case, simulated)
        step = OneStep(case, simulated)
        step.strike(*rules(usual.makes, FaultKind.ANSWER_LOST, None))
        ended = step.drive()
        check(step.struck >= len(usual.makes) or ended.state is StepState.HELD, f"only {step.struck} were struck")
        return check_ended(step, ended, usual)

    counted = of_every([case for case in in_turn(0) if undisturbed(case, simulated).makes], lose)
    tally(
        counted,
        fault="the answer to a change is lost after success",
        how="the changes of an action of every family are made at AWS, and the connection is reset before it answers",
    )


def storm(
    simulated: Simulated,
    cases: Sequence[Case],
    kind: FaultKind,
    times: int,
    access: Callable[[Case], AwsAccess | None] = lambda case: None,
) -> Counter[str]:
    """Drive `cases` through calls that fail in a row: at one operation by which each looks, and at each change."""

    def one(case: Case) -> Counter[str]:
        usual = undisturbed(case, simulated)
        step = OneStep(case, simulated, access(case))
        looked = one_look(case, usual)
        step.strike(*rules(looked, kind, times), *rules(usual.makes, kind, times))
        ended = step.drive()
        wanted, stopped = times * (len(looked) + len(usual.makes)), ended.state is StepState.HELD or is_told(case)
        check(step.struck == wanted or stopped or case.kind in TOLERANT, f"{step.struck} of {wanted} were struck")
        return check_ended(step, ended, usual)

    return of_every([case for case in cases if is_stormed(case, simulated)], one)


def is_told(case: Case) -> bool:
    return case.kind.startswith("notify.")


def is_stormed(case: Case, simulated: Simulated) -> bool:
    return "denied_look" not in case.exempt and str(case) not in OUTLASTED and asks_aws(undisturbed(case, simulated))


@pytest.mark.thorough
def test_a_storm_of_throttling_is_waited_out(simulated: Simulated) -> None:
    """Thirty times in a row, at a look and at each change: the step goes on afterwards, and ends as it would have."""
    counted = storm(simulated, in_turn(1, every=2), FaultKind.THROTTLE, STORM)
    tally(
        counted,
        fault="AWS throttles",
        how="30 calls in a row, at a look and at each change of every second family of actions; "
        "lost is a notification, given up after 5 tries",
    )


@pytest.mark.thorough
def test_a_storm_of_server_errors_is_waited_out(simulated: Simulated) -> None:
    """What was answered 500 may have happened: a look tells, and a flip is asked about."""
    counted = storm(simulated, in_turn(2), FaultKind.SERVER_ERROR, SHORT_STORM)
    tally(
        counted,
        fault="AWS answers 500",
        how="4 calls in a row, at a look and at each change of every family of actions; "
        "lost is a notification, which is never sent twice",
    )


@pytest.mark.thorough
def test_a_storm_of_503_is_waited_out(simulated: Simulated) -> None:
    """Something in front of AWS answers, with no code that says why."""
    counted = storm(simulated, in_turn(3), FaultKind.UNAVAILABLE, SHORT_STORM)
    tally(
        counted,
        fault="something in front of AWS answers 503",
        how="4 calls in a row, at a look and at each change of every family of actions; "
        "lost is a notification, which is never sent twice",
    )


@pytest.mark.thorough
def test_connections_that_are_reset_are_survived(simulated: Simulated) -> None:
    """A connection that broke may have carried the call."""
    counted = storm(simulated, in_turn(4), FaultKind.RESET, SHORT_STORM)
    tally(
        counted,
        fault="connections to AWS are reset",
        how="4 calls in a row, at a look and at each change of every family of actions; "
        "lost is a notification, which is never sent twice",
    )


@pytest.mark.thorough
def test_calls_that_hang_are_given_up_and_survived(simulated: Simulated) -> None:
    """Nothing answers until the client gives up; whether the call was carried out, nobody knows."""

    def impatient(case: Case) -> AwsAccess:
        return ImpatientAccess(kept_access(simulated, case.account), simulated)

    counted = storm(simulated, in_turn(5), FaultKind.HANG, 1, impatient)
    tally(
        counted,
        fault="AWS hangs",
        how="no answer within the time that a client waits, at a look and at each change of every family of actions; "
        "lost is a notification, which is never sent twice",
    )


@pytest.mark.thorough
def test_credentials_that_expire_in_the_middle_are_fetched_anew(simulated: Simulated) -> None:
    """At a look, and right at each change: the role is assumed again, and nothing is done twice."""

    def expire(case: Case) -> Counter[str]:
        usual = undisturbed(case, simulated)
        step = OneStep(case, simulated, simulated_access(simulated))
        expired = (*one_look(case, usual), *usual.makes)
        step.strike(*rules(expired, FaultKind.SERVER_ERROR, 1, "ExpiredTokenException"))
        ended, assumed = step.drive(), sum(1 for call in step.aws.calls if call.operation == "AssumeRole")
        check(step.struck == len(expired) or case.kind in TOLERANT, f"{step.struck} of {len(expired)} were struck")
        check(assumed == 1 + step.struck, f"the role was assumed {assumed} times")
        return check_ended(step, ended, usual)

    counted = of_every([case for case in in_turn(6, every=2) if is_stormed(case, simulated)], expire)
    tally(
        counted,
        fault="credentials expire in the middle of a step",
        how="one call is answered so, at a look and at each change of every second family of actions",
    )


@pytest.mark.thorough
def test_every_action_goes_through_throttling_errors_and_lost_answers(simulated: Simulated) -> None:
    """One after the other in one drive, at a look and at each change; a flip is throttled and loses its answer."""

    def one(case: Case) -> Counter[str]:
        usual = undisturbed(case, simulated)
        step, looked = OneStep(case, simulated), one_look(case, usual)
        unsure = () if usual.flips else usual.makes
        step.strike(
            *rules((*looked, *usual.makes), FaultKind.THROTTLE),
            *rules((*looked, *unsure), FaultKind.SERVER_ERROR),
            *rules((*looked, *unsure), FaultKind.UNAVAILABLE),
            *rules((*looked, *unsure), FaultKind.RESET),
            *rules(usual.makes, FaultKind.ANSWER_LOST),
        )
        return check_ended(step, step.drive(), usual)

    counted = of_every([case for case in first_cases() if is_stormed(case, simulated)], one)
    tally(
        counted,
        fault="AWS throttles, fails and loses answers",
        how="one call each is throttled, answered 500, 503 and reset, at a look and at each change of "
        "every action, and of each change one answer is lost; calls that may not be repeated are throttled and lose it",
    )
