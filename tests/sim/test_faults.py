"""Faults strike exactly the calls that their rules name, and the answer is the one that service would give."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from drctl.model.scenario import Fault, FaultKind
from drctl.sim.fault_answers import error_of
from drctl.sim.faults import FaultPlan, parse_fault
from drctl.sim.overlay import Call
from tests.simulated import PRIMARY, RECOVERY, Simulated


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_a_lost_answer_leaves_the_change_made(simulated: Simulated) -> None:
    simulated.app.faults = FaultPlan.of([parse_fault("ssm:PutParameter:lost-answer")])
    with pytest.raises(ConnectionClosedError):
        simulated.client("ssm").put_parameter(Name="/amply/prod/deploy-freeze", Value="on", Type="String")
    found = simulated.client("ssm").get_parameter(Name="/amply/prod/deploy-freeze")["Parameter"]
    assert found["Value"] == "on"
    assert [call.outcome for call in simulated.calls("ssm")] == ["lost"]


def test_a_reset_leaves_nothing_changed(simulated: Simulated) -> None:
    simulated.app.faults = FaultPlan.of([parse_fault("ssm:PutParameter:reset")])
    with pytest.raises(ConnectionClosedError):
        simulated.client("ssm").put_parameter(Name="/amply/prod/deploy-freeze", Value="on", Type="String")
    with pytest.raises(ClientError) as absent:
        simulated.client("ssm").get_parameter(Name="/amply/prod/deploy-freeze")
    assert code_of(absent) == "ParameterNotFound"
    assert simulated.calls("ssm") == []


def test_a_hang_lasts_until_the_caller_gives_up_and_stops_nobody_else(simulated: Simulated) -> None:
    simulated.app.faults = FaultPlan.of([parse_fault("ssm:PutParameter:hang")])
    impatient = simulated.client("ssm", read_timeout=0.2)
    with pytest.raises(ReadTimeoutError):
        impatient.put_parameter(Name="/a", Value="on", Type="String")
    assert simulated.client("ssm").describe_parameters()["Parameters"] == []


@pytest.mark.parametrize(
    ("service", "operation", "kind", "code", "status"),
    [
        ("rds", "describe_db_instances", "throttle", "Throttling", 400),
        ("ecs", "list_clusters", "throttle", "ThrottlingException", 400),
        ("s3", "list_buckets", "throttle", "SlowDown", 503),
        ("ec2", "describe_vpcs", "throttle", "RequestLimitExceeded", 503),
        ("rds", "describe_db_instances", "denied", "AccessDenied", 403),
        ("ssm", "describe_parameters", "denied", "AccessDeniedException", 400),
        ("ec2", "describe_vpcs", "denied", "UnauthorizedOperation", 403),
        ("rds", "describe_db_instances", "not-found", "DBInstanceNotFound", 404),
        ("rds", "describe_db_instances", "capacity", "InsufficientDBInstanceCapacity", 400),
        ("rds", "describe_db_instances", "error", "InternalFailure", 500),
        ("route53", "list_hosted_zones", "http-503", "503", 503),
        ("rds", "describe_db_instances", "error=InvalidDBInstanceState", "InvalidDBInstanceState", 400),
    ],
)
def test_a_fault_speaks_as_its_service_does(
    simulated: Simulated, service: str, operation: str, kind: str, code: str, status: int
) -> None:
    simulated.app.faults = FaultPlan.of([parse_fault(f"{service}:*:{kind}")])
    with pytest.raises(ClientError) as refused:
        getattr(simulated.client(service), operation)()
    assert code_of(refused) == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.parametrize(
    ("service", "operation", "fault", "sentence"),
    [
        ("rds", "describe_db_instances", "error=InstanceQuotaExceeded", "exceeding the allowed number of DB instances"),
        ("elasticache", "describe_events", "error=NodeQuotaForCustomerExceeded", "allowed number of cache nodes"),
        ("ec2", "describe_vpcs", "error=VpcLimitExceeded", "The maximum number of VPCs has been reached"),
        (
            "ecs",
            "list_clusters",
            "error=LimitExceededException",
            "have reached the limit of .* what ListClusters makes",
        ),
        (
            "rds",
            "describe_db_instances",
            "denied",
            "User: arn:aws:iam::111111111111:root is not authorized to perform: rds:DescribeDBInstances because",
        ),
        ("elbv2", "describe_load_balancers", "denied", "perform: elasticloadbalancing:DescribeLoadBalancers"),
        ("rds", "describe_db_instances", "error=KMSKeyNotAccessibleFault", "KMS key cannot be used"),
        ("ssm", "describe_parameters", "error=AccessDeniedException", "not authorized to perform: ssm:DescribePara"),
        ("rds", "describe_db_instances", "not-found", "The resource was not found"),
        ("rds", "describe_db_instances", "error=DBInstanceAlreadyExists", "exists already"),
        ("rds", "describe_db_instances", "capacity", "DB instance class isn't available"),
        ("rds", "describe_db_instances", "error=Unheard", "The service failed"),
    ],
)
def test_a_fault_says_what_it_is_about(
    simulated: Simulated, service: str, operation: str, fault: str, sentence: str
) -> None:
    simulated.app.faults = FaultPlan.of([parse_fault(f"{service}:*:{fault}")])
    with pytest.raises(ClientError, match=sentence):
        getattr(simulated.client(service), operation)()


def test_who_is_denied_is_the_role_whose_session_it_was(simulated: Simulated) -> None:
    call = Call(
        service="s3",
        operation="ListObjectsV2",
        region=PRIMARY,
        account="111111111111",
        params={},
        role="arn:aws:iam::222222222222:role/drctl-recovery",
    )
    error = error_of(parse_fault("s3:ListObjectsV2:denied"), call, "rest-xml", None)
    assert error.message.startswith(
        "User: arn:aws:sts::222222222222:assumed-role/drctl-recovery/drctl is not authorized to perform: s3:ListBucket"
    )


def test_the_sdk_gets_through_after_as_many_throttles_as_the_rule_says(simulated: Simulated) -> None:
    simulated.app.faults = FaultPlan.of([parse_fault("rds:DescribeDBInstances:throttle:1")])
    patient = simulated.client("rds", retries={"mode": "standard", "total_max_attempts": 3})
    assert patient.describe_db_instances()["ResponseMetadata"]["RetryAttempts"] == 1


def test_a_rule_strikes_from_its_nth_call_and_no_more_often_than_it_may() -> None:
    plan = FaultPlan.of([Fault(service="rds", kind=FaultKind.RESET, nth=2, times=2)])
    struck = [plan.strike("rds", "DescribeDBInstances", PRIMARY) is not None for _ in range(5)]
    assert struck == [False, True, True, False, False]


def test_a_rule_leaves_other_services_operations_and_regions_alone() -> None:
    plan = FaultPlan.of([parse_fault("rds:CopyDBSnapshot@eu-west-1:reset:all")])
    assert plan.strike("rds", "CopyDBSnapshot", RECOVERY) is not None
    assert plan.strike("rds", "CopyDBSnapshot", PRIMARY) is None
    assert plan.strike("rds", "DeleteDBSnapshot", RECOVERY) is None
    assert plan.strike("elasticache", "CopyDBSnapshot", RECOVERY) is None


def test_chance_strikes_the_same_calls_in_every_run() -> None:
    def struck() -> list[bool]:
        plan = FaultPlan.of([parse_fault("rds:*:throttle:30%")])
        return [plan.strike("rds", "DescribeDBInstances", PRIMARY) is not None for _ in range(200)]

    assert struck() == struck()
    assert 30 < sum(struck()) < 90


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("rds:CopyDBSnapshot:throttle", Fault(service="rds", operation="CopyDBSnapshot", kind=FaultKind.THROTTLE)),
        (
            "rds:RestoreDBInstanceFromDBSnapshot:throttle:3",
            Fault(service="rds", operation="RestoreDBInstanceFromDBSnapshot", kind=FaultKind.THROTTLE, times=3),
        ),
        (
            "ecs:UpdateService:answer-lost:#2",
            Fault(service="ecs", operation="UpdateService", kind=FaultKind.ANSWER_LOST, nth=2),
        ),
        (
            "s3:*@eu-west-1:http-503:all",
            Fault(service="s3", region="eu-west-1", kind=FaultKind.UNAVAILABLE, times=None),
        ),
        ("kms:*:denied:12.5%", Fault(service="kms", kind=FaultKind.DENIED, times=None, probability=0.125)),
        ("rds:*:error=StorageFull", Fault(service="rds", kind=FaultKind.SERVER_ERROR, code="StorageFull")),
    ],
)
def test_the_command_line_writes_a_rule_in_one_word(text: str, fault: Fault) -> None:
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rds", "expected service:Operation"),
        ("rds:Copy:explode", "no fault is called 'explode'; there are throttle"),
        ("rds:Copy:throttle:0", "expected which calls as 3, #3, 30% or all, got '0'"),
        ("rds:Copy:throttle:0%", "expected which calls"),
        ("rds:Copy:throttle:101%", "expected which calls"),
        ("", "expected service:Operation"),
        ("rdx:CopyDBSnapshot:throttle", "AWS has no service 'rdx'"),
        ("rdx:*:throttle", "AWS has no service 'rdx'"),
        ("rds:CopySnapshot:throttle", "rds has no operation 'CopySnapshot'"),
    ],
)
def test_a_rule_that_cannot_be_read_says_what_was_expected(text: str, said: str) -> None:
    with pytest.raises(ValueError) as wrong:
        parse_fault(text)
    assert said in str(wrong.value)
