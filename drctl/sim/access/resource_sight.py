"""What a call is about where only the world knows: ARNs behind names, roles of definitions, tags of resources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from drctl.sim.access.policy import UNKNOWN_RESOURCE
from drctl.sim.moto_resources import resources
from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.zonal_shifts import ZonalShifts


def secret_arn_of(call: Call) -> str:
    """The ARN of the secret that is named, with the six characters that it ends in."""
    named = str(call.params["SecretId"])
    found = resources("secretsmanager", call.account, call.region).secrets.get(named)
    if found is not None:
        return str(found.arn)
    # What AWS makes of the name of a secret that is not there is nowhere written.
    at = f"arn:aws:secretsmanager:{call.region}:{call.account}:secret"
    return named if named.startswith("arn:") else f"{at}:{named}-000000"


def key_arn(call: Call) -> str:
    """The ARN of the key that is named by its id, its ARN or an alias; policies are about keys, never about aliases."""
    return _key_named(call, str(call.params["KeyId"]))


def _key_named(call: Call, named: str) -> str:
    keys = resources("kms", call.account, call.region).keys
    short = named.rsplit(":", 1)[-1].removeprefix("key/")
    for id, key in keys.items():
        if id == short or short in key.aliases:
            return str(key.arn)
    return f"arn:aws:kms:{call.region}:{call.account}:key/{short.removeprefix('alias/')}"


def key_of_secret(call: Call) -> Iterable[str]:
    """The customer's key that a secret is encrypted with; nothing for AWS's own, which everybody may use."""
    found = resources("secretsmanager", call.account, call.region).secrets.get(str(call.params["SecretId"]))
    return _customers(call, getattr(found, "kms_key_id", None))


def keys_granted(call: Call) -> Iterable[str]:
    """The customer's key that a service will encrypt with what the call makes (Amazon RDS User Guide, "AWS KMS key
    management"; the same for ElastiCache)."""
    if call.operation not in _MAKES_ENCRYPTED:
        return ()
    key = call.params.get("KmsKeyId")
    if key is None and call.operation == "RestoreDBInstanceFromDBSnapshot":
        snapshots = resources("rds", call.account, call.region).database_snapshots
        named = str(call.params["DBSnapshotIdentifier"])
        found = snapshots.get(named) or snapshots.get(named.rsplit(":", 1)[-1])
        key = getattr(found, "kms_key_id", None)
    return _customers(call, key)


_MAKES_ENCRYPTED = frozenset(
    {
        "CopyDBSnapshot",
        "CreateDBInstanceReadReplica",
        "CreateReplicationGroup",
        "RestoreDBInstanceFromDBSnapshot",
    }
)


def _customers(call: Call, named: Any) -> Iterable[str]:
    if not named or str(named).startswith("alias/aws/"):
        return ()
    return (_key_named(call, str(named)),)


def shifted_by(call: Call, world: World) -> str:
    """The load balancer of a zonal shift."""
    try:
        return world.part(ZonalShifts).find(call.account, call.region, str(call.params["zonalShiftId"])).resource
    except AwsError:
        return UNKNOWN_RESOURCE


def roles_of_definition(call: Call) -> list[Any]:
    """The roles of the task definition that a task is started from."""
    named = str(call.params["taskDefinition"]).rsplit("/", 1)[-1]
    family, _, revision = named.partition(":")
    revisions = resources("ecs", call.account, call.region).task_definitions.get(family, {})
    found = revisions.get(int(revision)) if revision.isdecimal() else next(reversed(revisions.values()), None)
    overrides = call.params.get("overrides") or {}
    return [
        overrides.get("taskRoleArn") or getattr(found, "task_role_arn", None),
        overrides.get("executionRoleArn") or getattr(found, "execution_role_arn", None),
    ]


def queue_arn_of(call: Call, dead_letters: str) -> Iterable[str]:
    """The queues whose messages end up in that one: where they go back to when no other is named."""
    queues = resources("sqs", call.account, call.region).queues.values()
    return [str(queue.queue_arn) for queue in queues if dead_letters in str(queue.redrive_policy or "")]


def tags_of(arn: str, account: str) -> Mapping[str, str] | None:
    """The tags of a database, a snapshot, a cache or a queue; None where the world does not know them."""
    _, _, service, region, _, rest = arn.split(":", 5)
    match service:
        case "rds":
            found = _rds_resource(resources("rds", account, region), rest)
            return None if found is None else _plain(found.tags)
        case "elasticache":
            tagging = resources("elasticache", account, region).tagging_service
            return dict(tagging.get_tag_dict_for_resource(arn))
        case "sqs":
            queue = resources("sqs", account, region).queues.get(rest)
            return None if queue is None else {str(key): str(value) for key, value in queue.tags.items()}
    return None


def _rds_resource(rds: Any, rest: str) -> Any:
    kind, _, name = rest.partition(":")
    held = {"db": rds.databases, "snapshot": rds.database_snapshots}.get(kind, {})
    return held.get(name)


def _plain(tags: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {str(tag["Key"]): str(tag["Value"]) for tag in tags}
