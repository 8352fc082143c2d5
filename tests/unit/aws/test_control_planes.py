"""What a call depends on at its other end."""

from __future__ import annotations

import pytest

from drctl.aws.control_planes import REGIONAL, plane_of


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("route53:ChangeResourceRecordSets", "Route 53, in us-east-1"),
        ("cloudfront:UpdateDistribution", "CloudFront, in us-east-1"),
        ("iam:CreateRole", "IAM, in us-east-1"),
        ("route53-recovery-cluster:UpdateRoutingControlState", "five Regions"),
        ("s3:PutObject", "data plane of the Region"),
        ("s3:HeadBucket", "data plane of the Region"),
        ("s3:ListObjectVersions", "data plane of the Region"),
        ("s3:DeleteObjects", "data plane of the Region"),
        ("s3:PutBucketReplication", "need us-east-1"),
        ("s3:PutPublicAccessBlock", "need us-east-1"),
        ("s3control:SubmitMultiRegionAccessPointRoutes", "five Regions"),
        ("s3control:CreateMultiRegionAccessPoint", "us-west-2"),
        ("rds:RestoreDBInstanceFromDBSnapshot", "Route 53's control plane"),
        ("rds:CreateDBInstanceReadReplica", "Route 53's control plane"),
        ("elasticache:CreateReplicationGroup", "Route 53's control plane"),
    ],
)
def test_what_depends_on_another_region_says_so(operation: str, told: str) -> None:
    assert told in plane_of(operation)


@pytest.mark.parametrize(
    "operation",
    ["rds:CreateDBSnapshot", "rds:CreateDBClusterSnapshot", "rds:PromoteReadReplica", "s3:GetBucketReplication",
     "ecs:UpdateService", "ssm:PutParameter", "elasticache:ModifyReplicationGroup"],
)  # fmt: skip
def test_what_stays_in_its_region_says_so(operation: str) -> None:
    assert plane_of(operation) == REGIONAL
