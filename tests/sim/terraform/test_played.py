"""Terraform in a drill: its plan is what the world lacks, its apply builds it, and it behaves as the real one says."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from drctl.model.infrastructure import Infrastructure
from drctl.model.scenario import Configuration
from drctl.sim.control_client import Simulation
from drctl.sim.terraform.played import PlayedTerraform
from tests.sim.seed.looking import Look
from tests.simulated import PRODUCTION, RECOVERY, Simulated

Lacking = Callable[[str], Simulation]
LONG = timedelta(hours=1)
EVERYTHING = ", ".join(kind.value for kind in Infrastructure)


class Terraform:
    """The command, played in a world, always to its end."""

    def __init__(self, simulated: Simulated, simulation: Simulation) -> None:
        self.simulated, self.simulation, self.count = simulated, simulation, 0

    def __call__(self, *words: str, region: str = RECOVERY, limit_s: float = 1800) -> dict[str, Any]:
        self.count += 1
        self.begin(f"key-{self.count}", *words, region=region, limit_s=limit_s)
        self.simulated.advance(LONG)
        found = self.simulation.program(f"key-{self.count}")
        assert found is not None
        return dict(found)

    def begin(self, key: str, *words: str, region: str = RECOVERY, limit_s: float = 1800) -> None:
        self.simulation.play_program(
            key=key,
            argv=["terraform", *words],
            account=PRODUCTION,
            region=region,
            limit_s=limit_s,
            answer="plan.json" if "show" in words else None,
        )

    def plan(self, **more: Any) -> dict[str, Any]:
        return self("plan", "-input=false", "-detailed-exitcode", "-out=/run/work/plan.bin", **more)

    def shown(self) -> Any:
        self("show", "-json", "/run/work/plan.bin")
        return json.loads(base64.b64decode(self.simulation.program_file(f"key-{self.count}", "plan.json") or ""))


@pytest.fixture
def terraform(simulated: Simulated, lacking: Lacking) -> Callable[[str], Terraform]:
    return lambda kinds: Terraform(simulated, lacking(kinds))


def test_where_nothing_is_missing_the_plan_is_empty(terraform: Callable[[str], Terraform]) -> None:
    told = terraform("").plan()
    assert (told["state"], told["exit_code"]) == ("ended", 0)
    assert "No changes" in told["output"]


def test_what_is_missing_is_planned_shown_and_built_and_then_nothing_is_missing(
    terraform: Callable[[str], Terraform], simulated: Simulated
) -> None:
    there = terraform("load_balancers, clusters")
    assert Look(simulated, PRODUCTION, RECOVERY).named("load_balancers") == set()
    assert there.plan()["exit_code"] == 2
    shown = there.shown()
    assert {change["type"] for change in shown["resource_changes"]} == {
        "aws_lb", "aws_lb_target_group", "aws_lb_listener", "aws_ecs_cluster", "aws_ecs_service"
    }  # fmt: skip
    assert {tuple(change["change"]["actions"]) for change in shown["resource_changes"]} == {("create",)}
    provider = shown["configuration"]["provider_config"]["aws"]
    assert provider["expressions"]["allowed_account_ids"] == {"constant_value": [PRODUCTION]}

    applied = there("apply", "-input=false", "/run/work/plan.bin")

    assert applied["exit_code"] == 0, applied
    assert there.plan()["exit_code"] == 0
    service = simulated.client("ecs", RECOVERY).describe_services(cluster="amply-prod", services=["amply-api"])
    assert service["services"][0]["desiredCount"] == 0
    assert Look(simulated, PRODUCTION, RECOVERY).named("load_balancers") == {"amply-prod"}


def test_a_whole_region_can_be_built_from_nothing(terraform: Callable[[str], Terraform], simulated: Simulated) -> None:
    """Every kind of infrastructure: what is planted piece by piece is as if it had been there from the beginning."""
    whole = terraform("")
    assert whole.plan()["exit_code"] == 0
    look = Look(simulated, PRODUCTION, RECOVERY)
    sections = [kind.value for kind in Infrastructure if kind is not Infrastructure.NETWORKS]
    before = {section: look.named(section) for section in sections if section != "database_parameter_groups"}

    there = terraform(EVERYTHING)
    assert look.named("queues") == set()
    assert there.plan()["exit_code"] == 2
    assert there("apply", "/run/work/plan.bin")["exit_code"] == 0
    assert there.plan()["exit_code"] == 0
    assert {section: look.named(section) for section in before} == before


def test_a_plan_that_the_world_has_outrun_is_stale(terraform: Callable[[str], Terraform], simulated: Simulated) -> None:
    there = terraform("queues")
    there.plan()
    simulated.client("sqs", RECOVERY).create_queue(QueueName="amply-celery")
    told = there("apply", "/run/work/plan.bin")
    assert (told["exit_code"], "Saved plan is stale" in told["output"]) == (1, True)
    assert Look(simulated, PRODUCTION, RECOVERY).named("queues") == {"amply-celery"}


def test_it_takes_its_time_and_one_key_is_played_once(
    terraform: Callable[[str], Terraform], simulated: Simulated
) -> None:
    there = terraform("queues")
    there.plan()
    there.begin("once", "apply", "/run/work/plan.bin")
    simulated.advance(timedelta(minutes=3))
    assert there.simulation.program("once") == {"state": "running", "exit_code": None, "output": ""}
    there.begin("once", "apply", "/run/work/plan.bin")
    simulated.advance(timedelta(minutes=1))
    ended = there.simulation.program("once")
    assert ended is not None
    assert ended["exit_code"] == 0
    simulated.advance(LONG)
    assert there.simulation.program("once") == ended
    assert there.simulation.program("another") is None


def test_at_its_limit_it_is_late_and_has_built_nothing(
    terraform: Callable[[str], Terraform], simulated: Simulated
) -> None:
    there = terraform("queues")
    there.plan()
    assert there("apply", "/run/work/plan.bin", limit_s=60)["state"] == "late"
    assert Look(simulated, PRODUCTION, RECOVERY).named("queues") == set()


def test_a_lost_region_cannot_be_planned(terraform: Callable[[str], Terraform], simulated: Simulated) -> None:
    there = terraform("queues")
    simulated.world.lose(RECOVERY)
    told = there.plan()
    assert (told["exit_code"], f"{RECOVERY} does not answer" in told["output"]) == (1, True)


def test_what_aws_refuses_ends_it_with_1(terraform: Callable[[str], Terraform], simulated: Simulated) -> None:
    there = terraform("queues")
    there.plan()
    there.simulation.inject(["sqs:CreateQueue:denied"])
    told = there("apply", "/run/work/plan.bin")
    assert (told["exit_code"], "Error:" in told["output"]) == (1, True)


@pytest.mark.parametrize("words", [("destroy",), ("show", "-json", "/run/work/none.bin"), ("apply", "/run/none.bin")])
def test_what_is_not_played_and_what_is_not_there_are_errors(
    terraform: Callable[[str], Terraform], words: tuple[str, ...]
) -> None:
    assert terraform("")(*words)["exit_code"] == 1


def test_what_is_asked_for_has_to_be_whole(lacking: Lacking) -> None:
    with pytest.raises(ValueError, match="argv"):
        lacking("").play_program(key="k", argv=["terraform"], account=PRODUCTION, region=RECOVERY)
    with pytest.raises(ValueError, match="region"):
        lacking("").play_program(key="k", argv=["terraform", "plan"], account=PRODUCTION, region=None)


def test_a_configuration_for_another_account_plans_nothing(
    terraform: Callable[[str], Terraform], simulated: Simulated
) -> None:
    there = terraform("queues")
    simulated.world.part(PlayedTerraform).configure(Configuration(allowed_accounts=("staging",)))
    told = there.plan()
    assert (told["exit_code"], f"AWS account ID not allowed: {PRODUCTION}" in told["output"]) == (1, True)


def test_a_configuration_that_names_no_account_is_shown_as_such(
    terraform: Callable[[str], Terraform], simulated: Simulated
) -> None:
    there = terraform("queues")
    simulated.world.part(PlayedTerraform).configure(Configuration(allowed_accounts=()))
    assert there.plan()["exit_code"] == 2
    (provider,) = there.shown()["configuration"]["provider_config"].values()
    assert set(provider["expressions"]) == {"region"}


def test_what_the_state_has_and_the_configuration_has_not_is_destroyed_once(
    terraform: Callable[[str], Terraform], simulated: Simulated
) -> None:
    there = terraform("")
    simulated.world.part(PlayedTerraform).configure(Configuration(destroys=("aws_db_instance.old",)))
    assert there.plan()["exit_code"] == 2
    (change,) = there.shown()["resource_changes"]
    assert (change["address"], change["change"]["actions"]) == ("aws_db_instance.old", ["delete"])
    assert "1 destroyed" in there("apply", "/run/work/plan.bin")["output"]
    assert there.plan()["exit_code"] == 0
