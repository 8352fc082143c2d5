"""Beacons in a secret: a version for each, of which the newest has a staging label of drctl's own.

The secret is for beacons alone: its current value is one, too, because that is what replication is sure to carry.
"""

from __future__ import annotations

import uuid
from datetime import UTC
from typing import Any

from drctl.aws.failures import absent
from drctl.aws.secretsmanager import CURRENT
from drctl.model.beacon import Beacon, Survivor, parse_beacon

STAGE = "DRCTL_BEACON"
NOTHING = frozenset({"", "{}", "drctl-beacon"})
"""Values of a secret that was made for beacons and has none yet."""
_TOKENS = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
"""The name space of URLs (RFC 9562); only that it stays the same matters."""
_NO_VALUE = ("ResourceNotFoundException", "InvalidRequestException", "DecryptionFailure")


def is_for_beacons(secretsmanager: Any, name: str) -> bool:
    """Whether nothing but beacons is in the secret; a secret that is not there is an error."""
    with absent("ResourceNotFoundException"):
        text = str(secretsmanager.get_secret_value(SecretId=name).get("SecretString", "-"))
        return text.strip() in NOTHING or parse_beacon(text) is not None
    # It has no value yet, or it is not there: then this raises.
    secretsmanager.describe_secret(SecretId=name)
    return True


def put_version(secretsmanager: Any, name: str, beacon: Beacon) -> None:
    """Afterwards the beacon is the secret's value, at the label and as the current one. Again, it changes nothing."""
    secretsmanager.put_secret_value(
        SecretId=name,
        ClientRequestToken=str(uuid.uuid5(_TOKENS, beacon.text)),
        SecretString=beacon.text,
        VersionStages=[STAGE, CURRENT],
    )


def find_versions(secretsmanager: Any, name: str) -> tuple[Survivor, ...]:
    """The beacons at the label and at the current version; a secret without a readable value has none."""
    return tuple(one for stage in (STAGE, CURRENT) if (one := _at(secretsmanager, name, stage)) is not None)


def _at(secretsmanager: Any, name: str, stage: str) -> Survivor | None:
    with absent(*_NO_VALUE):
        raw = secretsmanager.get_secret_value(SecretId=name, VersionStage=stage)
        beacon = parse_beacon(str(raw.get("SecretString", "")))
        created = raw.get("CreatedDate")
        return Survivor(beacon, created.astimezone(UTC) if created else None) if beacon is not None else None
    return None
