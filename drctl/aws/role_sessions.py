"""Whose credentials calls are made with: those of this machine, or of the role that an account names.

Roles are taken when they are first needed, and again before their credentials end. Where sessions are tagged, each step
has one of its own, so that CloudTrail tells which step made a call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from drctl.aws.credentials import Account, Keys, assume_role, base_session, mfa_session, role_session
from drctl.errors import GuardRefused
from drctl.ports.action import OWNER_TAG

STEP_TAG = "drctl:step-id"

MakeSts = Callable[[Any, str], Any]
"""The client of STS in the home Region, from a session, for the account of that name."""


class RoleSessions:
    """The botocore sessions of one run. Not for several threads at once."""

    def __init__(
        self,
        *,
        accounts: Mapping[str, Account],
        run: str,
        now: Callable[[], datetime],
        keys: Keys | None,
        tagged: bool,
        mfa_code: Callable[[str], str] | None,
        sts: MakeSts,
    ) -> None:
        self._accounts, self._run, self._now, self._keys = accounts, run, now, keys
        self._tagged, self._mfa_code, self._sts = tagged, mfa_code, sts
        self._base: Any = None
        self._proven: dict[str, Any] = {}
        self._taken: dict[tuple[str, str | None], Any] = {}

    def of(self, name: str, step: str | None = None) -> Any:
        """The session for that account, and for that step where sessions are tagged. Raises GuardRefused."""
        if self._base is None:
            self._base = base_session(self._keys)
        account, key = self._accounts[name], (name, step if self._tagged else None)
        if account.role is None:
            return self._base
        if key not in self._taken:
            base = self._proven_for(name, account)
            sts, tags = self._sts(base, name), self._tags(key[1])
            self._taken[key] = role_session(
                base, lambda: assume_role(sts, account, self._run, self._now, tags), self._now
            )
        return self._taken[key]

    def forget(self, name: str) -> None:
        """Have new credentials fetched for that account: AWS has called those that it had expired."""
        self._base = None
        self._proven.clear()
        self._taken = {key: session for key, session in self._taken.items() if key[0] != name}

    def _proven_for(self, name: str, account: Account) -> Any:
        """The base session; where the account's role asks for a device, one that has proven to hold it."""
        serial = account.mfa_serial
        if serial is None:
            return self._base
        if serial not in self._proven:
            if self._mfa_code is None:
                raise GuardRefused(
                    f"the role of {name} asks for a code of {serial}, and there is nobody to type it",
                    hint="start drctl on a terminal",
                )
            self._proven[serial] = mfa_session(self._base, self._sts(self._base, name), serial, self._mfa_code)
        return self._proven[serial]

    def _tags(self, step: str | None) -> Mapping[str, str]:
        """The tags of a role's session: 256 characters of a few kinds each (AWS STS API Reference, Tag)."""
        if not self._tagged:
            return {}
        named = {OWNER_TAG: self._run} | ({STEP_TAG: step} if step is not None else {})
        return {key: re.sub(r"[^\w .:/=+@-]", "_", value, flags=re.ASCII)[:256] for key, value in named.items()}
