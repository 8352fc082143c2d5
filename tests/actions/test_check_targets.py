"""check.targets on the simulated AWS: what is said of targets that are not healthy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.actions.checks.target_counts import ailments
from drctl.aws.targets import Target
from drctl.model.decision import Done, Refuse, Wait
from drctl.model.values import Json
from tests.actions.cases.check_targets import BAD, BY_GROUP, BY_SERVICE, GOOD
from tests.actions.driving import Driver
from tests.actions.laws import Case, Live
from tests.actions.service_planting import CLUSTER, SERVICE, plant_service
from tests.simulated import RECOVERY, Simulated


def step(simulated: Simulated, given: Mapping[str, Json], **changed: Json) -> Driver:
    case = Case(kind="check.targets", params={**given, **changed}, live=Live(plant=lambda _: None))
    return Driver(case, simulated)


def test_targets_that_fail_are_told_with_their_reason_and_waited_for(simulated: Simulated) -> None:
    """They may still come right; when they have, it takes as many good looks as were asked for."""
    plant_service(simulated, count=0)
    simulated.world.broken["targets"] = {"amply-api"}
    simulated.client("ecs", RECOVERY).update_service(cluster=CLUSTER, service=SERVICE, desiredCount=2)
    simulated.advance(timedelta(minutes=5))
    check = step(simulated, BY_GROUP)
    decision, _ = check.look()
    assert isinstance(decision, Wait)
    assert "2 unhealthy (Target.ResponseCodeMismatch: Health checks failed with these codes: [500])" in decision.until

    simulated.world.broken.clear()
    outcome = check.converge()
    assert isinstance(outcome.decision, Done)
    assert outcome.decision.looks == 3
    assert outcome.evidence is not None
    assert outcome.evidence.outputs == {"healthy": 2, "targets": 2}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({**BY_GROUP, "target_group": "nobody"}, "no target group nobody"),
        ({**BY_GROUP, "load_balancer": "another"}, "behind amply-prod, not behind another"),
        ({**BY_SERVICE, "service": {"cluster": CLUSTER, "name": "nobody"}}, "no service nobody"),
    ],
)
def test_what_is_not_there_is_not_waited_for(simulated: Simulated, given: Mapping[str, Json], words: str) -> None:
    """It would never come by itself."""
    plant_service(simulated, count=1)
    decision, _ = step(simulated, given).look()
    assert isinstance(decision, Refuse)
    assert words in decision.because


def test_a_sentence_stays_short_however_many_targets_there_are() -> None:
    """The most common ailments first, and how many others there are."""
    many = [*[BAD] * 40, GOOD, *[Target(id=str(n), state="initial", reason=f"r{n}") for n in range(5)]]
    told = ailments(many)
    assert told.startswith("40 unhealthy (Target.ResponseCodeMismatch")
    assert told.endswith("3 others")


@pytest.mark.parametrize(
    "wrong",
    [
        {"region": RECOVERY, "healthy": 1},
        {**BY_GROUP, **BY_SERVICE},
        {**BY_SERVICE, "load_balancer": "amply-prod"},
        {**BY_GROUP, "healthy": 0},
    ],
)
def test_a_check_of_nothing_is_a_mistake_in_the_runbook(wrong: Mapping[str, Json]) -> None:
    """Before any call."""
    assert ActionCatalogue().check("check.targets", wrong)
