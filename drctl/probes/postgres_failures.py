"""What psycopg raises, in the words of a check.

An error of the connection has no SQLSTATE, only libpq's text and the server's, so those are told by their words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drctl.ports.postgres import PostgresAnswer

if TYPE_CHECKING:
    import psycopg

_WORDS = (
    ("auth", ("password authentication failed", "no password supplied", "authentication method")),
    ("tls", ("ssl error", "server certificate", "root certificate", "certificate verify", "does not support ssl")),
    ("denied", ("no pg_hba.conf entry", "does not exist", "permission denied", "too many", "remaining connection")),
    ("denied", ("is starting up", "is shutting down", "in recovery mode", "not accepting connections")),
    ("protocol", ("invalid response", "expected authentication request", "unsupported frontend", "protocol")),
    ("timeout", ("timeout expired", "timed out")),
)
"""Words in the text of a failed connection, in lower case, in the order in which they decide."""
_STATES = {
    "57014": "timeout",
    "55P03": "timeout",
    "42501": "denied",
    "57P01": "connect",
    "57P02": "connect",
    "57P03": "denied",
}
"""SQLSTATE → kind (PostgreSQL documentation, "PostgreSQL Error Codes")."""


def failure_to_connect(error: psycopg.Error) -> PostgresAnswer:
    """Why there is no connection."""
    import psycopg

    told = _one_line(str(error))
    if isinstance(error, psycopg.errors.ConnectionTimeout):
        return PostgresAnswer(failure="timeout", detail=told)
    text = str(error).lower()
    if 'role "' in text and "does not exist" in text:
        return PostgresAnswer(failure="auth", detail=told)
    kind = next((kind for kind, words in _WORDS if any(word in text for word in words)), "connect")
    return PostgresAnswer(failure=kind, detail=told)


def failure_to_ask(error: psycopg.Error) -> PostgresAnswer:
    """Why a statement has no answer."""
    state = error.sqlstate or ""
    if not state:
        return PostgresAnswer(failure="connect", detail=_one_line(str(error)))
    kind = "connect" if state.startswith("08") else _STATES.get(state, "query")
    return PostgresAnswer(failure=kind, detail=_one_line(error.diag.message_primary or str(error)))


def _one_line(text: str) -> str:
    """The last of what libpq tells of several attempts, which is the one that counts."""
    return " ".join(text.replace("\t", " ").split())[:300]
