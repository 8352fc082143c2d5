"""The record of every call that changes something, as the simulated AWS saw it: for tests of "twice does nothing"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from drctl.model.instant import format_instant
from drctl.sim.overlay import Call

_READS = ("Get", "List", "Describe", "Head", "Query", "Scan", "BatchGet", "Lookup", "Filter", "Search", "Select")
_READ_OPERATIONS = frozenset(
    {
        "AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML", "BatchCheckLayerAvailability", "Decrypt",
        "DecodeAuthorizationMessage", "Encrypt", "ReEncrypt", "GenerateDataKey", "GenerateRandom", "Sign", "Verify",
        "ReceiveMessage", "SimulateCustomPolicy", "SimulatePrincipalPolicy", "StartQuery", "StopQuery",
        "TestDNSAnswer", "TransactGetItems", "ValidateTemplate", "DownloadDBLogFilePortion",
    }
)  # fmt: skip
_TOKENS = ("ClientToken", "ClientRequestToken", "CallerReference", "IdempotencyToken", "CreationToken")
_SECRET_WORDS = ("secret", "password", "authtoken", "privatekey", "plaintext")
HIDDEN = "(hidden)"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """One call that may have changed something."""

    seq: int
    at: datetime
    account: str
    region: str
    service: str
    operation: str
    params: Mapping[str, Any]
    token: str | None
    outcome: str
    """`ok`, the error code it got, or `lost` where the change was made and its answer was not delivered."""

    def as_json(self) -> dict[str, Any]:
        """Plain data, as the control endpoint sends it."""
        return {
            "seq": self.seq,
            "at": format_instant(self.at),
            "account": self.account,
            "region": self.region,
            "service": self.service,
            "operation": self.operation,
            "params": dict(self.params),
            "token": self.token,
            "outcome": self.outcome,
        }


@dataclass(slots=True)
class CallLog:
    """All of them, in order."""

    calls: list[RecordedCall] = field(default_factory=list)

    def since(self, seq: int) -> list[RecordedCall]:
        """Those after number `seq`."""
        return self.calls[seq:]

    def add(self, call: Call, *, at: datetime, shape: Any, outcome: str) -> None:
        """Record a call; `shape` is the model of its parameters, which knows the sensitive ones."""
        self.calls.append(
            RecordedCall(
                seq=len(self.calls) + 1,
                at=at,
                account=call.account,
                region=call.region,
                service=call.service,
                operation=call.operation,
                params=_shown(call.params, shape),
                token=_token(call.params),
                outcome=outcome,
            )
        )


def is_mutating(operation: str) -> bool:
    """Whether a call of that name may change something; an unknown name is taken to."""
    return operation not in _READ_OPERATIONS and not operation.startswith(_READS)


def _token(params: Mapping[str, Any]) -> str | None:
    for name, value in params.items():
        if name[:1].upper() + name[1:] in _TOKENS:
            return str(value)
    return None


def _shown(value: Any, shape: Any) -> Any:
    """`value` as plain data, with what the service's model calls sensitive left out."""
    if shape is not None and shape.metadata.get("sensitive"):
        return HIDDEN
    if isinstance(value, Mapping):
        members = getattr(shape, "members", None) or {}
        other = getattr(shape, "value", None)
        return {
            name: HIDDEN if _sounds_secret(name) and isinstance(inner, str | bytes) else _shown(
                inner, members.get(name, other)
            )
            for name, inner in value.items()
        }  # fmt: skip
    if isinstance(value, list | tuple):
        return [_shown(inner, getattr(shape, "member", None)) for inner in value]
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _sounds_secret(name: str) -> bool:
    lowered = name.lower()
    return any(word in lowered for word in _SECRET_WORDS) and not lowered.endswith(("id", "arn", "name"))
