"""Passwords that a check opens something with: read from Secrets Manager, and handed on without being shown."""

from __future__ import annotations

import json
from typing import Any

from drctl.aws.failures import absent
from drctl.model.password import Password

_NO_VALUE = ("ResourceNotFoundException", "InvalidRequestException", "DecryptionFailure")
"""The secret has no current version, waits to be deleted, or its key does not open it (AWS Secrets Manager API
Reference, GetSecretValue)."""


def find_password(secretsmanager: Any, name: str) -> Password | None:
    """What the secret holds: the text itself, or `password` of a JSON object, as RDS writes it.

    None where none is handed out, or where it is an object without one ("AWS Secrets Manager User Guide, JSON
    structure of secrets").
    """
    with absent(*_NO_VALUE):
        text = str(secretsmanager.get_secret_value(SecretId=name).get("SecretString", ""))
        return _password_in(text)
    return None


def _password_in(text: str) -> Password | None:
    try:
        held = json.loads(text)
    except ValueError:
        held = text
    if isinstance(held, dict):
        found = held.get("password")
        return Password(found) if isinstance(found, str) and found else None
    return Password(text) if text else None
