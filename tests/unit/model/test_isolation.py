"""The isolation matrix: what a drill may plan in an isolated environment, and what stops it before it starts."""

from __future__ import annotations

from typing import Any

import pytest

from drctl.model.isolation import Isolation, Mail, breaches
from drctl.model.plan import PlannedStep
from drctl.model.reference import Reference
from tests.fakes.runs import plan_of

IDS = {"staging": "222222222222", "dns": "444444444444"}
STRICT = Isolation(
    production_accounts=("111111111111",),
    egress_only=("10.0.0.0/8",),
    mail=Mail.SIMULATOR,
    dns_names=("dr-test.*",),
    mute_prefixes=("amply-staging-",),
)
OUTPUT = Reference("steps", ("made", "name"))


def step(uses: str, id: str = "it", **params: Any) -> PlannedStep:
    return PlannedStep(id=id, uses=uses, params=params)


def found(*steps: PlannedStep, isolation: Isolation = STRICT, ids: dict[str, str] = IDS) -> list[str]:
    return list(breaches(isolation, plan_of(*steps), ids, ids))


ALLOWED = [
    pytest.param(step("route53.switch_records", records=({"name": "dr-test.amply.example"},)), id="the drill's name"),
    pytest.param(step("route53.switch_records", records=({"name": "DR-TEST.amply.example."},)), id="however written"),
    pytest.param(step("notify.email", to=("success@simulator.amazonses.com",)), id="mail to the simulator"),
    pytest.param(step("cloudwatch.mute", prefix="amply-staging-"), id="alarms of staging"),
    pytest.param(step("cloudwatch.mute", alarms=("amply-staging-cpu",)), id="one alarm of staging"),
    pytest.param(step("elasticache.failover", replication_group="drill"), id="a Redis of its own"),
    pytest.param(step("sqs.ensure", queue="drill"), id="what has nothing to do with it"),
    pytest.param(step("rds.restore_snapshot", security_groups=("amply-rds",)), id="a group that is known"),
]
REFUSED = [
    pytest.param(
        step("route53.switch_records", records=({"name": "dr-test.a.example"}, {"name": "api.amply.example"})),
        "changes api.amply.example in DNS",
        id="one name too many",
    ),
    pytest.param(step("route53.switch_records", records=({"name": OUTPUT},)), "not known before it runs", id="a name"),
    pytest.param(step("route53.switch_records", records=OUTPUT), "not known before it runs", id="all names"),
    pytest.param(step("route53.toggle_health_check"), "moves traffic", id="a health check"),
    pytest.param(step("route53.stop_switch"), "moves traffic", id="a switch object"),
    pytest.param(step("arc.routing_control"), "moves traffic", id="a routing control"),
    pytest.param(step("cloudfront.switch_origin"), "moves traffic", id="a distribution"),
    pytest.param(step("s3.mrap_failover"), "moves traffic", id="a multi-Region access point"),
    pytest.param(step("notify.email", to=("ceo@amply.example",)), "sends mail to ceo@amply.example", id="mail"),
    pytest.param(step("notify.email", to=(OUTPUT,)), "sends mail to", id="mail to somebody unknown"),
    pytest.param(step("cloudwatch.mute", prefix="amply-"), "switches the actions of amply-,", id="a wider prefix"),
    pytest.param(step("cloudwatch.unmute", alarms=("amply-prod-5xx",)), "amply-prod-5xx", id="production's alarm"),
    pytest.param(step("rds.promote_replica", instance="amply-prod-replica"), "no earlier step", id="a replica"),
    pytest.param(step("elasticache.failover", global_datastore="amply"), "no earlier step", id="a Global Datastore"),
    pytest.param(step("secrets.promote", secret="amply/prod"), "no earlier step", id="a secret"),
    pytest.param(step("s3.contain", bucket="amply"), "no earlier step", id="a bucket's policy"),
    pytest.param(step("aurora.global_failover", global_cluster="shop"), "no earlier step", id="a global database"),
    pytest.param(step("ecs.run_task", security_groups=(OUTPUT,)), "not known before it runs", id="a group"),
]


@pytest.mark.parametrize("planned", ALLOWED)
def test_allowed(planned: PlannedStep) -> None:
    assert found(planned) == []


@pytest.mark.parametrize(("planned", "why"), REFUSED)
def test_refused_and_named(planned: PlannedStep, why: str) -> None:
    (breach,) = found(planned)
    assert breach.startswith("it: ")
    assert why in breach


@pytest.mark.parametrize(
    ("maker", "made", "then", "target"),
    [
        ("rds.create_replica", "instance", "rds.promote_replica", "instance"),
        ("rds.restore_snapshot", "instance", "rds.promote_replica", "instance"),
        ("s3.recreate_bucket", "bucket", "s3.contain", "bucket"),
    ],
)
def test_what_an_earlier_step_makes_is_the_drills_own(maker: str, made: str, then: str, target: str) -> None:
    makes, promotes = step(maker, "make", **{made: "drill"}), step(then, "then", **{target: "drill"})
    assert found(makes, promotes) == []
    assert len(found(promotes, makes)) == 1, "not one that comes later"
    assert len(found(step(maker, "make", **{made: "another"}), promotes)) == 1


def test_a_production_account_is_none_for_a_drill() -> None:
    (breach,) = found(ids={**IDS, "main": "111111111111"})
    assert breach == "account main is 111111111111, which is production"


def test_with_mail_off_not_even_the_simulator_gets_any() -> None:
    off = Isolation(mail=Mail.OFF)
    assert found(step("notify.email", to=("success@simulator.amazonses.com",)), isolation=off) == [
        "it: sends mail, which is off"
    ]


@pytest.mark.parametrize(("planned", "why"), REFUSED)
def test_what_is_not_declared_is_not_asserted_and_what_cannot_be_taken_back_is_refused_always(
    planned: PlannedStep, why: str
) -> None:
    assert bool(found(planned, isolation=Isolation())) is (why == "no earlier step")
