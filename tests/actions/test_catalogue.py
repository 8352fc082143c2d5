"""The catalogue: what a runbook may name, and what it may say to it."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from drctl.actions.catalogue import ACTIONS, ActionCatalogue
from drctl.actions.rds.restore_params import Params
from drctl.ports.action import ParamsInvalid
from tests.actions.cases.rds_restore_snapshot import PARAMS

CATALOGUE = ActionCatalogue()


def test_every_action_is_listed_under_its_own_name() -> None:
    assert {kind: action.spec.kind for kind, action in ACTIONS.items()} == {kind: kind for kind in ACTIONS}
    assert CATALOGUE.kinds() == tuple(sorted(ACTIONS))


def test_an_action_nobody_wrote_has_no_spec() -> None:
    assert CATALOGUE.spec("rds.pray") is None


@pytest.mark.parametrize("kind", CATALOGUE.kinds())
def test_every_schema_is_closed(kind: str) -> None:
    """A misspelt key is a mistake in an editor too."""
    assert CATALOGUE.schema(kind)["additionalProperties"] is False


@functools.cache
def _operations(service: str) -> frozenset[str]:
    import botocore.session

    return frozenset(botocore.session.Session().get_service_model(service).operation_names)


@pytest.mark.parametrize("kind", CATALOGUE.kinds())
def test_every_operation_is_one_that_botocore_knows(kind: str) -> None:
    """Preflight asks whether the simulated AWS can do it, by this very name."""
    spec = CATALOGUE.spec(kind)
    assert spec is not None
    for operation in spec.operations:
        service, name = operation.split(":")
        assert name in _operations(service)


def test_parameters_become_the_actions_own_type() -> None:
    bound = CATALOGUE.bind("rds.restore_snapshot", PARAMS)
    assert isinstance(bound.params, Params)
    assert bound.params.classes == ("db.t3.small", "db.m6g.large")


@pytest.mark.parametrize(
    ("changed", "path", "message"),
    [
        pytest.param({"region": "Ireland"}, ("region",), "expected a Region such as eu-west-1", id="no Region"),
        pytest.param({"instance": "Amply-Prod"}, ("instance",), "should match pattern", id="upper case"),
        pytest.param({"instance": "amply--prod"}, ("instance",), "should match pattern", id="two hyphens"),
        pytest.param({"instance_class": "t3.small"}, ("instance_class",), "should match pattern", id="no RDS class"),
        pytest.param({"security_groups": []}, ("security_groups",), "at least 1", id="no security group"),
        pytest.param(
            {"backup_retention_days": 99}, ("backup_retention_days",), "less than or equal", id="too many days"
        ),
        pytest.param({"multi_az": "yes"}, ("multi_az",), "boolean", id="text for a truth value"),
        pytest.param({"snapshots": "x"}, ("snapshots",), "is not a parameter", id="misspelt"),
    ],
)
def test_a_mistake_is_told_with_its_place(changed: dict[str, Any], path: tuple[str, ...], message: str) -> None:
    (problem,) = CATALOGUE.check("rds.restore_snapshot", {**PARAMS, **changed})
    assert problem.path[: len(path)] == path
    assert message in problem.message


def test_what_an_action_does_not_take_is_never_bound() -> None:
    """Every problem at once."""
    with pytest.raises(ParamsInvalid) as raised:
        CATALOGUE.bind("rds.restore_snapshot", {**PARAMS, "region": "Ireland", "snapshots": "x"})
    assert {problem.path[0] for problem in raised.value.problems} == {"region", "snapshots"}
