"""What a call that a fault strikes is answered: the code and the sentence that AWS has for it.

The sentences are those of the services' API references and of real answers, because the reader of a drill's
report is to learn from them what a reader of a real one would: which quota, whose permission.
"""

from __future__ import annotations

from collections.abc import Mapping

from drctl.aws.error_codes import kind_of
from drctl.aws.iam_names import iam_action
from drctl.model.failure import FailureKind
from drctl.model.scenario import Fault, FaultKind
from drctl.sim.overlay import AwsError, Call

_DENIED = {"ec2": "UnauthorizedOperation", "s3": "AccessDenied"}
_THROTTLED = {"ec2": "RequestLimitExceeded", "s3": "SlowDown"}
_NO_CAPACITY = {
    "ec2": "InsufficientInstanceCapacity",
    "elasticache": "InsufficientCacheClusterCapacity",
    "rds": "InsufficientDBInstanceCapacity",
}
_SENTENCES: Mapping[str, str] = {
    # Quotas.
    "InstanceQuotaExceeded": "The request would result in the user exceeding the allowed number of DB instances",
    "StorageQuotaExceeded": "The request would result in the user exceeding the allowed amount of storage available "
    "across all DB instances",
    "SnapshotQuotaExceeded": "The request would result in the user exceeding the allowed number of DB snapshots",
    "NodeQuotaForCustomerExceeded": "The request cannot be processed because it would exceed the allowed number of "
    "cache nodes per customer",
    "VpcLimitExceeded": "The maximum number of VPCs has been reached",
    # Other answers that a drill wants by their codes.
    "BucketAlreadyExists": "The requested bucket name is not available. The bucket namespace is shared by all users "
    "of the system. Please select a different name and try again",
    "AWS.SimpleQueueService.NonExistentQueue": "The specified queue does not exist",
    "InsufficientDBInstanceCapacity": "The specified DB instance class isn't available in the specified Availability "
    "Zone",
    "InsufficientCacheClusterCapacity": "The requested cache node type is not available in the specified "
    "Availability Zone",
    "InsufficientInstanceCapacity": "We currently do not have sufficient capacity in the Availability Zone you "
    "requested",
    "SlowDown": "Please reduce your request rate",
}
_OF_KIND: Mapping[FailureKind, str] = {
    FailureKind.THROTTLE: "Rate exceeded",
    FailureKind.QUOTA: "You have reached the limit of this account in this Region for what {operation} makes",
    FailureKind.CAPACITY: "Insufficient capacity to fulfil the request",
    FailureKind.STATE: "What {operation} is about is not in a state that allows it",
    FailureKind.ALREADY: "What {operation} is to make exists already",
    FailureKind.PRECONDITION: "What {operation} is about has been changed meanwhile",
    FailureKind.NOT_FOUND: "The resource was not found",
    FailureKind.EXPIRED: "The security token included in the request is expired",
    FailureKind.VALIDATION: "A parameter of {operation} is not valid",
    FailureKind.AMBIGUOUS: "The service failed",
}


def error_of(fault: Fault, call: Call, protocol: str, not_found: str | None) -> AwsError:
    """The error that `fault` has `call` answered, in the words of its service and protocol.

    `not_found` is the code by which the operation says that something is absent, where it has one.
    """
    code, status = _usual(fault.kind, call.service, "json" in protocol, not_found)
    if fault.code is not None:
        code = fault.code
        # A code that somebody asked for is an answer to handle, not a server to try again.
        status = 400 if fault.kind is FaultKind.SERVER_ERROR else status
    return AwsError(code, _sentence(code, call, fault.kind), status)


def denied(call: Call, protocol: str, action: str, resource: str, *, explicit: bool) -> AwsError:
    """The error that IAM has `call` answered for an action that a policy denies, or that none allows."""
    code, status = _usual(FaultKind.DENIED, call.service, "json" in protocol, None)
    on = f" on resource: {resource}" if resource.startswith("arn:") else ""
    because = f"no identity-based policy allows the {action} action"
    because = "with an explicit deny in an identity-based policy" if explicit else f"because {because}"
    return AwsError(code, f"User: {_caller(call)} is not authorized to perform: {action}{on} {because}", status)


def _usual(kind: FaultKind, service: str, json_like: bool, not_found: str | None) -> tuple[str, int]:
    """The code and the status that this kind of fault has in that service."""
    by_header = service in ("s3", "ec2")
    match kind:
        case FaultKind.THROTTLE:
            usual = "ThrottlingException" if json_like else "Throttling"
            return _THROTTLED.get(service, usual), 503 if by_header else 400
        case FaultKind.DENIED:
            usual = "AccessDeniedException" if json_like else "AccessDenied"
            return _DENIED.get(service, usual), 400 if json_like else 403
        case FaultKind.CAPACITY:
            return _NO_CAPACITY.get(service, "InsufficientCapacityException"), 500 if service == "ec2" else 400
        case FaultKind.NOT_FOUND:
            return not_found or ("ResourceNotFoundException" if json_like else "ResourceNotFound"), 404
        case _:
            return "InternalError" if by_header else "InternalFailure", 500


def _sentence(code: str, call: Call, kind: FaultKind) -> str:
    if code in _SENTENCES:
        return _SENTENCES[code]
    usual = {FaultKind.CAPACITY: FailureKind.CAPACITY, FaultKind.NOT_FOUND: FailureKind.NOT_FOUND}.get(kind)
    meant = usual or kind_of(code)
    if "kms" in code.lower() and meant is FailureKind.AUTH:
        return "The KMS key cannot be used: it is disabled, gone, or its policy does not allow it"
    if kind is FaultKind.DENIED or meant is FailureKind.AUTH:
        return _not_authorized(call)
    return _OF_KIND.get(meant, _OF_KIND[FailureKind.AMBIGUOUS]).format(operation=call.operation)


def _not_authorized(call: Call) -> str:
    """Whose permission is missing, and which: the caller of AWS is told so nearly always."""
    action = iam_action(f"{call.service}:{call.operation}")
    said = f"User: {_caller(call)} is not authorized to perform: {action} because no identity-based policy allows the "
    return f"{said}{action} action"


def _caller(call: Call) -> str:
    session = call.role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/drctl"
    return session if call.role else f"arn:aws:iam::{call.account}:root"
