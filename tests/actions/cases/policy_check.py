"""policy.check"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.policy.buckets import BucketFacts, SideFacts
from drctl.actions.policy.caches import CacheFacts
from drctl.actions.policy.check import Seen
from drctl.actions.policy.copies import KeyFacts, RepositoryFacts, SecretFacts
from drctl.actions.policy.databases import DatabaseFacts
from drctl.actions.policy.params import BucketPolicy, CachePolicy, DatabasePolicy
from drctl.aws.denied import Denied
from drctl.aws.ecr import Image
from drctl.aws.elasticache import ReplicationGroup
from drctl.aws.kms import KmsKey
from drctl.aws.rds import DbInstance, DbSnapshot
from drctl.aws.rds_backups import AutomatedBackup
from drctl.aws.s3 import Replication, ReplicationRule
from drctl.aws.s3_protection import Expiry
from drctl.aws.secretsmanager import Secret
from drctl.model.evidence import RecoveryPoint
from drctl.model.values import Json
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.actions.planting import plant_database
from tests.simulated import PRIMARY, RECOVERY, Simulated

BUCKET, REPLICA = "amply-storage-prod", "amply-storage-prod-eu-west-1"
SECRET = "amply/prod/database-password"
NOTHING_MADE = "it looks and changes nothing"
PARAMS: Mapping[str, Json] = {
    "region": PRIMARY,
    "recovery_region": RECOVERY,
    "databases": [
        {"name": "amply-prod", "copy_age": "3h", "snapshot_age": "3h", "replicated_age": "45m", "private": True}
    ],
    "buckets": [{"name": BUCKET, "replica": REPLICA, "delete_markers": False}],
    "caches": [{"name": "amply-prod-redis", "retention_days": 3}],
    "repositories": ["amply-api"],
    "secrets": [SECRET],
    "keys": ["alias/amply-prod-data"],
}

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
SNAPSHOT = DbSnapshot(
    id="amply-prod-1",
    arn=f"arn:aws:rds:{PRIMARY}:111111111111:snapshot:amply-prod-1",
    status="available",
    engine="postgres",
    engine_version="16.3",
    kms_key=None,
    storage_gb=100,
    recovery_point=RecoveryPoint(NOW - timedelta(hours=2), "RDS SnapshotDatabaseTime"),
)
INSTANCE = DbInstance(
    name="amply-prod",
    status="available",
    owner=None,
    arn=f"arn:aws:rds:{PRIMARY}:111111111111:db:amply-prod",
    resource_id="db-A",
    engine_version="16.3",
    instance_class="db.t3.small",
    subnet_group="amply-prod-db",
    security_groups={},
    parameter_groups={},
    multi_az=True,
    kms_key=f"arn:aws:kms:{PRIMARY}:111111111111:key/1",
    deletion_protection=True,
    pending=(),
    endpoint=None,
    port=None,
    backup_retention_days=7,
    restorable_until=NOW - timedelta(minutes=5),
)
BACKUP = AutomatedBackup(
    instance="amply-prod",
    region=PRIMARY,
    status="active",
    arn=None,
    source_id="db-A",
    kms_key=None,
    earliest=NOW - timedelta(days=7),
    latest=NOW - timedelta(minutes=6),
)
DATABASE = DatabaseFacts(
    policy=DatabasePolicy(name="amply-prod", copy_age=timedelta(hours=3), replicated_age=timedelta(minutes=45)),
    region=PRIMARY,
    recovery_region=RECOVERY,
    at=NOW,
    instance=INSTANCE,
    key=KmsKey(arn=str(INSTANCE.kms_key), state="Enabled"),
    snapshots=(SNAPSHOT,),
    copies=(SNAPSHOT,),
    replicated=(BACKUP,),
)
RULE = ReplicationRule(id="to-ireland", destination=REPLICA, enabled=True, whole_bucket=True, delete_markers=False)
BUCKETS = BucketFacts(
    policy=BucketPolicy(name=BUCKET, replica=REPLICA, delete_markers=False),
    source=SideFacts(name=BUCKET, versioning="Enabled", closed=True),
    replica=SideFacts(name=REPLICA, versioning="Enabled", closed=True),
    replication=Replication(role="arn:aws:iam::111111111111:role/replication", rules=(RULE,), document={}),
)
GROUP = ReplicationGroup(
    id="amply-prod-redis",
    arn=f"arn:aws:elasticache:{PRIMARY}:111111111111:replicationgroup:amply-prod-redis",
    status="available",
    owner=None,
    tags_readable=True,
    node_type="cache.t3.micro",
    nodes=2,
    automatic_failover="enabled",
    transit_encryption=True,
    pending=(),
    endpoint=None,
    port=None,
    snapshot_days=1,
)
CACHE = CacheFacts(policy=CachePolicy(name="amply-prod-redis"), region=PRIMARY, group=GROUP)
IMAGE = Image(digest="sha256:aa", tags=("2026.11.3",), pushed_at=NOW - timedelta(days=2))
REPOSITORY = RepositoryFacts(name="amply-api", region=RECOVERY, here=(IMAGE,), there=(IMAGE,))
OWN_SECRET = Secret(name=SECRET, arn="", replicas={RECOVERY: "InSync"})
SECRETS = SecretFacts(name=SECRET, region=RECOVERY, secret=OWN_SECRET)
KEY = KeyFacts(name="alias/amply-prod-data", region=RECOVERY, key=KmsKey(arn="", state="Enabled"))
ALL = Seen(
    databases=(DATABASE,),
    buckets=(BUCKETS,),
    caches=(CACHE,),
    repositories=(REPOSITORY,),
    secrets=(SECRETS,),
    keys=(KEY,),
)


def database(**other: Any) -> Sight:
    return Sight(replace(ALL, databases=(replace(DATABASE, **other),)))


def instance(**other: Any) -> Sight:
    return database(instance=replace(INSTANCE, **other))


def bucket(**other: Any) -> Sight:
    return Sight(replace(ALL, buckets=(replace(BUCKETS, **other),)))


def rule(**other: Any) -> Sight:
    return bucket(replication=Replication(role="", rules=(replace(RULE, **other),), document={}))


def cache(**other: Any) -> Sight:
    return Sight(replace(ALL, caches=(replace(CACHE, group=replace(GROUP, **other)),)))


def images(**other: Any) -> Sight:
    return Sight(replace(ALL, repositories=(replace(REPOSITORY, **other),)))


def replica(**other: Any) -> Sight:
    return Sight(replace(ALL, secrets=(replace(SECRETS, **other),)))


def key(state: str) -> Sight:
    return Sight(replace(ALL, keys=(replace(KEY, key=KmsKey(arn="", state=state)),)))


MONTHLY = DatabasePolicy(name="amply-prod", months=2)
OLD = replace(SNAPSHOT, recovery_point=RecoveryPoint(NOW - timedelta(hours=27), "RDS SnapshotDatabaseTime"))
EACH_MONTH = tuple(
    replace(SNAPSHOT, manual=True, recovery_point=RecoveryPoint(at, "RDS SnapshotDatabaseTime"))
    for at in (NOW - timedelta(hours=1), NOW - timedelta(days=23), NOW - timedelta(days=70))
)
MAY_NOT = Denied("DescribeIt", "AccessDenied")


def plant(simulated: Simulated) -> None:
    """All that the policy asks for, in both Regions."""
    plant_database(simulated)
    rds = simulated.client("rds")
    rds.modify_db_instance(
        DBInstanceIdentifier="amply-prod",
        MultiAZ=True,
        DeletionProtection=True,
        BackupRetentionPeriod=7,
        ApplyImmediately=True,
    )
    source = rds.describe_db_instances(DBInstanceIdentifier="amply-prod")["DBInstances"][0]
    simulated.client("rds", RECOVERY).start_db_instance_automated_backups_replication(
        SourceDBInstanceArn=source["DBInstanceArn"], KmsKeyId="alias/amply-prod-data", BackupRetentionPeriod=7
    )
    plant_buckets(simulated)
    simulated.client("elasticache").create_replication_group(
        ReplicationGroupId="amply-prod-redis",
        ReplicationGroupDescription="sessions",
        CacheNodeType="cache.t3.micro",
        Engine="redis",
        NumCacheClusters=2,
        AutomaticFailoverEnabled=True,
        SnapshotRetentionLimit=3,
    )
    for region in (PRIMARY, RECOVERY):
        plant_image(simulated, region, "2026.11.3")
    simulated.client("secretsmanager").create_secret(
        Name=SECRET, SecretString="opens-nothing", AddReplicaRegions=[{"Region": RECOVERY}]
    )
    simulated.advance(timedelta(minutes=30))


def plant_buckets(simulated: Simulated) -> None:
    """The bucket and its replica, versioned, closed and replicated."""
    for name, region in ((BUCKET, PRIMARY), (REPLICA, RECOVERY)):
        s3 = simulated.client("s3", region)
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    simulated.client("s3").put_bucket_replication(
        Bucket=BUCKET,
        ReplicationConfiguration={
            "Role": "arn:aws:iam::111111111111:role/replication",
            "Rules": [
                {
                    "ID": "to-ireland",
                    "Priority": 1,
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "DeleteMarkerReplication": {"Status": "Disabled"},
                    "Destination": {"Bucket": f"arn:aws:s3:::{REPLICA}"},
                }
            ],
        },
    )


def plant_image(simulated: Simulated, region: str, tag: str) -> None:
    """An image of the repository amply-api; the same tag has the same digest in every Region."""
    ecr = simulated.client("ecr", region)
    if not ecr.describe_repositories()["repositories"]:
        ecr.create_repository(repositoryName="amply-api")
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 7, "digest": tag},
        "layers": [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "size": 9, "digest": tag}],
    }
    ecr.put_image(repositoryName="amply-api", imageTag=tag, imageManifest=json.dumps(manifest))


CASES = (
    Case(
        kind="policy.check",
        params=PARAMS,
        sees=Sightings(
            there={
                "all of it": Sight(ALL),
                "no copies asked for": database(
                    policy=DatabasePolicy(name="amply-prod", copy_age=None), copies=(), replicated=()
                ),
                "no backups asked for": database(
                    policy=replace(DATABASE.policy, retention_days=0),
                    instance=replace(INSTANCE, backup_retention_days=0, restorable_until=None),
                ),
                "a snapshot of each month": database(policy=MONTHLY, snapshots=EACH_MONTH, copies=EACH_MONTH),
                "no public snapshot": database(exposed={PRIMARY: (), RECOVERY: ()}),
                "a lifecycle that is slow enough": bucket(expiries=(Expiry("old", 30),)),
                "an older image that was never copied": images(
                    here=(IMAGE, Image(digest="sha256:bb", tags=(), pushed_at=NOW - timedelta(days=9)))
                ),
            },
            dead_end={
                "no database": database(instance=None),
                "backups kept too short": instance(backup_retention_days=1),
                "no protection": instance(deletion_protection=False),
                "nothing can be restored": instance(restorable_until=None),
                "what can be restored is old": instance(restorable_until=NOW - timedelta(minutes=16)),
                "no snapshot of a month": database(policy=MONTHLY),
                "a public snapshot": database(exposed={PRIMARY: ("amply-prod-1",)}),
                "one zone": instance(multi_az=False),
                "a disabled key": database(key=KmsKey(arn="", state="Disabled")),
                "no key": database(key=None),
                "an old snapshot": database(snapshots=(OLD,)),
                "an old copy": database(copies=(OLD,)),
                "no copy": database(copies=()),
                "a copy that is not finished": database(copies=(replace(SNAPSHOT, status="creating"),)),
                "a copy that says nothing of its age": database(copies=(replace(SNAPSHOT, recovery_point=None),)),
                "backups not replicated": database(replicated=()),
                "replication of backups behind": database(
                    replicated=(replace(BACKUP, latest=NOW - timedelta(hours=1)),)
                ),
                "replicated from elsewhere": database(replicated=(replace(BACKUP, region="eu-north-1"),)),
                "no bucket": bucket(source=SideFacts(name=BUCKET, versioning=None)),
                "no replica": bucket(replica=SideFacts(name=REPLICA, versioning=None)),
                "versioning suspended": bucket(source=replace(BUCKETS.source, versioning="Suspended")),
                "versioning never on": bucket(replica=SideFacts(name=REPLICA, versioning="", closed=True)),
                "open": bucket(source=replace(BUCKETS.source, closed=False)),
                "not replicated": bucket(replication=None),
                "replication off": rule(enabled=False),
                "replicated in part": rule(whole_bucket=False),
                "replicated to another bucket": rule(destination="elsewhere"),
                "deletions replicated": rule(delete_markers=True),
                "removed too early": bucket(expiries=(Expiry("quick", 3), Expiry("slow", 90))),
                "no cache": Sight(replace(ALL, caches=(replace(CACHE, group=None),))),
                "no snapshots of the cache": cache(snapshot_days=0),
                "no failover of the cache": cache(automatic_failover="disabled"),
                "no images": images(here=(), there=()),
                "no repository": images(here=None),
                "an image that was never copied": images(there=()),
                "no repository there": images(there=None),
                "no secret": replica(secret=None),
                "no replica of the secret": replica(secret=replace(OWN_SECRET, replicas={})),
                "a replica behind": replica(secret=replace(OWN_SECRET, replicas={RECOVERY: "InProgress"})),
                "a key that goes": key("PendingDeletion"),
                "no key there": Sight(replace(ALL, keys=(replace(KEY, key=None),))),
            },
            unknown={
                "a state of a key": key("Pondering"),
                "a status of backups": database(replicated=(replace(BACKUP, status="pondering"),)),
                "a status of a replica": replica(secret=replace(OWN_SECRET, replicas={RECOVERY: "Hovering"})),
                "a status of a failover": cache(automatic_failover="pondering"),
                "a snapshot's status": database(copies=(replace(SNAPSHOT, status="pondering"),)),
                "a denied database": database(instance=MAY_NOT),
                "denied snapshots": database(snapshots=MAY_NOT),
                "denied copies": database(copies=MAY_NOT),
                "denied backups": database(replicated=MAY_NOT),
                "a denied key": database(key=MAY_NOT),
                "denied versioning": bucket(source=replace(BUCKETS.source, versioning=MAY_NOT)),
                "a denied block": bucket(source=replace(BUCKETS.source, closed=MAY_NOT)),
                "denied replication": bucket(replication=MAY_NOT),
                "a denied lifecycle": bucket(expiries=MAY_NOT),
                "a denied cache": Sight(replace(ALL, caches=(replace(CACHE, group=MAY_NOT),))),
                "denied images": images(here=MAY_NOT),
                "denied images there": images(there=MAY_NOT),
                "a denied secret": replica(secret=MAY_NOT),
                "a denied key by its name": Sight(replace(ALL, keys=(replace(KEY, key=MAY_NOT),))),
            },
            undo_over={"all of it": Sight(ALL)},
        ),
        live=Live(plant=plant),
        exempt={
            "absent": NOTHING_MADE,
            "settling": "what is not as agreed now was not when the disaster struck",
            "foreign": "whoever made it, it is only looked at",
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
            "denied_look": "a check that may not look is told with all others, and is never ok",
        },
    ),
)
