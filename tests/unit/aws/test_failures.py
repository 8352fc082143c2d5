"""Every answer of AWS that is a failure has a class, and nothing else has."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from drctl.aws.error_codes import CODES, kind_of
from drctl.aws.failures import absent, already, classify, error_code
from drctl.errors import GuardRefused
from drctl.model.failure import FailureKind as Kind

SERVICES = (
    "rds", "elasticache", "kms", "sts", "s3", "s3control", "ecs", "elbv2", "route53", "ssm",
    "application-autoscaling", "secretsmanager", "cloudwatch",
)  # fmt: skip


def answered(code: str, message: str = "", status: int = 400, operation: str = "DoIt", **more: Any) -> boto.ClientError:
    response = {
        "Error": {"Code": code, "Message": message, **more},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "1", "HostId": "", "HTTPHeaders": {}},
    }
    return boto.ClientError(response, operation)  # type: ignore[arg-type,unused-ignore]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("Throttling", Kind.THROTTLE),
        ("ThrottlingException", Kind.THROTTLE),
        ("TooManyRequestsException", Kind.THROTTLE),
        ("SlowDown", Kind.THROTTLE),
        ("PriorRequestNotComplete", Kind.THROTTLE),
        ("LimitExceededException", Kind.QUOTA),
        ("InstanceQuotaExceeded", Kind.QUOTA),
        ("DBParameterGroupQuotaExceeded", Kind.QUOTA),
        ("TooManyTargets", Kind.QUOTA),
        ("InsufficientDBInstanceCapacity", Kind.CAPACITY),
        ("InsufficientCacheClusterCapacity", Kind.CAPACITY),
        ("InvalidDBInstanceState", Kind.STATE),
        ("InvalidDBClusterStateFault", Kind.STATE),
        ("InvalidReplicationGroupState", Kind.STATE),
        ("InvalidGlobalReplicationGroupState", Kind.STATE),
        ("OperationAborted", Kind.STATE),
        ("ResourceInUseException", Kind.STATE),
        ("DBInstanceAlreadyExists", Kind.ALREADY),
        ("SnapshotAlreadyExistsFault", Kind.ALREADY),
        ("BucketAlreadyOwnedByYou", Kind.ALREADY),
        ("NoOperationFault", Kind.ALREADY),
        ("ResourceExistsException", Kind.ALREADY),
        ("PreconditionFailed", Kind.PRECONDITION),
        ("HealthCheckVersionMismatch", Kind.PRECONDITION),
        ("ConditionalCheckFailedException", Kind.PRECONDITION),
        ("DBInstanceNotFound", Kind.NOT_FOUND),
        ("DBSubnetGroupNotFoundFault", Kind.NOT_FOUND),
        ("NoSuchBucket", Kind.NOT_FOUND),
        ("InvalidGroup.NotFound", Kind.NOT_FOUND),
        ("ReplicationConfigurationNotFoundError", Kind.NOT_FOUND),
        ("ParameterNotFound", Kind.NOT_FOUND),
        ("404", Kind.NOT_FOUND),
        ("AWS.SimpleQueueService.NonExistentQueue", Kind.NOT_FOUND),
        ("AccessDenied", Kind.AUTH),
        ("AccessDeniedException", Kind.AUTH),
        ("KMSAccessDeniedFault", Kind.AUTH),
        ("KMSKeyNotAccessibleFault", Kind.AUTH),
        ("UnauthorizedOperation", Kind.AUTH),
        ("InvalidClientTokenId", Kind.AUTH),
        ("403", Kind.AUTH),
        ("ExpiredToken", Kind.EXPIRED),
        ("ExpiredTokenException", Kind.EXPIRED),
        ("RequestExpired", Kind.EXPIRED),
        ("InvalidParameterValue", Kind.VALIDATION),
        ("InvalidParameterCombination", Kind.VALIDATION),
        ("ValidationException", Kind.VALIDATION),
        ("InvalidRestoreFault", Kind.VALIDATION),
        ("InvalidVPCNetworkStateFault", Kind.VALIDATION),
        ("StorageTypeNotSupported", Kind.VALIDATION),
        ("ClientException", Kind.VALIDATION),
        ("InternalFailure", Kind.AMBIGUOUS),
        ("ServiceUnavailable", Kind.AMBIGUOUS),
        ("RequestTimeout", Kind.AMBIGUOUS),
        ("NotSimulated", Kind.NOT_SIMULATED),
        ("SomethingNobodyThoughtOf", Kind.UNKNOWN),
    ],
)
def test_a_code_has_its_class(code: str, kind: Kind) -> None:
    """The class decides what the engine does next."""
    failure = classify(answered(code, "said AWS", operation="DescribeThings"))
    assert failure is not None
    assert (failure.kind, failure.code, failure.message) == (kind, code, "said AWS")
    assert failure.operation == "DescribeThings"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        pytest.param(boto.EndpointConnectionError(endpoint_url="x"), Kind.UNREACHABLE, id="no connection"),
        pytest.param(boto.ConnectTimeoutError(endpoint_url="x"), Kind.UNREACHABLE, id="no connection in time"),
        pytest.param(boto.ProxyConnectionError(proxy_url="x"), Kind.UNREACHABLE, id="no proxy"),
        pytest.param(boto.ReadTimeoutError(endpoint_url="x"), Kind.AMBIGUOUS, id="no answer in time"),
        pytest.param(boto.ConnectionClosedError(endpoint_url="x"), Kind.AMBIGUOUS, id="connection broke"),
        pytest.param(boto.SSLError(endpoint_url="x", error="x"), Kind.AMBIGUOUS, id="TLS broke"),
        pytest.param(boto.ResponseStreamingError(error="x"), Kind.AMBIGUOUS, id="answer cut short"),
        pytest.param(boto.IncompleteReadError(actual_bytes=1, expected_bytes=2), Kind.AMBIGUOUS, id="half an answer"),
        pytest.param(ResponseParserError("HTML"), Kind.AMBIGUOUS, id="an answer nobody can read"),
        pytest.param(boto.NoCredentialsError(), Kind.AUTH, id="no credentials"),
        pytest.param(boto.PartialCredentialsError(provider="x", cred_var="y"), Kind.AUTH, id="half of them"),
        pytest.param(boto.ProfileNotFound(profile="x"), Kind.AUTH, id="no such profile"),
        pytest.param(boto.UnauthorizedSSOTokenError(), Kind.AUTH, id="signed out"),
        pytest.param(boto.ParamValidationError(report="x"), Kind.VALIDATION, id="refused by the SDK"),
        pytest.param(boto.InvalidRegionError(region_name="x y"), Kind.VALIDATION, id="no Region at all"),
    ],
)
def test_a_call_without_an_answer_has_its_class(error: Exception, kind: Kind) -> None:
    """A connection that was never made did not happen; one that broke may have."""
    failure = classify(error)
    assert failure is not None
    assert failure.kind is kind
    assert failure.code == type(error).__name__


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_without_a_known_code_may_have_happened(status: int) -> None:
    """5xx → ambiguous: look before anything is sent again."""
    failure = classify(answered("Peculiar", status=status))
    assert failure is not None
    assert failure.kind is Kind.AMBIGUOUS


@pytest.mark.parametrize("error", [KeyError("DBInstances"), RuntimeError("x"), GuardRefused("x"), TimeoutError("x")])
def test_what_aws_did_not_answer_is_a_bug(error: Exception) -> None:
    """Our own mistakes are never taken for the world's."""
    assert classify(error) is None


@pytest.mark.parametrize(
    "message",
    [
        "Tried to create resource record set [name='api.amply.example.', type='A'] but it already exists",
        "Tried to delete resource record set [name='api.amply.example.', type='A'] but it was not found",
        "Tried to delete resource record set [name='api.amply.example.', type='A'] but the values provided do not "
        "match the current values",
    ],
)
def test_a_record_that_somebody_changed_first_is_a_lost_race(message: str) -> None:
    """Route 53 uses one code for a bad batch and for a lost compare-and-set."""
    assert kind_of("InvalidChangeBatch", message) is Kind.PRECONDITION
    assert kind_of("InvalidChangeBatch", "RRSet of type CNAME is not permitted at apex") is Kind.VALIDATION


def test_the_code_that_is_known_decides_where_a_service_answers_two() -> None:
    """SQS answers an old and a new name for the same thing."""
    failure = classify(answered("Peculiar", QueryErrorCode="QueueDoesNotExist"))
    assert failure is not None
    assert (failure.kind, failure.code) == (Kind.NOT_FOUND, "QueueDoesNotExist")


def test_no_code_is_in_two_classes() -> None:
    """A table in which the order of rows matters is no table."""
    listed = [code for codes in CODES.values() for code in codes]
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("service", SERVICES)
def test_an_absence_and_a_state_are_told_apart_in_every_service(service: str) -> None:
    """The wire codes of the services' own models fall into the class that their name says."""
    model = botocore.session.Session().get_service_model(service)
    for shape in model.error_shapes:
        code, kind = shape.error_code, kind_of(shape.error_code)
        if "NotFound" in code or "NoSuch" in code or "DoesNotExist" in code:
            assert kind is Kind.NOT_FOUND, code
        elif "AlreadyExists" in code:
            assert kind is Kind.ALREADY, code
        elif "QuotaExceeded" in code or "LimitExceeded" in code:
            assert kind in (Kind.QUOTA, Kind.THROTTLE, Kind.VALIDATION), code


def test_a_block_ends_quietly_at_its_codes_and_at_no_others() -> None:
    """AccessDenied is never read as absent."""
    with absent("DBInstanceNotFound"):
        raise answered("DBInstanceNotFound")
    with already("QueueDoesNotExist"):
        raise answered("Peculiar", QueryErrorCode="QueueDoesNotExist")
    with pytest.raises(boto.ClientError, match="AccessDenied"), absent("DBInstanceNotFound"):
        raise answered("AccessDenied")
    with pytest.raises(KeyError), absent("DBInstanceNotFound"):
        raise KeyError("DBInstances")


def test_an_errors_code_is_the_wire_code() -> None:
    """Empty for what AWS did not answer."""
    assert error_code(answered("DBInstanceNotFound")) == "DBInstanceNotFound"
    assert error_code(KeyError("x")) == ""
