"""Who calls is told by the access key, and what was called is on record without its secrets."""

from __future__ import annotations

import boto3
import pytest
from botocore.config import Config

from drctl.sim.credentials import account_of, key_of
from tests.simulated import PRODUCTION, RECOVERY, SHARED_SERVICES, START, Simulated


def test_a_key_makes_its_caller_the_account_it_is_for(simulated: Simulated) -> None:
    for account in (PRODUCTION, SHARED_SERVICES):
        assert simulated.client("sts", account=account).get_caller_identity()["Account"] == account


def test_accounts_and_regions_do_not_see_each_other(simulated: Simulated) -> None:
    simulated.client("ssm").put_parameter(Name="/a", Value="b", Type="String")
    assert simulated.client("ssm", RECOVERY).describe_parameters()["Parameters"] == []
    assert simulated.client("ssm", account=SHARED_SERVICES).describe_parameters()["Parameters"] == []


def test_an_assumed_role_acts_in_the_account_of_the_role(simulated: Simulated) -> None:
    given = simulated.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{SHARED_SERVICES}:role/drctl-recovery", RoleSessionName="drctl-r1"
    )["Credentials"]
    sts = boto3.session.Session().client(
        "sts",
        region_name=RECOVERY,
        endpoint_url=simulated.url,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        config=Config(proxies={}),
    )
    who = sts.get_caller_identity()
    assert who["Account"] == SHARED_SERVICES
    assert who["Arn"] == f"arn:aws:sts::{SHARED_SERVICES}:assumed-role/drctl-recovery/drctl-r1"


def test_a_key_that_is_nobodys_is_the_default_accounts(simulated: Simulated) -> None:
    simulated.world.default_account = PRODUCTION
    sts = boto3.session.Session().client(
        "sts",
        region_name=RECOVERY,
        endpoint_url=simulated.url,
        aws_access_key_id="anything",
        aws_secret_access_key="at-all",
        config=Config(proxies={}),
    )
    assert sts.get_caller_identity()["Account"] == PRODUCTION


def test_a_key_is_for_twelve_digits_and_no_real_key_looks_like_it() -> None:
    assert account_of(key_of(PRODUCTION).access_key) == PRODUCTION
    assert account_of("AKIAIOSFODNN7EXAMPLE") is None
    with pytest.raises(ValueError, match="twelve digits"):
        key_of("production")


def test_every_mutating_call_is_on_record_and_no_reading_one(simulated: Simulated) -> None:
    simulated.client("ssm").put_parameter(Name="/a", Value="b", Type="String", Tags=[{"Key": "k", "Value": "v"}])
    simulated.client("ssm").get_parameter(Name="/a")
    simulated.client("sts").get_caller_identity()
    simulated.client("rds").describe_db_instances()
    (call,) = simulated.calls()
    assert (call.seq, call.at, call.account, call.region) == (1, START, PRODUCTION, "eu-central-1")
    assert (call.service, call.operation, call.outcome) == ("ssm", "PutParameter", "ok")
    assert call.params["Name"] == "/a"
    assert call.params["Tags"] == [{"Key": "k", "Value": "v"}]


def test_a_refused_call_is_on_record_with_its_code(simulated: Simulated) -> None:
    rds = simulated.client("rds")
    with pytest.raises(rds.exceptions.DBInstanceNotFoundFault):
        rds.delete_db_instance(DBInstanceIdentifier="nowhere", SkipFinalSnapshot=True)
    assert [call.outcome for call in simulated.calls()] == ["DBInstanceNotFound"]


def test_the_record_keeps_tokens_and_no_secrets(simulated: Simulated) -> None:
    simulated.client("secretsmanager").create_secret(
        Name="amply/prod/database-password", SecretString="hunter2", ClientRequestToken="t" * 36
    )
    simulated.client("rds").create_db_instance(
        DBInstanceIdentifier="db", DBInstanceClass="db.t3.small", Engine="postgres", AllocatedStorage=20,
        MasterUsername="app", MasterUserPassword="hunter2hunter2",
    )  # fmt: skip
    simulated.client("ssm").put_parameter(Name="/a", Value="hunter2", Type="SecureString")
    assert "hunter2" not in str([call.as_json() for call in simulated.calls()])
    assert simulated.calls("secretsmanager")[0].token == "t" * 36
    assert simulated.calls("secretsmanager")[0].params["Name"] == "amply/prod/database-password"
