"""What `readiness.check` finds in a Region that lacks something."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from drctl.actions.parameters import check_params
from drctl.actions.readiness.params import Params
from drctl.aws.acm import Certificate
from drctl.aws.ecr import parse_reference
from drctl.model.decision import Done, Refuse
from drctl.model.scenario import Fault, FaultKind
from drctl.sim.faults import FaultPlan
from tests.actions.cases import readiness_check as case
from tests.actions.driving import Driver
from tests.actions.laws import PAST
from tests.simulated import PRIMARY, PRODUCTION, RECOVERY, START, Simulated

(CASE,) = case.CASES


def refused(simulated: Simulated) -> Refuse:
    decision, _ = Driver(CASE, simulated).look()
    assert isinstance(decision, Refuse)
    return decision


def test_an_empty_region_lacks_all_of_it_and_every_gap_is_told_at_once(simulated: Simulated) -> None:
    told = refused(simulated)
    assert told.because == f"there is no KMS key alias/amply-prod-data in {RECOVERY}, and 12 more"
    assert told.hint is not None
    for name in ("amply-prod-postgres16", "/amply/prod/deploy-freeze", "amply-celery", "amply.example", case.SECRET):
        assert f"{name} in {RECOVERY}" in told.hint


def test_a_group_of_the_same_name_in_another_vpc_is_not_the_one(simulated: Simulated) -> None:
    """A restore puts the database into the VPC of its subnet group, and takes no group of another one."""
    case.plant(simulated)
    ec2 = simulated.client("ec2", RECOVERY)
    listed = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["amply-rds"]}])["SecurityGroups"]
    ec2.delete_security_group(GroupId=listed[0]["GroupId"])
    elsewhere = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    ec2.create_security_group(GroupName="amply-rds", Description="another", VpcId=elsewhere)
    assert refused(simulated).because == f"there is no security group amply-rds in {RECOVERY}"


def test_an_image_that_is_pulled_from_the_other_region_is_a_gap(simulated: Simulated) -> None:
    """It starts every day but on that one."""
    case.plant(simulated)
    ecs = simulated.client("ecs", RECOVERY)
    away = case.IMAGE.replace(RECOVERY, PRIMARY)
    task = ecs.register_task_definition(
        family="amply-api", containerDefinitions=[{"name": "api", "image": away, "essential": True}],
        requiresCompatibilities=["FARGATE"], networkMode="awsvpc", cpu="256", memory="512",
    )["taskDefinition"]["taskDefinitionArn"]  # fmt: skip
    ecs.update_service(cluster="amply-prod", service="amply-api", taskDefinition=task)
    assert refused(simulated).because == f"the image amply-api:2026.11.3 in {RECOVERY} is pulled from {PRIMARY}"


def test_a_certificate_that_is_about_to_expire_is_a_gap_before_it_has(simulated: Simulated) -> None:
    """AWS renews one that is in use and whose record is in DNS; that one is left was renewed by nobody."""
    case.plant(simulated)
    simulated.advance(timedelta(days=350))
    told = refused(simulated)
    assert told.because == f"the certificate api.amply.example in {RECOVERY} is good for no more than 14d, and 1 more"
    simulated.advance(timedelta(days=20))
    assert refused(simulated).because == f"the certificate api.amply.example in {RECOVERY} is EXPIRED, and 1 more"


def test_a_certificate_of_another_region_is_of_no_use(simulated: Simulated) -> None:
    case.plant(simulated)
    acm = simulated.client("acm", RECOVERY)
    (one,) = acm.list_certificates()["CertificateSummaryList"]
    acm.delete_certificate(CertificateArn=one["CertificateArn"])
    simulated.client("acm").request_certificate(DomainName="api.amply.example", ValidationMethod="DNS")
    assert refused(simulated).because == f"there is no certificate api.amply.example in {RECOVERY}"


@pytest.mark.parametrize(
    ("name", "covered"),
    [("api.amply.example", True), ("a.api.amply.example", False), ("amply.example", False), ("www.amply.org", True)],
)
def test_a_star_stands_for_one_label(name: str, covered: bool) -> None:
    names = ("*.amply.example", "www.amply.org")
    assert Certificate(names=names, status="ISSUED", until=None, at=START).covers(name) is covered


def test_a_subnet_with_too_few_addresses_left_is_a_gap(simulated: Simulated) -> None:
    """Each task of Fargate takes one."""
    case.plant(simulated)
    wanted = replace(CASE, params={**CASE.params, "free_addresses": 252})
    decision, _ = Driver(wanted, simulated).look()
    assert isinstance(decision, Refuse)
    assert "is down to 2" in decision.because
    assert decision.because.endswith(" free addresses, fewer than 252, and 1 more")


def test_a_disabled_key_is_told_before_what_matters_less(simulated: Simulated) -> None:
    case.plant(simulated)
    kms = simulated.client("kms", RECOVERY)
    kms.disable_key(KeyId=kms.describe_key(KeyId="alias/amply-prod-data")["KeyMetadata"]["KeyId"])
    simulated.client("sqs", RECOVERY).delete_queue(
        QueueUrl=simulated.client("sqs", RECOVERY).get_queue_url(QueueName="amply-celery")["QueueUrl"]
    )
    assert refused(simulated).because == f"the KMS key alias/amply-prod-data in {RECOVERY} is Disabled, and 1 more"


def test_whichever_look_is_denied_the_step_is_refused(simulated: Simulated) -> None:
    case.plant(simulated)
    driver = Driver(CASE, simulated)
    decision, evidence = driver.look()
    assert isinstance(decision, Done), decision
    assert evidence is not None
    assert evidence.outputs == {"gaps": [], "checked": 21}
    looked = {(call.service, call.operation) for call in driver.calls if call.service != "sts"}
    assert {f"{service}:{operation}" for service, operation in looked} == set(CASE.action.spec.operations)
    for service, operation in sorted(looked):
        denied = Fault(service=service, operation=operation, kind=FaultKind.DENIED, times=None)
        simulated.app.faults = FaultPlan.of([denied])
        decision, _ = driver.look()
        assert isinstance(decision, Refuse), f"{service}:{operation}"
        assert operation in decision.because
    simulated.app.faults = FaultPlan()


def test_what_is_missing_is_told_before_what_is_not_known() -> None:
    facts = {**case.READY, "kms.key": case.with_state("kms.key", case.MAY_NOT).seen[0]}
    facts["sqs.queue"] = next(one for one in case.with_state("sqs.queue", None).seen if one.check == "sqs.queue")
    decision = CASE.action.decide(CASE.bound.params, tuple(facts.values()), PAST)
    assert isinstance(decision, Refuse)
    assert decision.because == f"there is no queue amply in {RECOVERY}, and 1 more"


@pytest.mark.parametrize(
    ("image", "told"),
    [
        (case.IMAGE, ("amply-api", "2026.11.3", None)),
        (f"{PRODUCTION}.dkr.ecr.{RECOVERY}.amazonaws.com/team/api", ("team/api", "latest", None)),
        (
            f"{PRODUCTION}.dkr.ecr.{RECOVERY}.amazonaws.com/api:1@sha256:0af9",
            ("api", "1", "sha256:0af9"),
        ),
    ],
)
def test_an_image_of_ecr_is_read_from_its_reference(image: str, told: tuple[str, str, str | None]) -> None:
    found = parse_reference(image)
    assert found is not None
    assert (found.registry, found.region) == (PRODUCTION, RECOVERY)
    assert (found.repository, found.tag, found.digest) == told


def test_an_image_of_another_registry_belongs_to_no_region() -> None:
    assert parse_reference("docker.io/library/nginx:1") is None


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({}, "nothing to check"),
        ({"services": ["a"]}, "need `cluster`"),
        ({"cluster": "c", "free_addresses": 8}, "needs `services`"),
        ({"security_groups": ["a"]}, "need `db_subnet_groups`"),
    ],
)
def test_what_says_too_little_is_a_mistake(wanted: dict[str, list[str]], told: str) -> None:
    (problem,) = check_params(Params, {"region": RECOVERY, **wanted})
    assert told in problem.message
