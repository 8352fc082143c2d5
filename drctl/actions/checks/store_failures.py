"""Why a store gave no answer, in words for the operator who waits for it: a database and a cache alike."""

from __future__ import annotations

from drctl.actions.checks.excerpt import excerpt

NO_PASSWORD = "secret"  # noqa: S105 (a kind of failure)
_WORDS = {
    NO_PASSWORD: "its password cannot be had",
    "dns": "its name does not resolve",
    "connect": "no connection",
    "tls": "TLS failed",
    "auth": "it does not accept the user or the password",
    "timeout": "no answer in time",
    "denied": "it refuses",
    "query": "a statement failed",
}


def told_failure(failure: str, detail: str, server: str) -> str:
    """Why there is no answer, in a sentence without secrets. `server` is what should have answered."""
    words = {**_WORDS, "protocol": f"what answers is no {server}"}
    return f"{words.get(failure, failure)} ({excerpt(detail.encode())})"


def told_no_password(secret: str, region: str) -> str:
    """The detail of a failure of the kind NO_PASSWORD."""
    return f"the secret {secret} in {region} hands none out"
