"""Each shipped runbook under exactly the policies that drctl prints for it, and under less than that.

`DRCTL_PRIVILEGES=all` takes every runbook and every statement, as `.ci/privileges` does; the suite takes a few.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.drills.privileges import Tried, allowing, drill, statements_for, without
from tests.drills.rehearsing import Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

SHIPPED = tuple(sorted(path.stem for path in (Path(__file__).parents[2] / "runbooks").glob("*.yaml")))
ALL = os.environ.get("DRCTL_PRIVILEGES") == "all"

PASSES = SHIPPED if ALL else ("bucket-ransomware", "dns-switch", "region-failover", "staging-drill")
"""Runbooks that are drilled under their own policies."""
REDUCED = SHIPPED if ALL else ("aurora-switchover",)
"""Runbooks that are drilled again and again, each time with one statement less."""

ISOLATED = ("az-return", "backup-restore-test", "readiness", "staging-drill")
"""Runbooks that change nothing but what they have made, and so can be run by a role that is for drills."""
DENIED_IN_A_DRILL = {
    "aurora-switchover": "rds:SwitchoverGlobalCluster",
    "region-failover-warm": "rds:PromoteReadReplica",
}
"""What a role that is for drills may not do of a runbook that does more."""

NEVER_FAILS_A_RUN = {"ses:SendEmail", "sns:Publish"}
"""What only tells people: the report says that it was denied, and the recovery goes on."""

NOT_EXERCISED = {
    # Undo: a drill that ends well keeps what it has made, or its copies are deleted by steps of their own.
    "ecs:DeregisterTaskDefinition": "undo",
    "elasticache:DeleteReplicationGroup": "undo",
    "rds:DeleteDBInstance": "undo",
    "rds:DeleteDBSnapshot": "undo",
    "rds:ModifyDBInstance": "undo: the deletion protection is taken off",
    "s3:DeleteObjectVersion": "undo",
    "sqs:DeleteQueue": "undo",
    "ssm:DeleteParameter": "undo",
    # What is needed only where the world is another one than the drill's.
    "application-autoscaling:DeregisterScalableTarget": "undo, of services that are scaled automatically",
    "application-autoscaling:RegisterScalableTarget": "the services of the estate are not scaled automatically",
    "arc-zonal-shift:CancelZonalShift": "no zone was left",
    "arc-zonal-shift:StartZonalShift": "undo: the zone is left again",
    "cloudfront:CreateInvalidation": "what was attacked is no website",
    "cloudfront:GetDistribution": "what was attacked is no website",
    "cloudfront:GetInvalidation": "what was attacked is no website",
    "cloudfront:ListDistributions": "what was attacked is no website",
    "cloudfront:ListInvalidations": "what was attacked is no website",
    "ec2:AuthorizeSecurityGroupIngress": "undo",
    "ec2:RevokeSecurityGroupIngress": "the database is in the Region that is lost",
    "ecs:DescribeTasks": "no task has stopped",
    "ecs:RegisterTaskDefinition": "what is redeployed needs no new revision",
    "ecs:StopTask": "no task runs for too long",
    "ecs:TagResource": "what is redeployed needs no new revision",
    "ecs:UpdateService": "services run as they should",
    "elasticache:DescribeSnapshots": "the cache begins empty",
    "iam:PassRole": "nothing that has a role is made or written",
    "rds:RebootDBInstance": "no parameter waits for a reboot",
    "route53:GetHealthCheck": "the name has no health check",
    "route53:UpdateHealthCheck": "the name has no health check",
    "s3:DeleteObject": "the name is no failover pair with a switch",
    "s3:GetObject": "there is nothing to bring back",
    "s3:GetObjectVersion": "there is nothing to bring back",
    "s3:GetObjectVersionTagging": "there is nothing to bring back",
    "s3:ListBucket": "the name is no failover pair with a switch",
    "s3:PutObject": "there is nothing to bring back",
    "s3:PutObjectTagging": "there is nothing to bring back",
    "ses:GetConfigurationSet": "mail has no configuration set",
    "sqs:CreateQueue": "the queues are there",
    "sqs:SetQueueAttributes": "the queues are there",
    "sqs:TagQueue": "the queues are there",
    "ssm:AddTagsToResource": "the parameters are there",
    # What is not played: see `docs/simulated-aws.md`.
    "kms:Decrypt": "secrets of the estate have AWS's own key; RDS is asked for its grant only",
    "kms:Encrypt": "RDS is asked for its grant only",
    "kms:GenerateDataKey": "secrets of the estate have AWS's own key",
    "kms:GenerateDataKeyWithoutPlaintext": "RDS is asked for its grant only",
}
"""Why a statement is there that the default drill of a runbook gets by without."""


_whole: dict[str, Tried] = {}
"""The drills with all statements, kept for the tests that begin with one."""


def tried_whole(rehearse: Rehearsal, runbook: str) -> Tried:
    if runbook not in _whole:
        _whole[runbook] = drill(rehearse, runbook, statements_for(runbook))
    return _whole[runbook]


@pytest.mark.parametrize("runbook", PASSES)
def test_a_runbook_passes_under_exactly_its_own_policies(rehearse: Rehearsal, runbook: str) -> None:
    tried = tried_whole(rehearse, runbook)
    assert tried.passed, tried.drilled.reasons
    assert tried.denied == []


@pytest.mark.parametrize("runbook", PASSES)
def test_what_the_drill_has_no_use_for_is_known(rehearse: Rehearsal, runbook: str) -> None:
    """A statement that nothing asks for is one that nobody would miss, but for the reasons that are written down."""
    needed = tried_whole(rehearse, runbook).needed
    idle = [one for account, one in allowing(statements_for(runbook)) if one.sid not in needed[account]]
    unexplained = {action for one in idle for action in one.actions} - set(NOT_EXERCISED)
    assert unexplained == set()


if ALL:

    def test_every_reason_is_still_one(rehearse: Rehearsal) -> None:
        idle = {
            action
            for runbook in SHIPPED
            for account, one in allowing(statements_for(runbook))
            if one.sid not in tried_whole(rehearse, runbook).needed[account]
            for action in one.actions
        }
        assert set(NOT_EXERCISED) <= idle


@pytest.mark.parametrize("runbook", REDUCED)
def test_without_any_one_statement_the_drill_says_which_action_is_missing(rehearse: Rehearsal, runbook: str) -> None:
    policies = statements_for(runbook)
    needed = tried_whole(rehearse, runbook).needed
    for account, statement in allowing(policies):
        if statement.sid in needed[account]:
            tried = drill(rehearse, runbook, without(policies, account, statement.sid))
            told_only = set(statement.actions) <= NEVER_FAILS_A_RUN
            assert tried.passed is told_only, f"{runbook} without {statement.sid} of {account}: {tried.drilled.reasons}"
            missing = [action for action in statement.actions if action in tried.told]
            assert missing, f"nothing names {statement.actions} without {statement.sid}: {tried.drilled.reasons}"


@pytest.mark.thorough
@pytest.mark.parametrize("runbook", ISOLATED if ALL else ("staging-drill",))
def test_an_isolated_runbook_passes_with_a_role_that_is_for_drills(rehearse: Rehearsal, runbook: str) -> None:
    tried = drill(rehearse, runbook, statements_for(runbook, "drill"))
    assert tried.passed, tried.drilled.reasons


@pytest.mark.parametrize("runbook", DENIED_IN_A_DRILL if ALL else ("aurora-switchover",))
def test_a_role_that_is_for_drills_moves_nothing_that_no_drill_has_made(rehearse: Rehearsal, runbook: str) -> None:
    tried = drill(rehearse, runbook, statements_for(runbook, "drill"))
    assert not tried.passed
    denied = DENIED_IN_A_DRILL[runbook]
    assert denied in tried.denied
    assert f"not authorized to perform: {denied}" in tried.drilled.reasons
    assert "with an explicit deny in an identity-based policy" in tried.drilled.reasons


@pytest.mark.parametrize("runbook", SHIPPED if ALL else ("staging-drill",))
def test_a_role_that_only_looks_changes_nothing(rehearse: Rehearsal, runbook: str) -> None:
    """Whatever a runbook tries with it, the world has no resource more or less, and none that is another."""
    tried = drill(rehearse, runbook, statements_for(runbook, "observe"))
    assert [call for call in tried.made if call["outcome"] == "ok" and call["service"] not in ("sts", "web")] == []
