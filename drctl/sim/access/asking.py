"""What a call asks of IAM: one or more actions, each on a resource, with what conditions look at.

Sources: Service Authorization Reference, "Dependent actions"; Amazon S3 User Guide, "Required permissions for Amazon
S3 API operations".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from drctl.aws.iam_names import iam_action
from drctl.sim.access.buckets import BUCKET_CALLS
from drctl.sim.access.policy import UNKNOWN_RESOURCE
from drctl.sim.access.resource_names import TEMPLATES, named_in
from drctl.sim.access.resource_sight import (
    key_arn,
    key_of_secret,
    keys_granted,
    queue_arn_of,
    roles_of_definition,
    secret_arn_of,
    shifted_by,
)
from drctl.sim.overlay import Call, World

NEEDS_NO_PERMISSION = frozenset({("sts", "GetCallerIdentity"), ("sts", "GetSessionToken")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One action on one resource."""

    action: str
    resource: str
    service: str = ""
    """The service that a role is passed to."""
    via: str = ""
    """The service that makes the call in its caller's name."""


def asked_by(call: Call, world: World) -> tuple[Asked, ...]:
    """Everything that has to be allowed for `call` to be made; nothing for the calls that everybody may make."""
    key = (call.service, call.operation)
    if key in NEEDS_NO_PERMISSION:
        return ()
    if call.service == "s3" and call.operation in BUCKET_CALLS:
        return tuple(
            Asked(action=action, resource=resource) for action, resource in BUCKET_CALLS[call.operation](call)
        ) + tuple(_passed(call))
    return (*_own(call, world), *_besides(call), *_passed(call))


def _own(call: Call, world: World) -> Iterator[Asked]:
    name = f"{call.service}:{call.operation}"
    for resource in _resources(name, call, world):
        yield Asked(action=iam_action(name), resource=resource)


def _resources(name: str, call: Call, world: World) -> tuple[str, ...]:
    if call.service == "secretsmanager" and "SecretId" in call.params:
        return (secret_arn_of(call),)
    if call.service == "kms" and "KeyId" in call.params:
        return (key_arn(call),)
    if name in ("arc-zonal-shift:CancelZonalShift", "arc-zonal-shift:UpdateZonalShift"):
        return (shifted_by(call, world),)
    if name == "cloudwatch:DescribeAlarms":
        return _alarms(call)
    if name in ("lambda:GetFunction", "lambda:Invoke"):
        return (_function(call),)
    if name == "route53-recovery-cluster:UpdateRoutingControlStates":
        return tuple(str(entry["RoutingControlArn"]) for entry in call.params["UpdateRoutingControlStateEntries"])
    templates = TEMPLATES.get(name)
    return tuple(named_in(templates, call)) if templates is not None else (UNKNOWN_RESOURCE,)


def _alarms(call: Call) -> tuple[str, ...]:
    # Composite alarms are told to those only who may describe every alarm (CloudWatch API, DescribeAlarms).
    if "CompositeAlarm" in (call.params.get("AlarmTypes") or ()):
        return (UNKNOWN_RESOURCE,)
    names = call.params.get("AlarmNames") or [f"{call.params.get('AlarmNamePrefix', '')}*"]
    return tuple(f"arn:aws:cloudwatch:{call.region}:{call.account}:alarm:{name}" for name in names)


def _function(call: Call) -> str:
    name = str(call.params["FunctionName"])
    arn = name if name.startswith("arn:") else f"arn:aws:lambda:{call.region}:{call.account}:function:{name}"
    return f"{arn}:{call.params['Qualifier']}" if call.params.get("Qualifier") else arn


_USES_KEY = {"GetSecretValue": "kms:Decrypt", "PutSecretValue": "kms:GenerateDataKey"}
_TAGGING: Mapping[str, str] = {
    "rds": "rds:AddTagsToResource",
    "elasticache": "elasticache:AddTagsToResource",
    "sqs": "sqs:TagQueue",
    "ssm": "ssm:AddTagsToResource",
    "ecs": "ecs:TagResource",
    "s3control": "s3:PutJobTagging",
}
"""What a create call needs besides when it is given tags."""


def _besides(call: Call) -> Iterator[Asked]:
    if request_tags(call) and call.service in _TAGGING:
        yield Asked(action=_TAGGING[call.service], resource=_tagged(call))
    if call.operation == "DeleteDBInstance" and (snapshot := call.params.get("FinalDBSnapshotIdentifier")):
        at = f"arn:aws:rds:{call.region}:{call.account}"
        yield Asked(action="rds:CreateDBSnapshot", resource=f"{at}:snapshot:{snapshot}")
        yield Asked(action="rds:CreateDBSnapshot", resource=f"{at}:db:{call.params['DBInstanceIdentifier']}")
    for key in keys_granted(call):
        # The service makes the grant in its caller's name.
        yield Asked(action="kms:CreateGrant", resource=key, via=call.service)
    if call.service == "secretsmanager" and (action := _USES_KEY.get(call.operation)):
        for key in key_of_secret(call):
            yield Asked(action=action, resource=key, via=call.service)
    if call.operation == "StartMessageMoveTask":
        source = str(call.params["SourceArn"])
        for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
            yield Asked(action=f"sqs:{action}", resource=source)
        to = call.params.get("DestinationArn")
        for queue in [str(to)] if to else queue_arn_of(call, source):
            yield Asked(action="sqs:SendMessage", resource=queue)


def _tagged(call: Call) -> str:
    """What a create call tags: the first resource that it names, or what it is about to make."""
    match call.operation:
        case "RunTask":
            cluster = str(call.params.get("cluster", "default")).rsplit("/", 1)[-1]
            return f"arn:aws:ecs:{call.region}:{call.account}:task/{cluster}/new"
        case "CreateJob":
            return f"arn:aws:s3:{call.region}:{call.account}:job/new"
    return next(named_in(TEMPLATES.get(f"{call.service}:{call.operation}", ()), call), UNKNOWN_RESOURCE)


def _passed(call: Call) -> Iterator[Asked]:
    """The roles that a call gives to a service (IAM User Guide, "Granting a user permissions to pass a role")."""
    roles: list[Any] = []
    service = ""
    match (call.service, call.operation):
        case ("ecs", "RegisterTaskDefinition"):
            roles = [call.params.get("taskRoleArn"), call.params.get("executionRoleArn")]
            service = "ecs-tasks.amazonaws.com"
        case ("ecs", "RunTask"):
            roles, service = roles_of_definition(call), "ecs-tasks.amazonaws.com"
        case ("s3", "PutBucketReplication"):
            roles = [(call.params.get("ReplicationConfiguration") or {}).get("Role")]
            service = "s3.amazonaws.com"
        case ("s3control", "CreateJob"):
            roles, service = [call.params.get("RoleArn")], "batchoperations.s3.amazonaws.com"
    for role in dict.fromkeys(role for role in roles if role):
        arn = str(role) if str(role).startswith("arn:") else f"arn:aws:iam::{call.account}:role/{role}"
        yield Asked(action="iam:PassRole", resource=arn, service=service)


def request_tags(call: Call) -> Mapping[str, str]:
    """The tags that a call would put on something."""
    given = next((call.params[name] for name in ("Tags", "tags") if call.params.get(name)), None)
    if given is None and call.operation == "CreateBucket":
        given = (call.params.get("CreateBucketConfiguration") or {}).get("Tags")
    if isinstance(given, Mapping):
        return {str(key): str(value) for key, value in given.items()}
    return {str(tag.get("Key", tag.get("key"))): str(tag.get("Value", tag.get("value", ""))) for tag in given or ()}
