"""What is told of an action's failures is what the engine does."""

from __future__ import annotations

from dataclasses import dataclass

from drctl.actions.catalogue import ACTIONS
from drctl.engine.responses import AFTER_A_CHANGE, AFTER_A_LOOK
from drctl.ports.action import ActionSpec
from drctl.report.on_failure import _WORDS, on_failure
from drctl.report.parameter_docs import described, docstring_of


def told(kind: str) -> str:
    return "\n".join(on_failure(ACTIONS[kind].spec))


def test_every_class_of_failure_has_its_words() -> None:
    assert set(_WORDS) == set(AFTER_A_CHANGE) == set(AFTER_A_LOOK)


def test_a_call_that_flips_is_told_to_be_sent_once() -> None:
    assert "sqs:PurgeQueue is sent once only" in told("sqs.purge")
    assert "made again only where a look shows" not in told("sqs.purge")


def test_other_calls_in_doubt_are_looked_for() -> None:
    assert "any other call whose answer was lost" in told("rds.restore_snapshot")
    assert "a call whose answer was lost" in told("ssm.put_parameter")


def test_an_action_that_only_looks_tells_of_no_calls() -> None:
    assert "made again" not in told("secrets.check")
    assert "nothing to undo" in told("secrets.check")
    assert "not being allowed" in told("secrets.check")


def test_what_cannot_be_undone_says_so() -> None:
    assert "cannot be undone" in told("sqs.purge")


def test_every_flip_is_one_of_the_operations() -> None:
    for action in ACTIONS.values():
        # What is sent to no AWS service is no operation of AWS.
        elsewhere = {flip for flip in action.spec.flips if flip.startswith(("webhook:", "pagerduty:"))}
        assert set(action.spec.flips) - elsewhere <= set(action.spec.operations), action.spec.kind


def test_parameters_without_sources_have_no_meanings() -> None:
    """A class that was never in a file, as in a package without sources."""
    made: dict[str, type] = {}
    exec("class Params: pass", {"__name__": "nowhere"}, made)  # noqa: S102
    assert described(dataclass(made["Params"])) == {}
    assert docstring_of(made["Params"]) == ""
    assert ActionSpec(kind="a.b", summary="", params=made["Params"]).flips == ()
