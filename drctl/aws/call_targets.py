"""What a call changes, by ARN, told from its parameters before it is sent.

What a call only uses (the snapshot that is restored, the subnet group) is not among it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Params = Mapping[str, Any]
Found = Iterator[str]


def targets_of(service: str, operation: str, params: Params, region: str, account: str) -> Sequence[str] | None:
    """The ARNs of what the call changes; None where drctl does not know the operation."""
    if (told := _TOLD.get(f"{service}:{operation}")) is None:
        return None
    return tuple(told(params, f"{region}:{account}"))


def given_tags(params: Params) -> Mapping[str, str]:
    """The tags that a call gives to what it makes, in whichever shape its service has them."""
    for name, value in params.items():
        if name.lower() not in ("tags", "tagset", "jobtags", "tag"):
            continue
        if isinstance(value, Mapping):
            return {str(key): str(inner) for key, inner in value.items()}
        pairs = ({key.lower(): inner for key, inner in tag.items()} for tag in value)
        return {str(pair["key"]): str(pair["value"]) for pair in pairs}
    return {}


def _arn(form: str, *members: str) -> Callable[[Params, str], Found]:
    """ARNs of one form, of which each member of the parameters fills a gap; of those with a list, one for each."""

    def told(params: Params, here: str) -> Found:
        values = [params.get(member, "") for member in members]
        for value in values[0] if isinstance(values[0], list | tuple) else [values[0]]:
            text = str(value)
            yield text if text.startswith("arn:") else form.format(text, *values[1:], here=here)

    return told


def _queue(params: Params, here: str) -> Found:
    name = str(params.get("QueueUrl") or params.get("QueueName")).rpartition("/")[2]
    yield f"arn:aws:sqs:{here}:{name}"


def _task_family(params: Params, here: str) -> Found:
    family = str(params.get("family") or params.get("taskDefinition")).rpartition("/")[2].partition(":")[0]
    yield f"arn:aws:ecs:{here}:task-definition/{family}"


def _task_definition(params: Params, here: str) -> Found:
    # With its revision: each has tags of its own.
    named = str(params["taskDefinition"])
    yield named if named.startswith("arn:") else f"arn:aws:ecs:{here}:task-definition/{named}"


def _service(params: Params, here: str) -> Found:
    yield f"arn:aws:ecs:{here}:service/{_last(params.get('cluster', 'default'))}/{_last(params['service'])}"


def _scaled(params: Params, here: str) -> Found:
    yield f"arn:aws:ecs:{here}:{params['ResourceId']}"


def _records(params: Params, _: str) -> Found:
    zone = _last(params["HostedZoneId"])
    for change in params["ChangeBatch"]["Changes"]:
        yield f"arn:aws:route53:::hostedzone/{zone}/{change['ResourceRecordSet']['Name'].rstrip('.')}"


def _routing_controls(params: Params, _: str) -> Found:
    for entry in params["UpdateRoutingControlStateEntries"]:
        yield str(entry["RoutingControlArn"])


def _objects(params: Params, _: str) -> Found:
    for one in params["Delete"]["Objects"]:
        yield f"arn:aws:s3:::{params['Bucket']}/{one['Key']}"


def _distribution(params: Params, here: str) -> Found:
    number = params.get("Id") or params.get("DistributionId")
    yield f"arn:aws:cloudfront::{here.rpartition(':')[2]}:distribution/{number}"


def _last(text: Any) -> str:
    return str(text).rpartition("/")[2]


_DATABASE = _arn("arn:aws:rds:{here}:db:{0}", "DBInstanceIdentifier")
_GLOBAL_CLUSTER = _arn("arn:aws:rds::*:global-cluster:{0}", "GlobalClusterIdentifier")
_CACHE = _arn("arn:aws:elasticache:{here}:replicationgroup:{0}", "ReplicationGroupId")
_BUCKET = _arn("arn:aws:s3:::{0}", "Bucket")
_OBJECT = _arn("arn:aws:s3:::{0}/{1}", "Bucket", "Key")
_ALARMS = _arn("arn:aws:cloudwatch:{here}:alarm:{0}", "AlarmNames")
_SECRET = _arn("arn:aws:secretsmanager:{here}:secret:{0}", "SecretId")
_SHIFT = _arn("arn:aws:arc-zonal-shift:{here}:zonalshift/{0}", "zonalShiftId")
_JOB = _arn("arn:aws:s3:{here}:job/{0}", "JobId")


def _parameter(params: Params, here: str) -> Found:
    yield f"arn:aws:ssm:{here}:parameter/{str(params['Name']).removeprefix('/')}"


_TOLD: Mapping[str, Callable[[Params, str], Found]] = {
    "application-autoscaling:DeregisterScalableTarget": _scaled,
    "application-autoscaling:RegisterScalableTarget": _scaled,
    "arc-zonal-shift:CancelZonalShift": _SHIFT,
    "arc-zonal-shift:StartZonalShift": _arn("{0}", "resourceIdentifier"),
    "arc-zonal-shift:UpdateZonalShift": _SHIFT,
    "cloudfront:CreateInvalidation": _distribution,
    "cloudfront:UpdateDistribution": _distribution,
    "cloudwatch:DisableAlarmActions": _ALARMS,
    "cloudwatch:EnableAlarmActions": _ALARMS,
    "ec2:AuthorizeSecurityGroupIngress": _arn("arn:aws:ec2:{here}:security-group/{0}", "GroupId"),
    "ec2:RevokeSecurityGroupIngress": _arn("arn:aws:ec2:{here}:security-group/{0}", "GroupId"),
    "ecs:DeleteService": _service,
    "ecs:DeregisterTaskDefinition": _task_definition,
    "ecs:RegisterTaskDefinition": _task_family,
    "ecs:RunTask": _task_family,
    "ecs:StopTask": _arn("arn:aws:ecs:{here}:task/{0}", "task"),
    "ecs:UpdateService": _service,
    "elasticache:CreateReplicationGroup": _CACHE,
    "elasticache:DeleteReplicationGroup": _CACHE,
    "elasticache:DeleteSnapshot": _arn("arn:aws:elasticache:{here}:snapshot:{0}", "SnapshotName"),
    "elasticache:DisassociateGlobalReplicationGroup": _CACHE,
    "elasticache:FailoverGlobalReplicationGroup": _arn(
        "arn:aws:elasticache::*:globalreplicationgroup:{0}", "GlobalReplicationGroupId"
    ),
    "elasticache:ModifyReplicationGroup": _CACHE,
    "elasticache:TestFailover": _CACHE,
    "lambda:Invoke": _arn("arn:aws:lambda:{here}:function:{0}", "FunctionName"),
    "rds:CopyDBSnapshot": _arn("arn:aws:rds:{here}:snapshot:{0}", "TargetDBSnapshotIdentifier"),
    "rds:CreateDBInstanceReadReplica": _DATABASE,
    "rds:CreateDBSnapshot": _arn("arn:aws:rds:{here}:snapshot:{0}", "DBSnapshotIdentifier"),
    "rds:DeleteDBInstance": _DATABASE,
    "rds:DeleteDBInstanceAutomatedBackup": _arn("arn:aws:rds:{here}:auto-backup:{0}", "DbiResourceId"),
    "rds:DeleteDBSnapshot": _arn("arn:aws:rds:{here}:snapshot:{0}", "DBSnapshotIdentifier"),
    "rds:FailoverGlobalCluster": _GLOBAL_CLUSTER,
    "rds:ModifyDBInstance": _DATABASE,
    "rds:PromoteReadReplica": _DATABASE,
    "rds:RebootDBInstance": _DATABASE,
    "rds:RestoreDBInstanceFromDBSnapshot": _DATABASE,
    "rds:RestoreDBInstanceToPointInTime": _arn("arn:aws:rds:{here}:db:{0}", "TargetDBInstanceIdentifier"),
    "rds:SwitchoverGlobalCluster": _GLOBAL_CLUSTER,
    "route53-recovery-cluster:UpdateRoutingControlStates": _routing_controls,
    "route53:ChangeResourceRecordSets": _records,
    "route53:UpdateHealthCheck": _arn("arn:aws:route53:::healthcheck/{0}", "HealthCheckId"),
    "s3:AbortMultipartUpload": _OBJECT,
    "s3:CopyObject": _OBJECT,
    "s3:CreateBucket": _BUCKET,
    "s3:DeleteBucket": _BUCKET,
    "s3:DeleteBucketPolicy": _BUCKET,
    "s3:DeleteBucketReplication": _BUCKET,
    "s3:DeleteObject": _OBJECT,
    "s3:DeleteObjects": _objects,
    "s3:PutBucketEncryption": _BUCKET,
    "s3:PutBucketLifecycleConfiguration": _BUCKET,
    "s3:PutBucketPolicy": _BUCKET,
    "s3:PutBucketReplication": _BUCKET,
    "s3:PutBucketTagging": _BUCKET,
    "s3:PutBucketVersioning": _BUCKET,
    "s3:PutObject": _OBJECT,
    "s3:PutPublicAccessBlock": _BUCKET,
    "s3control:CreateJob": _JOB,
    "s3control:SubmitMultiRegionAccessPointRoutes": _arn("arn:aws:s3::*:accesspoint/{0}", "Mrap"),
    "s3control:UpdateJobStatus": _JOB,
    "secretsmanager:PutSecretValue": _SECRET,
    "secretsmanager:StopReplicationToReplica": _SECRET,
    "secretsmanager:UpdateSecretVersionStage": _SECRET,
    "sesv2:SendEmail": _arn("arn:aws:ses:{here}:identity/{0}", "FromEmailAddress"),
    "sns:Publish": _arn("arn:aws:sns:{here}:{0}", "TopicArn"),
    "sqs:CreateQueue": _queue,
    "sqs:DeleteQueue": _queue,
    "sqs:PurgeQueue": _queue,
    "sqs:SetQueueAttributes": _queue,
    "sqs:StartMessageMoveTask": _arn("{0}", "SourceArn"),
    "ssm:DeleteParameter": _parameter,
    "ssm:LabelParameterVersion": _parameter,
    "ssm:PutParameter": _parameter,
    "ssm:UnlabelParameterVersion": _parameter,
}
