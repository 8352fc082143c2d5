"""What proves that an old primary takes no writes: a write that was tried, from outside AWS's API, and failed."""

from __future__ import annotations

from dataclasses import dataclass

from drctl.actions.checks.postgres_answer import SERVER
from drctl.actions.checks.store_failures import told_failure
from drctl.ports.postgres import PostgresAnswer

NO_CONNECTION = frozenset({"connect", "timeout"})
"""Failures of the way to the database. One of the name, the certificate or the password says nothing of it: whoever
has the right ones could still write."""


@dataclass(frozen=True, slots=True)
class Proof:
    """`holds` where the write failed; `how` says by what, in a sentence."""

    holds: bool
    how: str
    kind: str = ""
    """`no-connection` or `no-writes`."""


def took_writes(answer: PostgresAnswer) -> bool:
    """Whether a write went through."""
    return not answer.failure and bool(answer.writable)


def prove(answer: PostgresAnswer, took_before: bool | None) -> Proof:
    """What `answer` proves. `took_before` is whether a write went through before the rules were taken away."""
    if took_writes(answer):
        return Proof(False, "it still takes writes from where drctl runs")
    if not answer.failure:
        return Proof(True, f"it answers and takes no writes: {answer.write_failure}", "no-writes")
    why = told_failure(answer.failure, answer.detail, SERVER)
    if answer.failure not in NO_CONNECTION:
        return Proof(False, f"whether it takes writes cannot be told: {why}")
    before = {
        True: ", where a write went through before",
        False: "; none went through before either, so that this alone would prove little",
        None: "",
    }[took_before]
    return Proof(True, f"a write from where drctl runs fails: {why}{before}", "no-connection")
