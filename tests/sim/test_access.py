"""Roles with policies: what IAM would allow, deny, or not take at all.

Source of the laws: IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from drctl.sim.access.policy import UNKNOWN_RESOURCE, Statement, read_policy
from drctl.sim.control_client import Simulation
from tests.simulated import PRODUCTION, RECOVERY, START, Simulated

ROLE = f"arn:aws:iam::{PRODUCTION}:role/drctl-recovery"
QUEUE = f"arn:aws:sqs:{RECOVERY}:{PRODUCTION}:"


def policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [dict(one) for one in statements]}


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def as_role(simulated: Simulated, service: str, region: str = RECOVERY) -> Any:
    """A client that acts in a session of the role."""
    given = simulated.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="drctl-r1")["Credentials"]
    return boto3.session.Session().client(
        service,
        region_name=region,
        endpoint_url=simulated.url,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        config=Config(proxies={}, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )


def enforce(simulated: Simulated, *statements: Mapping[str, Any]) -> None:
    simulated.app.access.enforce({ROLE: [policy(*statements)]})


def refused(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Message"])


def test_until_a_role_is_given_policies_it_may_do_everything(simulated: Simulated) -> None:
    assert as_role(simulated, "sqs").create_queue(QueueName="tasks")["QueueUrl"]


def test_what_no_statement_allows_is_denied_in_the_words_of_aws_and_not_done(simulated: Simulated) -> None:
    enforce(simulated, allow("sqs:GetQueueUrl"))
    with pytest.raises(ClientError) as denied:
        as_role(simulated, "sqs").create_queue(QueueName="tasks")
    assert denied.value.response["Error"]["Code"] == "AccessDeniedException"
    assert refused(denied) == (
        f"User: arn:aws:sts::{PRODUCTION}:assumed-role/drctl-recovery/drctl is not authorized to perform: "
        f"sqs:CreateQueue on resource: {QUEUE}tasks "
        "because no identity-based policy allows the sqs:CreateQueue action"
    )
    assert "QueueUrls" not in simulated.client("sqs", RECOVERY).list_queues()


def test_a_deny_outweighs_every_allow(simulated: Simulated) -> None:
    enforce(simulated, allow(), deny("sqs:Create*"))
    with pytest.raises(ClientError) as denied:
        as_role(simulated, "sqs").create_queue(QueueName="tasks")
    assert "with an explicit deny in an identity-based policy" in refused(denied)


def test_only_the_roles_that_were_named_are_held_to_policies(simulated: Simulated) -> None:
    enforce(simulated, deny())
    assert simulated.client("sqs", RECOVERY).create_queue(QueueName="tasks")["QueueUrl"]


def test_a_resource_is_the_one_that_the_call_names(simulated: Simulated) -> None:
    enforce(simulated, allow("sqs:CreateQueue", f"{QUEUE}drill-*"))
    assert as_role(simulated, "sqs").create_queue(QueueName="drill-tasks")
    with pytest.raises(ClientError):
        as_role(simulated, "sqs").create_queue(QueueName="tasks")


def test_a_call_that_names_no_resource_is_allowed_by_everything_only(simulated: Simulated) -> None:
    """EC2 knows no resources for looking: a statement about one group does not let anybody describe it."""
    enforce(simulated, allow("ec2:DescribeSecurityGroups", f"arn:aws:ec2:{RECOVERY}:{PRODUCTION}:security-group/*"))
    with pytest.raises(ClientError) as denied:
        as_role(simulated, "ec2").describe_security_groups()
    assert denied.value.response["Error"]["Code"] == "UnauthorizedOperation"
    enforce(simulated, allow("ec2:DescribeSecurityGroups"))
    assert as_role(simulated, "ec2").describe_security_groups()["SecurityGroups"]


def test_tags_in_a_create_call_take_a_permission_of_their_own(simulated: Simulated) -> None:
    enforce(simulated, allow("sqs:CreateQueue"))
    with pytest.raises(ClientError, match="sqs:TagQueue"):
        as_role(simulated, "sqs").create_queue(QueueName="tasks", tags={"drctl:mode": "drill"})


def test_a_condition_can_ask_for_a_tag(simulated: Simulated) -> None:
    asked = {"StringEquals": {"aws:RequestTag/drctl:mode": "drill"}}
    enforce(simulated, allow("sqs:CreateQueue", Condition=asked), allow("sqs:TagQueue"))
    sqs = as_role(simulated, "sqs")
    with pytest.raises(ClientError, match="sqs:CreateQueue"):
        sqs.create_queue(QueueName="tasks", tags={"drctl:mode": "real"})
    assert sqs.create_queue(QueueName="tasks", tags={"drctl:mode": "drill"})


def test_a_deny_of_what_has_no_tag_spares_what_has_it(simulated: Simulated) -> None:
    untagged = {"StringNotEquals": {"aws:ResourceTag/drctl:mode": "drill"}}
    enforce(simulated, allow(), deny("sqs:DeleteQueue", Condition=untagged))
    sqs = as_role(simulated, "sqs")
    ours = sqs.create_queue(QueueName="ours", tags={"drctl:mode": "drill"})["QueueUrl"]
    theirs = sqs.create_queue(QueueName="theirs")["QueueUrl"]
    sqs.delete_queue(QueueUrl=ours)
    with pytest.raises(ClientError, match="explicit deny"):
        sqs.delete_queue(QueueUrl=theirs)


def test_another_region_can_be_denied(simulated: Simulated) -> None:
    elsewhere = {"StringNotEquals": {"aws:RequestedRegion": [RECOVERY]}}
    enforce(simulated, allow(), {**deny(Condition=elsewhere)})
    assert as_role(simulated, "sqs").create_queue(QueueName="tasks")
    with pytest.raises(ClientError, match="explicit deny"):
        as_role(simulated, "sqs", "us-west-2").create_queue(QueueName="tasks")


def test_records_are_limited_to_their_names(simulated: Simulated) -> None:
    zone = simulated.client("route53").create_hosted_zone(Name="amply.example", CallerReference="1")["HostedZone"]["Id"]
    names = {
        "ForAllValues:StringEquals": {"route53:ChangeResourceRecordSetsNormalizedRecordNames": "api.amply.example"}
    }
    enforce(simulated, allow("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/*", Condition=names))

    def upsert(name: str) -> None:
        record = {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
        batch = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
        as_role(simulated, "route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)

    upsert("API.amply.example.")
    with pytest.raises(ClientError, match="route53:ChangeResourceRecordSets"):
        upsert("app.amply.example")


def test_whether_an_object_is_there_is_told_to_those_only_who_may_list_the_bucket(simulated: Simulated) -> None:
    simulated.client("s3", RECOVERY).create_bucket(
        Bucket="amply-switches", CreateBucketConfiguration={"LocationConstraint": RECOVERY}
    )
    enforce(simulated, allow("s3:GetObject", "arn:aws:s3:::amply-switches/*"))
    with pytest.raises(ClientError) as denied:
        as_role(simulated, "s3").get_object(Bucket="amply-switches", Key="failover/api")
    assert denied.value.response["Error"]["Code"] == "AccessDenied"
    assert "s3:ListBucket" in refused(denied)
    enforce(simulated, allow("s3:GetObject", "arn:aws:s3:::amply-switches/*"), allow("s3:ListBucket"))
    with pytest.raises(ClientError) as missing:
        as_role(simulated, "s3").get_object(Bucket="amply-switches", Key="failover/api")
    assert missing.value.response["Error"]["Code"] == "NoSuchKey"


def test_a_secret_with_a_key_of_ones_own_takes_the_key_too(simulated: Simulated) -> None:
    key = simulated.client("kms", RECOVERY).create_key()["KeyMetadata"]["Arn"]
    simulated.client("secretsmanager", RECOVERY).create_secret(Name="a", SecretString="b", KmsKeyId=key)
    read = allow("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{RECOVERY}:{PRODUCTION}:secret:a-??????")
    enforce(simulated, read)
    with pytest.raises(ClientError, match="kms:Decrypt"):
        as_role(simulated, "secretsmanager").get_secret_value(SecretId="a")
    through = {"StringEquals": {"kms:ViaService": f"secretsmanager.{RECOVERY}.amazonaws.com"}}
    enforce(simulated, read, allow("kms:Decrypt", key, Condition=through))
    assert as_role(simulated, "secretsmanager").get_secret_value(SecretId="a")["SecretString"] == "b"


def test_who_one_is_may_everybody_ask(simulated: Simulated) -> None:
    enforce(simulated, deny("sqs:*"))
    assert as_role(simulated, "sts").get_caller_identity()["Account"] == PRODUCTION


def test_the_control_api_enforces_and_tells_what_was_needed_and_denied(simulated: Simulated) -> None:
    import threading

    from drctl.sim.control import Control, Identity

    simulated.app.control = Control(simulated.app, Identity("w", START, 1), threading.Event())
    held = Simulation(simulated.url, "w", START)
    held.enforce({ROLE: [policy({**allow("sqs:CreateQueue"), "Sid": "Make"}, {**allow("sns:*"), "Sid": "Idle"})]})
    sqs = as_role(simulated, "sqs")
    url = sqs.create_queue(QueueName="tasks")["QueueUrl"]
    with pytest.raises(ClientError):
        sqs.purge_queue(QueueUrl=url)
    told = held.access()[ROLE]
    assert told["needed"] == ["Make"]
    assert told["denied"] == [{"action": "sqs:PurgeQueue", "resource": f"{QUEUE}tasks", "explicit": False}]
    with pytest.raises(ValueError, match="is not played"):
        held.enforce({ROLE: [policy(allow(Condition={"DateLessThan": {"aws:CurrentTime": "2026-01-01"}}))]})
    assert held.access()[ROLE]["needed"] == ["Make"]


WRONG: dict[str, tuple[Any, str]] = {
    "another version": ({"Version": "2008-10-17", "Statement": [allow()]}, "Version"),
    "an unknown element": (policy({**allow(), "Principal": "*"}), "has no Principal"),
    "an unknown operator": (policy(allow(Condition={"NumericEquals": {"aws:RequestedRegion": "1"}})), "NumericEquals"),
    "an unknown quantifier": (policy(allow(Condition={"ForSome:StringLike": {"aws:TagKeys": "1"}})), "ForSome"),
    "an unknown key": (policy(allow(Condition={"StringEquals": {"aws:SourceIp": "::1"}})), "aws:SourceIp"),
    "a variable": (policy(allow(resource="arn:aws:s3:::${aws:username}")), "variables"),
    "an action of no service": (policy(allow("CreateQueue")), "is no action"),
    "a resource that is no ARN": (policy(allow(resource="queue")), "is no ARN"),
    "neither Action nor NotAction": (policy({"Effect": "Allow", "Resource": "*"}), "Action"),
    "a name twice": (policy({**allow(), "Sid": "A"}, {**allow(), "Sid": "A"}), "same Sid"),
    "another effect": (policy({**allow(), "Effect": "Maybe"}), "Effect"),
    "too much": (policy(allow(resource=[f"arn:aws:s3:::bucket-{n}" for n in range(400)])), "6144"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_not_understood_is_refused_and_never_passed_over(wrong: str) -> None:
    document, says = WRONG[wrong]
    with pytest.raises(ValueError, match=says):
        read_policy(document)


CONDITIONS: list[tuple[str, Any, tuple[str, ...] | None, bool]] = [
    ("StringEquals", "a", ("a",), True),
    ("StringEquals", ["a", "b"], ("b",), True),
    ("StringEquals", "a", ("A",), False),
    ("StringEqualsIgnoreCase", "a", ("A",), True),
    ("StringEquals", "a", None, False),
    ("StringNotEquals", "a", ("b",), True),
    ("StringNotEquals", ["a", "b"], ("b",), False),
    # A negated operator holds where there is no such key.
    ("StringNotEquals", "a", None, True),
    ("StringLike", "drill-*", ("drill-1",), True),
    ("StringLike", "drill-?", ("drill-12",), False),
    ("StringNotLike", "drill-*", ("other",), True),
    ("StringEqualsIfExists", "a", None, True),
    ("StringEqualsIfExists", "a", ("b",), False),
    ("Null", "true", None, True),
    ("Null", "true", ("a",), False),
    ("Null", "false", ("a",), True),
    ("ForAllValues:StringEquals", ["a", "b"], ("a", "b"), True),
    ("ForAllValues:StringEquals", ["a", "b"], ("a", "c"), False),
    # No value is not one that is wrong.
    ("ForAllValues:StringEquals", ["a"], None, True),
    ("ForAnyValue:StringEquals", ["a"], ("c", "a"), True),
    ("ForAnyValue:StringEquals", ["a"], ("c",), False),
    ("ForAnyValue:StringEquals", ["a"], None, False),
    ("Bool", "true", ("true",), True),
]


@pytest.mark.parametrize(("operator", "wanted", "values", "holds"), CONDITIONS)
def test_a_condition_holds_as_in_iam(operator: str, wanted: Any, values: tuple[str, ...] | None, holds: bool) -> None:
    (statement,) = read_policy(policy(allow(Condition={operator: {"aws:TagKeys": wanted}})))
    assert statement.is_about("sqs:CreateQueue", f"{QUEUE}tasks", lambda key: values) is holds


ABOUT: list[tuple[Mapping[str, Any], str, str, bool]] = [
    (allow("sqs:*"), "sqs:CreateQueue", f"{QUEUE}a", True),
    (allow("sqs:createqueue"), "sqs:CreateQueue", f"{QUEUE}a", True),
    (allow("sqs:Create?ueue"), "sqs:CreateQueue", f"{QUEUE}a", True),
    (allow("sns:*"), "sqs:CreateQueue", f"{QUEUE}a", False),
    (allow("sqs:*", f"{QUEUE}a"), "sqs:CreateQueue", f"{QUEUE}ab", False),
    (allow("sqs:*", f"{QUEUE}*"), "sqs:CreateQueue", UNKNOWN_RESOURCE, False),
    (allow("sqs:*", "*"), "sqs:CreateQueue", UNKNOWN_RESOURCE, True),
    ({"Effect": "Deny", "NotAction": "sqs:*", "Resource": "*"}, "sqs:CreateQueue", f"{QUEUE}a", False),
    ({"Effect": "Deny", "NotAction": "sqs:*", "Resource": "*"}, "sns:Publish", "arn:aws:sns:::a", True),
    ({"Effect": "Deny", "Action": "*", "NotResource": f"{QUEUE}a"}, "sqs:CreateQueue", f"{QUEUE}a", False),
    ({"Effect": "Deny", "Action": "*", "NotResource": f"{QUEUE}a"}, "sqs:CreateQueue", f"{QUEUE}b", True),
]


@pytest.mark.parametrize(("given", "action", "resource", "is_about"), ABOUT)
def test_a_statement_is_about_what_it_names(
    given: Mapping[str, Any], action: str, resource: str, is_about: bool
) -> None:
    statement: Statement = read_policy(policy(given))[0]
    assert statement.is_about(action, resource, lambda key: None) is is_about
