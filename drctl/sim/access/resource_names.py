"""Which resources a call is about, by its parameters (Service Authorization Reference, "Resource types").

A row is for one operation, in boto3's names: templates of ARNs. `{Name}` is a parameter; a list stands for several
resources, an ARN for itself. `{Name|other}` is `other` where the parameter is not given, and a template with
`{Name?}` counts only where it is. Operations that are in no table name no resource here, so that only a statement
about `*` allows them: those for which IAM itself knows no resources, and those that nobody has looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from drctl.sim.overlay import Call

_RDS, _CACHE = "arn:aws:rds:{region}:{account}:", "arn:aws:elasticache:{region}:{account}:"
_MADE = (
    _RDS + "subgrp:{DBSubnetGroupName?}",
    _RDS + "pg:{DBParameterGroupName?}",
    _RDS + "og:{OptionGroupName|default}",
)
_SHIFTED = "{resourceIdentifier}"
_QUEUE = "arn:aws:sqs:{region}:{account}:{QueueUrl}"
_PARAMETER = "arn:aws:ssm:{region}:{account}:parameter/{Name}"
_CHANGED_INSTANCE = (
    _RDS + "db:{DBInstanceIdentifier}",
    _RDS + "pg:{DBParameterGroupName?}",
    _RDS + "subgrp:{DBSubnetGroupName?}",
)
_WRITER = ("arn:aws:rds::{account}:global-cluster:{GlobalClusterIdentifier}", "{TargetDbClusterIdentifier}")

TEMPLATES: Mapping[str, tuple[str, ...]] = {
    # RDS.
    "rds:DescribeDBInstances": (_RDS + "db:{DBInstanceIdentifier|*}",),
    "rds:DescribeDBSnapshots": (_RDS + "snapshot:{DBSnapshotIdentifier|*}", _RDS + "db:{DBInstanceIdentifier?}"),
    "rds:DescribeDBSnapshotAttributes": (_RDS + "snapshot:{DBSnapshotIdentifier}",),
    "rds:DescribeDBInstanceAutomatedBackups": (
        _RDS + "auto-backup:{DBInstanceAutomatedBackupsArn|*}",
        _RDS + "db:{DBInstanceIdentifier?}",
    ),
    "rds:DescribeDBSubnetGroups": (_RDS + "subgrp:{DBSubnetGroupName|*}",),
    "rds:DescribeDBParameterGroups": (_RDS + "pg:{DBParameterGroupName|*}",),
    "rds:DescribeDBClusters": (_RDS + "cluster:{DBClusterIdentifier|*}",),
    "rds:DescribeGlobalClusters": ("arn:aws:rds::{account}:global-cluster:{GlobalClusterIdentifier|*}",),
    "rds:FailoverGlobalCluster": _WRITER,
    "rds:SwitchoverGlobalCluster": _WRITER,
    "rds:CreateDBSnapshot": (_RDS + "snapshot:{DBSnapshotIdentifier}", _RDS + "db:{DBInstanceIdentifier}"),
    "rds:CopyDBSnapshot": (
        _RDS + "snapshot:{TargetDBSnapshotIdentifier}",
        _RDS + "snapshot:{SourceDBSnapshotIdentifier}",
    ),
    "rds:DeleteDBSnapshot": (_RDS + "snapshot:{DBSnapshotIdentifier}",),
    "rds:RestoreDBInstanceFromDBSnapshot": (
        _RDS + "db:{DBInstanceIdentifier}",
        _RDS + "snapshot:{DBSnapshotIdentifier}",
        *_MADE,
    ),
    "rds:RestoreDBInstanceToPointInTime": (
        _RDS + "db:{TargetDBInstanceIdentifier}",
        _RDS + "db:{SourceDBInstanceIdentifier?}",
        "{SourceDBInstanceAutomatedBackupsArn?}",
        *_MADE,
    ),
    "rds:CreateDBInstanceReadReplica": (
        _RDS + "db:{DBInstanceIdentifier}",
        _RDS + "db:{SourceDBInstanceIdentifier}",
        *_MADE,
    ),
    "rds:ModifyDBInstance": _CHANGED_INSTANCE,
    "rds:PromoteReadReplica": (_RDS + "db:{DBInstanceIdentifier}",),
    "rds:RebootDBInstance": (_RDS + "db:{DBInstanceIdentifier}",),
    "rds:DeleteDBInstance": (_RDS + "db:{DBInstanceIdentifier}",),
    # ElastiCache.
    "elasticache:DescribeReplicationGroups": (_CACHE + "replicationgroup:{ReplicationGroupId|*}",),
    "elasticache:DescribeCacheSubnetGroups": (_CACHE + "subnetgroup:{CacheSubnetGroupName|*}",),
    "elasticache:DescribeSnapshots": (_CACHE + "snapshot:{SnapshotName|*}",),
    "elasticache:ListTagsForResource": ("{ResourceName}",),
    "elasticache:DescribeGlobalReplicationGroups": (
        "arn:aws:elasticache::{account}:globalreplicationgroup:{GlobalReplicationGroupId|*}",
    ),
    "elasticache:FailoverGlobalReplicationGroup": (
        "arn:aws:elasticache::{account}:globalreplicationgroup:{GlobalReplicationGroupId}",
    ),
    "elasticache:DisassociateGlobalReplicationGroup": (
        "arn:aws:elasticache::{account}:globalreplicationgroup:{GlobalReplicationGroupId}",
    ),
    "elasticache:CreateReplicationGroup": (
        _CACHE + "replicationgroup:{ReplicationGroupId}",
        _CACHE + "subnetgroup:{CacheSubnetGroupName?}",
        _CACHE + "parametergroup:{CacheParameterGroupName|default}",
        _CACHE + "snapshot:{SnapshotName?}",
    ),
    "elasticache:ModifyReplicationGroup": (_CACHE + "replicationgroup:{ReplicationGroupId}",),
    "elasticache:DeleteReplicationGroup": (_CACHE + "replicationgroup:{ReplicationGroupId}",),
    "elasticache:TestFailover": (_CACHE + "replicationgroup:{ReplicationGroupId}",),
    # ECS.
    "ecs:DescribeClusters": ("arn:aws:ecs:{region}:{account}:cluster/{clusters}",),
    "ecs:DescribeServices": ("arn:aws:ecs:{region}:{account}:service/{cluster}/{services}",),
    "ecs:UpdateService": ("arn:aws:ecs:{region}:{account}:service/{cluster}/{service}",),
    "ecs:DescribeTasks": ("arn:aws:ecs:{region}:{account}:task/{cluster}/{tasks}",),
    "ecs:StopTask": ("arn:aws:ecs:{region}:{account}:task/{cluster}/{task}",),
    "ecs:RegisterTaskDefinition": ("arn:aws:ecs:{region}:{account}:task-definition/{family}:0",),
    "ecs:RunTask": ("arn:aws:ecs:{region}:{account}:task-definition/{taskDefinition}",),
    # What is in front of applications.
    "arc-zonal-shift:GetManagedResource": (_SHIFTED,),
    "arc-zonal-shift:StartZonalShift": (_SHIFTED,),
    "arc-zonal-shift:CancelZonalShift": ("{zonalShiftId}",),
    "arc-zonal-shift:UpdateZonalShift": ("{zonalShiftId}",),
    "application-autoscaling:RegisterScalableTarget": (
        "arn:aws:application-autoscaling:{region}:{account}:scalable-target/{ResourceId}",
    ),
    "application-autoscaling:DeregisterScalableTarget": (
        "arn:aws:application-autoscaling:{region}:{account}:scalable-target/{ResourceId}",
    ),
    "cloudfront:CreateInvalidation": ("arn:aws:cloudfront::{account}:distribution/{DistributionId}",),
    "cloudfront:GetInvalidation": ("arn:aws:cloudfront::{account}:distribution/{DistributionId}",),
    "cloudfront:ListInvalidations": ("arn:aws:cloudfront::{account}:distribution/{DistributionId}",),
    "cloudfront:GetDistribution": ("arn:aws:cloudfront::{account}:distribution/{Id}",),
    "cloudfront:UpdateDistribution": ("arn:aws:cloudfront::{account}:distribution/{Id}",),
    "route53:ListResourceRecordSets": ("arn:aws:route53:::hostedzone/{HostedZoneId}",),
    "route53:ChangeResourceRecordSets": ("arn:aws:route53:::hostedzone/{HostedZoneId}",),
    "route53:GetChange": ("arn:aws:route53:::change/{Id}",),
    "route53:GetHealthCheck": ("arn:aws:route53:::healthcheck/{HealthCheckId}",),
    "route53:UpdateHealthCheck": ("arn:aws:route53:::healthcheck/{HealthCheckId}",),
    "route53-recovery-cluster:GetRoutingControlState": ("{RoutingControlArn}",),
    "ec2:AuthorizeSecurityGroupIngress": ("arn:aws:ec2:{region}:{account}:security-group/{GroupId}",),
    "ec2:RevokeSecurityGroupIngress": ("arn:aws:ec2:{region}:{account}:security-group/{GroupId}",),
    # Messages and programs.
    "sqs:CreateQueue": ("arn:aws:sqs:{region}:{account}:{QueueName}",),
    "sqs:GetQueueUrl": ("arn:aws:sqs:{region}:{account}:{QueueName}",),
    "sqs:GetQueueAttributes": (_QUEUE,),
    "sqs:SetQueueAttributes": (_QUEUE,),
    "sqs:ListQueueTags": (_QUEUE,),
    "sqs:PurgeQueue": (_QUEUE,),
    "sqs:DeleteQueue": (_QUEUE,),
    "sqs:SendMessage": (_QUEUE,),
    "sqs:ReceiveMessage": (_QUEUE,),
    "sqs:DeleteMessage": (_QUEUE,),
    "sqs:ListMessageMoveTasks": ("{SourceArn}",),
    "sqs:StartMessageMoveTask": ("{SourceArn}",),
    "sns:Publish": ("{TopicArn}",),
    "sesv2:SendEmail": ("arn:aws:ses:{region}:{account}:identity/{FromEmailAddress}",),
    "sesv2:GetEmailIdentity": ("arn:aws:ses:{region}:{account}:identity/{EmailIdentity}",),
    "sesv2:GetConfigurationSet": ("arn:aws:ses:{region}:{account}:configuration-set/{ConfigurationSetName}",),
    "ssm:GetParameter": (_PARAMETER,),
    "ssm:GetParameterHistory": (_PARAMETER,),
    "ssm:PutParameter": (_PARAMETER,),
    "ssm:DeleteParameter": (_PARAMETER,),
    "ssm:LabelParameterVersion": (_PARAMETER,),
    "ssm:UnlabelParameterVersion": (_PARAMETER,),
    "ecr:DescribeImages": ("arn:aws:ecr:{region}:{registryId|account}:repository/{repositoryName}",),
    "cloudwatch:DisableAlarmActions": ("arn:aws:cloudwatch:{region}:{account}:alarm:{AlarmNames}",),
    "cloudwatch:EnableAlarmActions": ("arn:aws:cloudwatch:{region}:{account}:alarm:{AlarmNames}",),
    # S3's jobs and routes; what is about buckets and objects is told elsewhere.
    "s3control:DescribeJob": ("arn:aws:s3:{region}:{account}:job/{JobId}",),
    "s3control:UpdateJobStatus": ("arn:aws:s3:{region}:{account}:job/{JobId}",),
    "s3control:GetMultiRegionAccessPointRoutes": ("{Mrap}",),
    "s3control:SubmitMultiRegionAccessPointRoutes": ("{Mrap}",),
}

_PLACE = re.compile(r"\{(\w+)([?]|\|[^}]*)?\}")


def named_in(templates: tuple[str, ...], call: Call) -> Iterator[str]:
    """The ARNs that `templates` stand for in `call`."""
    for template in templates:
        yield from _filled(template, call)


def _filled(template: str, call: Call) -> Iterator[str]:
    found = _PLACE.search(template)
    if found is None:
        yield template
        return
    for value in _values(found[1], found[2] or "", call):
        # An ARN in the place of a name says it all.
        if (value.startswith("arn:") and not template.startswith("arn:aws:ecs")) or found[0] == template:
            yield value
        else:
            yield from _filled(template.replace(found[0], _short(value, found[1]), 1), call)


def _values(name: str, otherwise: str, call: Call) -> list[str]:
    if name in ("region", "account"):
        return [call.region if name == "region" else call.account]
    given: Any = call.params.get(name)
    if given in (None, [], ""):
        if otherwise == "?":
            return []
        word = otherwise.removeprefix("|") or ("default" if name == "cluster" else "*")
        return [call.account if word == "account" else word]
    return [str(one) for one in given] if isinstance(given, list | tuple) else [str(given)]


def _short(value: str, name: str) -> str:
    """A parameter as it stands in an ARN: without the address or the path that it may be given with."""
    if name == "Name":
        # A version or a label is chosen behind a colon (Systems Manager API Reference, GetParameter).
        return value.removeprefix("/").partition(":")[0]
    if name in ("taskDefinition", "task", "tasks", "service", "services", "cluster", "clusters"):
        value = value.rsplit("/", 1)[-1]
        return value if name != "taskDefinition" or ":" in value else f"{value}:0"
    if name in ("QueueUrl", "HostedZoneId", "Id"):
        return value.rsplit("/", 1)[-1]
    return value
