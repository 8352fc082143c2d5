"""SecureStrings of Parameter Store, which take their values from secrets. No value ever leaves this file.

What leaves it is a version, and a digest for comparing in memory. A digest is nothing to write down: that of a short
value can be guessed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from drctl.aws.failures import absent
from drctl.aws.tags import tag_list

_NO_VALUE = ("ResourceNotFoundException", "InvalidRequestException", "DecryptionFailure")
"""Why a secret is not handed out (AWS Secrets Manager API Reference, GetSecretValue)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The current version of a secret."""

    version: str
    is_text: bool
    """A parameter holds text; a secret may be binary."""
    digest: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecureVersion:
    """One version of a SecureString."""

    version: int
    key: str
    """The KMS key as whoever put it named it: an alias, an id or an ARN."""
    digest: str = field(repr=False)


def find_source(secretsmanager: Any, secret: str) -> Source | None:
    """What the secret holds now; None where no value is handed out."""
    with absent(*_NO_VALUE):
        raw = secretsmanager.get_secret_value(SecretId=secret)
        text = raw.get("SecretString")
        digest = _digest(text) if text is not None else ""
        return Source(version=raw["VersionId"], is_text=text is not None, digest=digest)
    return None


def list_versions(ssm: Any, name: str) -> tuple[SecureVersion, ...]:
    """The versions that AWS still keeps of the parameter, oldest first; it keeps a hundred."""
    return tuple(
        SecureVersion(version=int(raw["Version"]), key=raw.get("KeyId", ""), digest=_digest(raw["Value"]))
        for raw in _history(ssm, name)
    )


def put_from_secret(
    ssm: Any, name: str, key: str | None, source: tuple[Any, str, str], tags: Mapping[str, str] | None
) -> int:
    """Put the value of a secret's version, (client, secret, version), into the parameter; the parameter's new version.

    With `tags` there must not be one yet; AWS takes none where it overwrites
    (AWS Systems Manager API Reference, PutParameter).
    """
    secretsmanager, secret, version = source
    value = secretsmanager.get_secret_value(SecretId=secret, VersionId=version)["SecretString"]
    how: dict[str, Any] = {"Overwrite": True} if tags is None else {"Overwrite": False, "Tags": tag_list(tags)}
    how |= {"KeyId": key} if key else {}
    return int(ssm.put_parameter(Name=name, Value=value, Type="SecureString", **how)["Version"])


def put_from_version(ssm: Any, name: str, version: int) -> int:
    """Give the parameter the value and the key of an older version; its new version."""
    old = next(raw for raw in _history(ssm, name) if int(raw["Version"]) == version)
    how = {"KeyId": old["KeyId"]} if old.get("KeyId") else {}
    answer = ssm.put_parameter(Name=name, Value=old["Value"], Type="SecureString", Overwrite=True, **how)
    return int(answer["Version"])


def _history(ssm: Any, name: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    with absent("ParameterNotFound"):
        for page in ssm.get_paginator("get_parameter_history").paginate(Name=name, WithDecryption=True):
            found += page["Parameters"]
    return found


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
