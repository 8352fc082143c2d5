"""The policies of the shipped runbooks: what IAM takes, what each mode lets a role do, and how little that is."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from drctl.actions.catalogue import ACTIONS
from drctl.bootstrap import texts
from drctl.bootstrap.privileges import PolicyRequest, iam_policies
from drctl.cli.actions import permissions_of_example
from drctl.errors import InputInvalid
from drctl.model.plan import Plan
from drctl.ports.action import PermissionCondition
from drctl.privileges.access_levels import is_look
from drctl.privileges.guardrails import TAGGED_WHEN_MADE
from drctl.privileges.patterns import holds, smallest
from drctl.privileges.place import Place, Purpose
from drctl.privileges.policies import LARGEST, Document, packed, policies_of
from drctl.privileges.statements import ALLOW, DENY, Statement, allowing
from drctl.privileges.steps import Need
from drctl.sim.access.policy import read_policy

SHIPPED = sorted(path.stem for path in (Path(__file__).parents[3] / "runbooks").glob("*.yaml"))
AURORA = ("aurora-failover", "aurora-switchover")
MODES = ("observe", "drill", "recover")


_estate = functools.cache(texts.estate_of)


@functools.cache
def plan_of(runbook: str) -> tuple[Plan, Place]:
    estate = _estate("aurora" if runbook in AURORA else "amply")
    place = Place(accounts=dict(estate.accounts), default_account=estate.default_account, regions=estate.regions.every)
    return texts.new_runbook(runbook, {}, estate).plan_or_refuse(), place


@functools.cache
def documents(runbook: str, mode: str = "recover") -> Mapping[str, tuple[Document, ...]]:
    plan, place = plan_of(runbook)
    return policies_of([plan], texts.catalogue(), place, Purpose(mode))


def statements(runbook: str, mode: str = "recover", effect: str = ALLOW) -> Iterator[Statement]:
    for each in documents(runbook, mode).values():
        for document in each:
            yield from (one for one in document.statements if one.effect == effect)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("runbook", SHIPPED)
def test_iam_takes_every_document(runbook: str, mode: str) -> None:
    """Not too large, nothing in it that is not IAM's, and each name once in an account."""
    for each in documents(runbook, mode).values():
        assert all(read_policy(one.plain()) for one in each)
        assert all(one.size <= LARGEST for one in each)
        sids = [statement.sid for one in each for statement in one.statements]
        assert len(set(sids)) == len(sids)


@pytest.mark.parametrize("runbook", SHIPPED)
def test_no_stand_in_for_an_unknown_value_is_printed(runbook: str) -> None:
    told = json.dumps([one.plain() for each in documents(runbook).values() for one in each])
    assert not any(mark in told for mark in ("unknown", "UNKNOWN", "0" * 12, "zz-", "None"))


@pytest.mark.parametrize("runbook", SHIPPED)
def test_a_role_that_observes_may_look_and_is_handed_no_secret(runbook: str) -> None:
    allowed = {action for one in statements(runbook, "observe") for action in one.actions}
    assert all(is_look(action) for action in allowed)
    assert "secretsmanager:GetSecretValue" not in allowed


@pytest.mark.parametrize("runbook", SHIPPED)
def test_what_a_runbook_needs_no_guardrail_of_its_own_denies(runbook: str) -> None:
    for account, each in documents(runbook).items():
        every = [statement for document in each for statement in document.statements]
        denying = [one for one in every if one.effect == DENY and not one.conditions]
        for action, resource in (
            (a, r) for one in every if one.effect == ALLOW for a in one.actions for r in one.resources
        ):
            for deny in denying:
                named = any(holds(pattern, action) for pattern in deny.actions)
                about = any(holds(pattern, resource) for pattern in deny.resources) is not deny.except_resources
                assert not (named and about), f"{account}: {deny.sid} denies {action} on {resource}"


@pytest.mark.parametrize("runbook", SHIPPED)
def test_a_role_is_passed_to_one_service_only(runbook: str) -> None:
    for one in statements(runbook):
        if "iam:PassRole" in one.actions:
            assert [condition.key for condition in one.conditions] == ["iam:PassedToService"]


@pytest.mark.parametrize("runbook", SHIPPED)
def test_records_are_changed_by_their_names_only(runbook: str) -> None:
    for one in statements(runbook):
        if "route53:ChangeResourceRecordSets" in one.actions:
            assert [condition.operator for condition in one.conditions] == ["ForAllValues:StringEquals"]


@pytest.mark.parametrize("runbook", SHIPPED)
def test_what_a_role_for_drills_makes_has_the_mark_of_a_drill(runbook: str) -> None:
    marked = PermissionCondition("StringEquals", "aws:RequestTag/drctl:mode", ("drill",))
    for one in statements(runbook, "drill"):
        if TAGGED_WHEN_MADE.intersection(one.actions):
            assert marked in one.conditions


@pytest.mark.parametrize("mode", MODES)
def test_data_is_destroyed_only_where_the_runbook_names_it(mode: str) -> None:
    """A restore needs to delete what it has made, and nothing else; one that restores nothing deletes nothing."""
    (deny,) = [
        one for one in statements("backup-restore-test", "recover", DENY) if "rds:DeleteDBInstance" in one.actions
    ]
    assert deny.except_resources
    assert [arn.rpartition(":")[2] for arn in deny.resources] == ["amply-restore-test"] or len(deny.resources) == 1
    (deny,) = [one for one in statements("dns-switch", mode, DENY) if "rds:DeleteDBInstance" in one.actions][:1]
    assert not deny.except_resources
    assert deny.resources == ("*",)


def test_what_only_the_run_will_know_narrows_a_name_as_far_as_it_can() -> None:
    copies = [r for one in statements("database-corruption") for r in one.resources if "CopyDBSnapshot" in str(one)]
    assert any(resource.endswith(":snapshot:*-eu-west-1") for resource in copies)


def test_one_role_for_several_runbooks_may_do_what_each_of_them_needs() -> None:
    together = iam_policies(PolicyRequest(runbooks=("dns-switch", "backup-restore-test"), inputs={}))
    every = [one for document in together["production"] for one in document.statements]
    assert any("rds:DeleteDBInstance" in one.actions for one in every if one.effect == ALLOW)
    assert not any(
        "rds:DeleteDBInstance" in one.actions and "*" in one.resources for one in every if one.effect == DENY
    )


def test_the_same_runbook_gives_the_same_policies() -> None:
    first = documents("region-failover")
    documents.cache_clear()
    plan_of.cache_clear()
    assert documents("region-failover") == first


def test_an_environment_where_nobody_may_drill_gets_no_policy_for_drills() -> None:
    with pytest.raises(InputInvalid, match="allows recover only"):
        iam_policies(PolicyRequest(runbooks=("dns-switch",), environment="example", inputs={}, mode="drill"))


def test_the_alarms_that_stop_a_run_may_be_looked_at() -> None:
    found = iam_policies(PolicyRequest(runbooks=("dns-switch",), environment="example", inputs={}))
    allowed = {action for document in found["production"] for one in document.statements for action in one.actions}
    assert "cloudwatch:DescribeAlarms" in allowed


def test_statements_of_the_same_needs_are_the_same_in_whatever_order() -> None:
    needs = [Need("rds:DescribeDBInstances", ("arn:aws:rds:eu-west-1:1:db:b",)), Need("sqs:GetQueueUrl", ("*",)),
             Need("rds:DescribeDBInstances", ("arn:aws:rds:eu-west-1:1:db:a",))]  # fmt: skip
    assert allowing(needs) == allowing(reversed(needs))
    assert [one.resources for one in allowing(needs)] == [
        ("arn:aws:rds:eu-west-1:1:db:a", "arn:aws:rds:eu-west-1:1:db:b"),
        ("*",),
    ]


def test_a_resource_that_another_one_holds_is_left_out() -> None:
    assert smallest(["a:*", "a:b", "a:?", "b:c"]) == ("a:*", "b:c")
    assert smallest(["a:?", "a:*"]) == ("a:*",)


def test_what_is_too_large_for_one_document_is_split_and_nothing_is_lost() -> None:
    """A statement that alone is too large is split by its resources."""
    many = tuple(f"arn:aws:sqs:eu-west-1:111111111111:queue-{number:04d}" for number in range(400))
    whole = Statement(sid="LookAtSqs", effect=ALLOW, actions=("sqs:GetQueueUrl",), resources=many)
    made = packed((whole, Statement(sid="Last", effect=ALLOW, actions=("sns:Publish",))))
    assert len(made) > 2
    assert all(one.size <= LARGEST for one in made)
    every = [statement for one in made for statement in one.statements]
    assert [arn for one in every if one.actions == whole.actions for arn in one.resources] == list(many)
    assert [one.sid for one in every].count("Last") == 1


WITHOUT_RESOURCES = frozenset(
    {
        "acm:ListCertificates", "application-autoscaling:DescribeScalableTargets", "cloudfront:ListDistributions",
        "cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "ec2:DescribeAvailabilityZones",
        "ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets",
        "ecs:DeregisterTaskDefinition", "ecs:DescribeTaskDefinition", "elasticache:DescribeEvents",
        "elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth", "iam:ListAccountAliases", "rds:DescribeEvents",
        "route53:ListHostedZonesByName", "route53:TestDNSAnswer", "s3:CreateJob", "s3:ListAllMyBuckets", "s3:ListJobs",
        "secretsmanager:GetRandomPassword", "ses:GetAccount", "sts:GetCallerIdentity",
    }
)  # fmt: skip
"""Actions for which IAM knows no resources (Service Authorization Reference, 2026)."""


@pytest.mark.parametrize("kind", ACTIONS)
def test_an_action_asks_for_everything_exactly_where_iam_knows_no_resources(kind: str) -> None:
    """A statement that names a resource there allows nothing; one that names none elsewhere allows too much."""
    catalogue = texts.catalogue()
    spec = catalogue.spec(kind)
    assert spec is not None
    for permission in permissions_of_example(catalogue, spec):
        for action in permission.actions:
            everything = permission.resources == ("*",)
            # Composite alarms are told only to those who may describe every alarm; tasks are listed by cluster.
            if action not in ("cloudwatch:DescribeAlarms", "ecs:ListTasks"):
                assert everything is (action in WITHOUT_RESOURCES), f"{action} on {permission.resources}"
