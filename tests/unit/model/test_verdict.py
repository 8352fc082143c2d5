"""The verdict says what was proven, and never more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.timing import Mark, RecoveryPointLoss, RecoveryTime, store_loss
from drctl.model.verdict import Judgement, Verdict, judge

T0 = datetime(2030, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
SKIP = Finding(FindingKind.STEP_SKIPPED, Severity.WARNING, "a step was skipped")
NOTE = Finding(FindingKind.STEP_FAILED, Severity.INFO, "the lost Region did not answer")


def judged(total: timedelta | None = HOUR, loss: timedelta | None = HOUR / 2, **settings: Any) -> Judgement:
    point = None if loss is None else T0 - loss
    return judge(
        rto=RecoveryTime(4 * HOUR, total, total, Mark.ONSET, Mark.VERIFIED),
        **{
            "rpo": RecoveryPointLoss(HOUR, (store_loss("postgres", point, "snapshot", T0),)),
            "failed_steps": {},
            "skipped_critical": (),
            "findings": (),
            "aborted": "",
            **settings,
        },
    )


@pytest.mark.parametrize(
    ("settings", "verdict"),
    [
        pytest.param({}, Verdict.PASSED, id="all was met"),
        pytest.param({"findings": (NOTE,)}, Verdict.PASSED, id="a note is no exception"),
        pytest.param({"findings": (SKIP,)}, Verdict.PASSED_WITH_EXCEPTIONS, id="a finding lowers it"),
        pytest.param({"total": 5 * HOUR}, Verdict.FAILED, id="too late"),
        pytest.param({"loss": 2 * HOUR}, Verdict.FAILED, id="too much lost"),
        pytest.param({"failed_steps": {"a": "no capacity"}}, Verdict.FAILED, id="a step failed"),
        pytest.param({"loss": None}, Verdict.NOT_PROVEN, id="a recovery point is unread"),
        pytest.param({"total": None}, Verdict.NOT_PROVEN, id="never verified"),
        pytest.param({"skipped_critical": ("a",)}, Verdict.NOT_PROVEN, id="a critical step was skipped"),
        pytest.param({"aborted": "ana@ops has aborted the run"}, Verdict.ABORTED, id="aborted"),
    ],
)
def test_verdict(settings: dict[str, Any], verdict: Verdict) -> None:
    assert judged(**settings).verdict is verdict


def test_a_missed_objective_is_told_in_a_plain_sentence() -> None:
    (sentence,) = judged(loss=timedelta(hours=3)).reasons
    assert sentence == "RPO missed: postgres lost the last 3h before the onset, 2h more than the 1h allowed."
    (sentence,) = judged(total=timedelta(hours=4, minutes=40)).reasons
    assert sentence == "RTO missed: the recovery took 4h40m from onset to verified, 40m more than the 4h allowed."


def test_only_passed_lets_a_script_go_on() -> None:
    assert {verdict for verdict in Verdict if verdict.objectives_met} == {
        Verdict.PASSED,
        Verdict.PASSED_WITH_EXCEPTIONS,
    }


def test_where_no_data_is_recovered_there_is_no_loss_to_prove() -> None:
    """A runbook that only moves traffic is judged by its recovery time alone; without a store it cannot be unproven."""
    nothing = RecoveryPointLoss(None, ())
    assert judged(rpo=nothing).verdict is Verdict.PASSED
    assert judged(rpo=nothing, total=5 * HOUR).verdict is Verdict.FAILED
    assert "objectives" not in judged(rpo=nothing).reasons[0]
    assert judged(rpo=RecoveryPointLoss(HOUR, ())).verdict is Verdict.NOT_PROVEN


FINDINGS = st.builds(Finding, st.sampled_from(FindingKind), st.sampled_from(Severity), st.just("something"))
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "total": st.sampled_from([None, HOUR, 5 * HOUR]),
        "loss": st.sampled_from([None, HOUR / 2, 2 * HOUR]),
        "failed_steps": st.sampled_from([{}, {"a": "no capacity"}]),
        "skipped_critical": st.sampled_from([(), ("a",)]),
        "findings": st.lists(FINDINGS, max_size=3).map(tuple),
        "aborted": st.sampled_from(["", "ana has aborted the run"]),
        "left": st.sampled_from([(), ("a thing was left.",)]),
        "not_sustained": st.sampled_from(["", "Not sustained: check a was green at 1, red at 2."]),
        "never_sustained": st.sampled_from(["", "The sustain window of 15m never began."]),
    },
)


@given(SETTINGS)
def test_only_what_was_proven_without_an_exception_has_passed(settings: dict[str, Any]) -> None:
    found = judged(**settings)
    overridden = any(one.kind is FindingKind.OVERRIDE for one in settings.get("findings", ()))
    weighty = any(one.severity is not Severity.INFO for one in settings.get("findings", ()))
    unread = settings.get("loss", HOUR) is None
    skipped = bool(settings.get("skipped_critical"))
    if overridden or weighty or unread or skipped:
        assert found.verdict is not Verdict.PASSED
    if unread or skipped or settings.get("never_sustained") or settings.get("total", HOUR) is None:
        assert not found.verdict.objectives_met
    if settings.get("not_sustained") and not settings.get("aborted"):
        assert found.verdict is Verdict.FAILED
    assert found.reasons
    assert all(reason.strip() for reason in found.reasons)


@given(SETTINGS)
def test_the_more_there_is_against_a_run_the_worse_it_is(settings: dict[str, Any]) -> None:
    worst = [Verdict.PASSED, Verdict.PASSED_WITH_EXCEPTIONS, Verdict.NOT_PROVEN, Verdict.FAILED, Verdict.ABORTED]
    verdict = judged(**settings).verdict
    for more in ({"findings": (*settings.get("findings", ()), SKIP)}, {"skipped_critical": ("b",)}, {"loss": 9 * HOUR}):
        assert worst.index(judged(**{**settings, **more}).verdict) >= worst.index(verdict)
