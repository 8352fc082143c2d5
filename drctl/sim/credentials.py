"""Fake access keys, one for each account: nobody could mistake one of them for a real key."""

from __future__ import annotations

import re
from dataclasses import dataclass

SECRET_KEY = "simulated-secret-that-opens-nothing"  # noqa: S105 (it is no secret: every signature is accepted)

_PREFIX = "DRCTLSIM"
_KEY = re.compile(_PREFIX + r"(\d{12})")


@dataclass(frozen=True, slots=True)
class FakeKey:
    """What a client of the simulated AWS signs with. The secret is never checked."""

    access_key: str
    secret_key: str


def key_of(account: str) -> FakeKey:
    """The key that makes a caller the account of that id; ValueError where it is not twelve digits."""
    key = FakeKey(_PREFIX + account, SECRET_KEY)
    if account_of(key.access_key) is None:
        raise ValueError(f"expected an account id of twelve digits, got {account!r}")
    return key


def account_of(access_key: str) -> str | None:
    """The account whose key this is; None for any other key, such as one that AssumeRole gave out."""
    found = _KEY.fullmatch(access_key)
    return found.group(1) if found else None
