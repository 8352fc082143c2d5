"""Secrets by their names. What leaves this file of a value is its version and its SHA-256.

The one exception is `open_secret`, for what has to be shown to another system, such as the URL of a webhook.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from drctl.aws.failures import absent

CURRENT = "AWSCURRENT"
PENDING = "AWSPENDING"
_NO_VALUE = ("ResourceNotFoundException", "InvalidRequestException", "DecryptionFailure")
"""Why a secret is not handed out: it has no such version, it waits to be deleted, its key does not open it
(AWS Secrets Manager API Reference, GetSecretValue)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    name: str
    arn: str
    stages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Version id → its staging labels; a version without one is not told."""
    primary_region: str | None = None
    """Where its primary is; None for a secret that was never replicated or that stands on its own."""
    replicas: Mapping[str, str] = field(default_factory=dict)
    """Region → status, as the primary tells it."""
    deleted: bool = False
    """Whether it waits to be deleted: it is still described, and no longer handed out."""

    def version_at(self, stage: str = CURRENT) -> str | None:
        """The version that has the label; None where no version does."""
        return next((version for version, stages in self.stages.items() if stage in stages), None)

    def is_replica_in(self, region: str) -> bool:
        """Whether this is a replica in `region`, which follows its primary and cannot be written."""
        return self.primary_region not in (None, region)


@dataclass(frozen=True, slots=True)
class ValueDigest:
    """A value, without the value."""

    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class OpenedSecret:
    """A value that is about to be shown to another system. It is in no journal, log or traceback."""

    value: str = field(repr=False)


def open_secret(secretsmanager: Any, name: str) -> OpenedSecret:
    """The secret's current value, as text without the whitespace around it. A secret that is not there is an error."""
    return OpenedSecret(_content(secretsmanager.get_secret_value(SecretId=name)).decode("utf-8", "replace").strip())


def find_secret(secretsmanager: Any, name: str) -> Secret | None:
    """The secret of that name in the client's Region; None where there is none."""
    with absent("ResourceNotFoundException"):
        raw = secretsmanager.describe_secret(SecretId=name)
        return Secret(
            name=raw["Name"],
            arn=raw["ARN"],
            stages={version: tuple(stages) for version, stages in raw.get("VersionIdsToStages", {}).items()},
            primary_region=raw.get("PrimaryRegion"),
            replicas={replica["Region"]: replica["Status"] for replica in raw.get("ReplicationStatus", ())},
            deleted=raw.get("DeletedDate") is not None,
        )
    return None


def find_secret_arn(secretsmanager: Any, name: str) -> str | None:
    """The ARN, in the client's Region, of the secret of that name; None where there is none that can be read."""
    found = find_secret(secretsmanager, name)
    return None if found is None or found.deleted else found.arn


def find_digest(secretsmanager: Any, name: str, stage: str = CURRENT) -> ValueDigest | None:
    """What the secret's value at that label is, without the value; None where none is handed out."""
    with absent(*_NO_VALUE):
        raw = secretsmanager.get_secret_value(SecretId=name, VersionStage=stage)
        return ValueDigest(raw["VersionId"], hashlib.sha256(_content(raw)).hexdigest())
    return None


def read_text(secretsmanager: Any, name: str) -> str | None:
    """The current value itself, for whoever has to show it to somebody else; None where there is none that is text."""
    with absent(*_NO_VALUE):
        text = secretsmanager.get_secret_value(SecretId=name).get("SecretString")
        return None if text is None else str(text)
    return None


def copy_value(target: Any, name: str, token: str, source: Any, source_name: str, version: str) -> str:
    """Make the value of the source's version current in the secret `name`; the answer is the new version's id.

    The token becomes that id: the same one with the same value again changes nothing
    (AWS Secrets Manager API Reference, PutSecretValue).
    """
    raw = source.get_secret_value(SecretId=source_name, VersionId=version)
    kind = "SecretString" if "SecretString" in raw else "SecretBinary"
    answer = target.put_secret_value(SecretId=name, ClientRequestToken=token, **{kind: raw[kind]})
    return str(answer["VersionId"])


def generate_value(secretsmanager: Any, name: str, token: str, *, length: int, punctuation: bool) -> str:
    """Make a random value current in the secret `name`; the answer is the new version's id, which is the token."""
    made = secretsmanager.get_random_password(
        PasswordLength=length, ExcludePunctuation=not punctuation, RequireEachIncludedType=True
    )["RandomPassword"]
    answer = secretsmanager.put_secret_value(SecretId=name, ClientRequestToken=token, SecretString=made)
    return str(answer["VersionId"])


def move_current(secretsmanager: Any, name: str, *, onto: str, off: str) -> None:
    """Make the version `onto` current again, which `off` is now. AWS refuses where `off` is not."""
    secretsmanager.update_secret_version_stage(
        SecretId=name, VersionStage=CURRENT, MoveToVersionId=onto, RemoveFromVersionId=off
    )


def promote_replica(secretsmanager: Any, name: str) -> None:
    """Have a replica stand on its own, and follow its primary no longer."""
    secretsmanager.stop_replication_to_replica(SecretId=name)


def secret_arn(region: str, account: str, name: str) -> str:
    """The ARN of a secret, with the six characters that Secrets Manager chose left open."""
    return name if name.startswith("arn:") else f"arn:aws:secretsmanager:{region}:{account}:secret:{name}-??????"


def _content(raw: Mapping[str, Any]) -> bytes:
    return raw["SecretString"].encode() if "SecretString" in raw else bytes(raw["SecretBinary"])
