"""Where the other end of a call is, and what it depends on: what works while a Region or a control plane does not.

Sources: AWS Fault Isolation Boundaries (AWS whitepaper), "Global services" and its appendices A and B;
Amazon Route 53 Developer Guide, "Accelerated recovery"; Amazon Application Recovery Controller
Developer Guide, "Data and control planes for routing control".
"""

from __future__ import annotations

import re

REGIONAL = "the control plane of the Region that is called"
_DATA = "the data plane of the Region that is called"
_DNS = f"{REGIONAL}, which writes DNS records through Route 53's control plane in us-east-1"

_SERVICES = {
    "acm": REGIONAL,
    "cloudfront": "the control plane of CloudFront, in us-east-1",
    "iam": "the control plane of IAM, in us-east-1",
    "organizations": "the control plane of Organizations, in us-east-1",
    "route53": "the control plane of Route 53, in us-east-1 (in us-west-2 within 60 minutes of its loss, for public"
    " zones with accelerated recovery)",
    "route53-recovery-cluster": "the data plane of ARC, in five Regions: one that answers is enough",
    "route53-recovery-control-config": "the control plane of ARC, in us-west-2",
    "sts": _DATA,
}
"""By the name of the service in boto3. Whoever is not in it has one control plane in each Region."""

_OPERATIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"s3:(Get|Put|Head|Copy|Delete|Restore)Objects?\w*|s3:List\w+|s3:HeadBucket|s3:\w*Upload\w*"), _DATA),
    (
        re.compile(r"s3:(Create|Delete|Put)(Bucket\w*|PublicAccessBlock)"),
        f"{REGIONAL}, whose writes of a bucket's configuration need us-east-1",
    ),
    (
        re.compile(r"s3control:\w*MultiRegionAccessPointRoutes"),
        "the data plane of Multi-Region Access Points, in five Regions",
    ),
    (re.compile(r"s3control:\w*MultiRegionAccessPoint\w*"), "the control plane of Access Points, in us-west-2"),
    (re.compile(r"elbv2:(Create|Delete)LoadBalancer"), _DNS),
    (re.compile(r"rds:RestoreDB\w+|rds:(Create|Delete)DB(Instance|Cluster)(ReadReplica)?"), _DNS),
    (re.compile(r"elasticache:(Create|Delete)(ReplicationGroup|CacheCluster)"), _DNS),
    (re.compile(r"ec2:(Create|Delete)VpcEndpoints?"), _DNS),
    (re.compile(r"sqs:(Send|Receive|Delete|Change)Message\w*"), _DATA),
    (re.compile(r"sns:Publish\w*|sesv2:Send\w+|lambda:Invoke\w*"), _DATA),
    (re.compile(r"dynamodb:(\w*Item\w*|Query|Scan)"), _DATA),
    (re.compile(r"kms:(Encrypt|Decrypt|ReEncrypt|GenerateDataKey)\w*|secretsmanager:GetSecretValue"), _DATA),
)
"""Where one service has more than one; the first that fits decides."""


def plane_of(operation: str) -> str:
    """What a call such as `route53:ChangeResourceRecordSets` (boto3's names) needs at its other end."""
    for pattern, plane in _OPERATIONS:
        if pattern.fullmatch(operation):
            return plane
    return _SERVICES.get(operation.partition(":")[0], REGIONAL)
