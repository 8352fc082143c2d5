"""An Authorization header whose value comes from Secrets Manager, and goes nowhere but to the server."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.aws.secretsmanager import read_text
from drctl.ports.action import StepContext
from drctl.ports.http import HttpAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationSecret:
    __pydantic_config__ = CLOSED

    name: Annotated[str, Field(min_length=1, max_length=2048)]
    """Its name or its ARN."""
    region: Region
    prefix: str = "Bearer "
    """Goes before the value."""
    key: str | None = None
    """Where the secret is a JSON object: the key whose value is sent."""


class NoSuchSecret(Exception):
    """There is nothing to send; the text names the secret and says nothing of what is in it."""


def read_secret(wanted: AuthorizationSecret, ctx: StepContext) -> str:
    """The value to send after the prefix. Raises NoSuchSecret."""
    text = read_text(ctx.aws.client("secretsmanager", wanted.region), wanted.name)
    where = f"{wanted.name} in {wanted.region}"
    if text is None:
        raise NoSuchSecret(f"there is no secret {where} with a text in it")
    found = text if wanted.key is None else _value_of(text, wanted.key)
    if not found:
        raise NoSuchSecret(f"the secret {where} has no text under {wanted.key!r}")
    if not (found.isascii() and found.isprintable()):
        raise NoSuchSecret(f"the secret {where} cannot stand in a header")
    return found


def without(secret: str, answer: HttpAnswer) -> HttpAnswer:
    """The answer, with `secret` blotted out wherever the server has sent it back."""
    return replace(
        answer,
        body=answer.body.replace(secret.encode(), b"***"),
        headers={name: value.replace(secret, "***") for name, value in answer.headers.items()},
        detail=answer.detail.replace(secret, "***"),
    )


def _value_of(text: str, key: str) -> str | None:
    try:
        value = json.loads(text)[key]
    except (ValueError, LookupError, TypeError):
        return None
    return value if isinstance(value, str) else None
