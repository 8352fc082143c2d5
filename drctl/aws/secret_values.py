"""The one way by which the value of a secret comes to drctl: for the environment of a program that needs it."""

from __future__ import annotations

from typing import Any


def read_value(secretsmanager: Any, name: str) -> str:
    """The current value of the secret of that name.

    It is handed to a program and to nothing else: never recorded, logged or shown.
    """
    raw = secretsmanager.get_secret_value(SecretId=name)
    return str(raw["SecretString"]) if "SecretString" in raw else bytes(raw["SecretBinary"]).decode("utf-8")
