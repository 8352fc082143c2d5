"""The faults of moto's services that a recovery would meet, each with what is done about it.

Every function takes the module it mends, once, after it was imported.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import ModuleType, SimpleNamespace
from typing import Any

import moto.core.utils as moto_utils

APPLY_STATUS = "drctl_apply_status"
"""Where an instance keeps how far its parameter group is in force."""
_RESTORABLE_LAG = timedelta(minutes=5)
_CERTIFICATE_LIFE, _RENEWED_BEFORE = timedelta(days=365), timedelta(days=60)
_KEY_CHANGES = ("disable_key", "enable_key", "cancel_key_deletion", "schedule_key_deletion", "replicate_key")


def _keys_by_arn(module: ModuleType) -> None:
    """KMS takes the ARN of a key wherever it takes its id; moto crashed on it."""

    def by_any_name(change: Callable[..., Any]) -> Callable[..., Any]:
        return lambda self, key_id, *args, **kwargs: change(self, self.any_id_to_key_id(key_id), *args, **kwargs)

    for name in _KEY_CHANGES:
        setattr(module.KmsBackend, name, by_any_name(getattr(module.KmsBackend, name)))


def _long_key_ids(module: ModuleType) -> None:
    """The ciphertext keeps the whole id of a multi-Region key, which is four characters longer than others."""
    size, read = 40, module._deserialize_ciphertext_blob  # noqa: SLF001 (moto has no public name for it)

    def unpadded(ciphertext_blob: bytes) -> Any:
        found = read(ciphertext_blob)
        return found._replace(key_id=found.key_id.rstrip("\0"))

    changed: Any = module
    changed.KEY_ID_LEN = size
    changed.HEADER_LEN = size + module.IV_LEN + module.TAG_LEN
    changed.CIPHERTEXT_HEADER_FORMAT = f">{size}s{module.IV_LEN}s{module.TAG_LEN}s"
    changed._deserialize_ciphertext_blob = unpadded  # noqa: SLF001


def _no_long_polls(module: ModuleType) -> None:
    """A long poll of SQS answers at once: under a clock that stands still its end would never come."""
    receive = module.SQSBackend.receive_message

    def receive_message(self: Any, queue_name: str, count: int, wait: int, *args: Any, **kwargs: Any) -> Any:
        return receive(self, queue_name, count, 0, *args, **kwargs)

    module.SQSBackend.receive_message = receive_message


def _database_instances(module: ModuleType) -> None:
    """Instances that look as RDS describes them.

    No automatic snapshot with a minute in its name: renaming an instance and restoring another under the old name
    within one minute failed with DBSnapshotAlreadyExists. No endpoint until there is one. And point-in-time
    recovery trails the present by five minutes (Amazon RDS User Guide, "Restoring to a specified time"). A parameter
    group is in force only when its instance says so.
    """
    instance = module.DBInstance
    endpoint = instance.endpoint.fget
    instance.save_automated_backup = lambda _self: None
    instance.endpoint = property(lambda self: None if self.status == "creating" else endpoint(self))
    instance.latest_restorable_time = property(_latest_restorable_time)
    instance.db_parameter_group_status_list = property(_parameter_groups)


def _parameter_groups(instance: Any) -> list[dict[str, str]]:
    status = getattr(instance, APPLY_STATUS, "in-sync")
    names = [group.name for group in instance.db_parameter_groups()]
    return [{"DBParameterGroupName": name, "ParameterApplyStatus": status} for name in names]


def _latest_restorable_time(instance: Any) -> datetime | None:
    if instance.status == "creating" or not instance.backup_retention_period:
        return None
    present: datetime = moto_utils.utcnow()
    return present - _RESTORABLE_LAG


def _virtual_wall(module: ModuleType) -> None:
    """A service that asks the operating system for the time gets the virtual one."""
    changed: Any = module
    changed.time = SimpleNamespace(time=moto_utils.unix_time)


def _renewed_certificates(module: ModuleType) -> None:
    """What ACM has issued and what is in use is renewed before it ends (ACM User Guide, "Managed renewal")."""
    bundle = module.CertBundle
    as_issued = bundle._not_valid_after  # noqa: SLF001 (moto has no public name for it)

    def not_valid_after(self: Any, certificate: Any) -> datetime:
        until: datetime = as_issued(self, certificate)
        while self.type == "AMAZON_ISSUED" and self.in_use_by and until - _RENEWED_BEFORE < moto_utils.utcnow():
            until += _CERTIFICATE_LIFE - _RENEWED_BEFORE
        return until

    bundle._not_valid_after = not_valid_after  # noqa: SLF001 (as above)


def _unconditional_policies(module: ModuleType) -> None:
    """A statement with a Condition is not moto's to judge: it takes every such one for a denial of everybody."""
    judge = module.FakeBucket.get_permission

    def get_permission(self: Any, action: str, resource: str) -> Any:
        if self.policy is None:
            return judge(self, action, resource)
        told = json.loads(self.policy)
        listed = told["Statement"] if isinstance(told["Statement"], list) else [told["Statement"]]
        plain = {**told, "Statement": [one for one in listed if "Condition" not in one]}
        return judge(SimpleNamespace(policy=json.dumps(plain).encode()), action, resource)

    module.FakeBucket.get_permission = get_permission


MENDS: Mapping[str, Callable[[ModuleType], None]] = {
    "moto.acm.models": _renewed_certificates,
    "moto.applicationautoscaling.models": _virtual_wall,
    "moto.kms.models": _keys_by_arn,
    "moto.kms.utils": _long_key_ids,
    "moto.rds.models": _database_instances,
    "moto.s3.models": _unconditional_policies,
    "moto.secretsmanager.models": _virtual_wall,
    "moto.sqs.models": _no_long_polls,
}
"""By the module that is mended."""
