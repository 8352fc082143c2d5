"""Which class of failure an AWS error code stands for: the one table for every service.

The throttling codes are those of botocore's standard retry mode; the others come
from the services' own API models and error references. Codes are compared before
patterns, so that a general rule never swallows a special case.
"""

from __future__ import annotations

import re

from drctl.model.failure import FailureKind

NOT_SIMULATED = "NotSimulated"
"""The code the simulated AWS answers where it cannot do what was asked."""

CODES: dict[FailureKind, frozenset[str]] = {
    FailureKind.THROTTLE: frozenset({
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
        "TooManyRequestsException", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
        "BandwidthLimitExceeded", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException",
        "TransactionInProgressException", "TooManyUpdates", "KMSThrottling", "429",
    }),
    FailureKind.QUOTA: frozenset({
        # botocore retries LimitExceededException as throttling; when it still stands after that, a limit is full.
        "LimitExceededException", "LimitExceeded", "LimitsExceeded",
        "InstanceQuotaExceeded", "StorageQuotaExceeded", "SnapshotQuotaExceeded",
        "ClusterQuotaForCustomerExceeded", "NodeQuotaForCustomerExceeded", "NodeQuotaForClusterExceeded",
        "APICallRateForCustomerExceeded", "TagQuotaPerResourceExceeded", "ParameterMaxVersionLimitExceeded",
        "InsufficientAvailableIPsInSubnetFault",
    }),
    FailureKind.CAPACITY: frozenset({
        "InsufficientDBInstanceCapacity", "InsufficientDBClusterCapacityFault", "InsufficientStorageClusterCapacity",
        "InsufficientCacheClusterCapacity", "InsufficientInstanceCapacity", "InsufficientCapacity",
    }),
    FailureKind.STATE: frozenset({
        "ConflictException", "ConcurrentModification", "ConcurrentModificationException", "ConcurrentUpdateException",
        "OperationAborted", "UpdateInProgressException", "ResourceInUse", "ResourceInUseException",
        "DBInstanceNotReady", "InvalidState", "InvalidStateException", "IncorrectState",
        "ReplicationGroupAlreadyUnderMigrationFault",
        # Lambda: the function is being made ready, or changed.
        "ResourceNotReadyException", "ENINotReadyException", "SnapStartNotReadyException",
        "ResourceConflictException", "CodeArtifactUserPendingException",
        # SQS: a minute has to go by between two of these.
        "QueueDeletedRecently", "PurgeQueueInProgress",
        # CloudFront: named like a quota, and cured by those that are in progress.
        "TooManyInvalidationsInProgress",
    }),
    FailureKind.ALREADY: frozenset({
        "BucketAlreadyOwnedByYou", "BucketAlreadyExists", "QueueNameExists", "QueueAlreadyExists",
        "ParameterAlreadyExists", "ResourceExistsException", "HealthCheckAlreadyExists", "NoOperationFault",
        "NoUpdateAvailableException", "DuplicateLoadBalancerName", "DuplicateTargetGroupName",
    }),
    FailureKind.PRECONDITION: frozenset({
        "PreconditionFailed", "InvalidIfMatchVersion", "HealthCheckVersionMismatch", "ConditionalCheckFailedException",
        "ConditionalRequestConflict", "PreconditionNotMetException", "TransactionConflictException",
        "TransactionCanceledException", "412",
    }),
    FailureKind.NOT_FOUND: frozenset({
        "NotFound", "NonExistentQueue", "404",
        # ECS keeps a deleted service for a while, as INACTIVE.
        "ServiceNotActiveException",
    }),
    FailureKind.AUTH: frozenset({
        "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "NotAuthorized",
        "NotAuthorizedException", "Forbidden", "403", "OptInRequired", "BlockedException",
        "InvalidClientTokenId", "InvalidAccessKeyId", "InvalidAccessKey", "InvalidToken", "UnrecognizedClientException",
        "SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature", "MissingAuthenticationToken",
        "MissingAuthenticationTokenException", "RequestTimeTooSkewed", "RegionDisabledException",
        "IamRoleMissingPermissions", "KMSKeyNotAccessibleFault", "InvalidKMSKeyFault", "DisabledException",
        "KMSInvalidStateException", "KmsKeyDisabledException", "AllAccessDisabled", "AccountProblem",
        "KMSAccessDenied", "KMSAccessDeniedException", "KMSDisabled", "KMSDisabledException", "KMSInvalidState",
    }),
    FailureKind.EXPIRED: frozenset({
        "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired",
    }),
    FailureKind.VALIDATION: frozenset({
        "ValidationError", "ValidationException", "ClientException", "BadRequest", "BadRequestException", "400",
        "MessageRejected",
        "PointInTimeRestoreNotEnabled", "DBSubnetGroupDoesNotCoverEnoughAZs", "DBSubnetGroupNotAllowedFault",
        "ProvisionedIopsNotAvailableInAZFault", "StorageTypeNotAvailableFault", "SubnetNotAllowedFault",
        "PlatformUnknownException", "PlatformTaskDefinitionIncompatibilityException",
        "ParameterPatternMismatchException",
        "HierarchyLevelLimitExceededException", "IdempotentParameterMismatch", "ReplicationConfigurationInvalid",
        "RequestTooLargeException", "SerializedRequestEntityTooLargeException",
        # Named like a busy state, but nothing that waiting cures: the network, or an archived object.
        "InvalidVPCNetworkStateFault", "InvalidObjectState",
    }),
    FailureKind.AMBIGUOUS: frozenset({
        "InternalServerError", "InternalServerException", "InternalFailure", "InternalError", "InternalServiceError",
        "InternalServiceException", "ServerException", "ServiceUnavailable", "ServiceUnavailableException",
        "Unavailable", "RequestTimeout", "RequestTimeoutException", "DependencyTimeoutException",
        "KMSInternalException", "KeyUnavailableException", "ServiceFailure", "ServiceException",
        "EndpointTemporarilyUnavailableException",
    }),
    FailureKind.NOT_SIMULATED: frozenset({NOT_SIMULATED}),
}  # fmt: skip

PATTERNS: tuple[tuple[re.Pattern[str], FailureKind], ...] = (
    (re.compile(r"NotFound|NoSuch|DoesNotExist|NonExistent"), FailureKind.NOT_FOUND),
    (re.compile(r"Already"), FailureKind.ALREADY),
    (re.compile(r"AccessDenied|Unauthorized|^KMS.*NotAccessible"), FailureKind.AUTH),
    (re.compile(r"QuotaExceeded|LimitExceeded|Limit(Reached)?$|^TooMany"), FailureKind.QUOTA),
    (re.compile(r"^Invalid\w+State(Fault|Exception)?$"), FailureKind.STATE),
    (re.compile(r"^(Invalid|Malformed|Missing|Unsupported|Unknown)|NotSupported"), FailureKind.VALIDATION),
)

CONCURRENT_RECORD_CHANGE = re.compile(r"but it already exists|but it was not found|do not match the current values")
"""How Route 53 words an `InvalidChangeBatch` that is a lost race: a CREATE of what is there, a DELETE of what is not
(Amazon Route 53 API Reference, ChangeResourceRecordSets)."""

_KIND_OF = {code: kind for kind, codes in CODES.items() for code in codes}


def kind_of(code: str, message: str = "", status: int = 0) -> FailureKind:
    """The class of `code`; UNKNOWN for one that nobody thought of.

    `message` decides only where a service uses one code for two things; `status`
    only where the code says nothing: a 5xx without a known code may have happened.
    """
    code = code.removeprefix("AWS.SimpleQueueService.")
    if code == "InvalidChangeBatch" and CONCURRENT_RECORD_CHANGE.search(message):
        return FailureKind.PRECONDITION
    if code in _KIND_OF:
        return _KIND_OF[code]
    for pattern, kind in PATTERNS:
        if pattern.search(code):
            return kind
    return FailureKind.AMBIGUOUS if status >= 500 else FailureKind.UNKNOWN
