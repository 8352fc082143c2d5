"""Drills under exactly the policies that were generated for their runbook."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drctl.bootstrap.privileges import PolicyRequest, iam_policies
from drctl.bootstrap.texts import estate_of
from drctl.privileges.policies import packed
from drctl.privileges.statements import ALLOW, Statement
from drctl.sim.control_client import attach
from tests.drills.rehearsing import Drilled, Rehearsal

Policies = Mapping[str, tuple[Statement, ...]]
"""Statements by the names of accounts."""

ESTATES = {"aurora-failover": "aurora", "aurora-switchover": "aurora", "region-failback": "amply-failed-over"}
"""Of the shipped runbooks, those that are not drilled on `amply`."""


@dataclass(frozen=True)
class Tried:
    """A drill with enforced policies that has come to its end."""

    drilled: Drilled
    needed: Mapping[str, frozenset[str]]
    """By account, the statements that were the only ones to allow something."""
    denied: Sequence[str]
    """The actions that were denied."""
    made: Sequence[Mapping[str, Any]]
    """The calls that may have changed something."""

    @property
    def passed(self) -> bool:
        return bool(self.drilled.document["verdict"] == "PASSED")

    @property
    def told(self) -> str:
        """All that the report says."""
        return json.dumps(self.drilled.document)


def statements_for(runbook: str, mode: str = "recover") -> Policies:
    """The statements that drctl prints for a shipped runbook."""
    request = PolicyRequest(runbooks=(runbook,), estate=estate_name(runbook), inputs={}, mode=mode)
    return {
        account: tuple(statement for document in documents for statement in document.statements)
        for account, documents in iam_policies(request).items()
    }


def estate_name(runbook: str) -> str:
    return ESTATES.get(runbook, "amply")


def drill(rehearse: Rehearsal, runbook: str, policies: Policies) -> Tried:
    """The runbook's default drill, with the recovery role of every account allowed that much and no more."""
    name = estate_name(runbook)
    estate = estate_of(name)
    roles = {account: f"arn:aws:iam::{id}:role/{estate.recovery_role}" for account, id in estate.accounts.items()}

    def enforce(url: str) -> None:
        documents = {
            role: [one.plain() for one in packed(policies.get(account, ()))] for account, role in roles.items()
        }
        attach(url).enforce(documents)

    drilled = rehearse(runbook, estate=name, before=enforce)
    found: Mapping[str, Any] = drilled.simulation.access()
    made = drilled.simulation.calls()
    # Many drills are tried in one test, and a world that nobody asks any more would take memory from the next.
    drilled.simulation.stop()
    return Tried(
        drilled,
        needed={account: frozenset(found[role]["needed"]) for account, role in roles.items()},
        denied=[denial["action"] for role in roles.values() for denial in found[role]["denied"]],
        made=made,
    )


def allowing(policies: Policies) -> list[tuple[str, Statement]]:
    """Every statement that allows something, with its account."""
    return [(account, one) for account, each in policies.items() for one in each if one.effect == ALLOW]


def without(policies: Policies, account: str, sid: str) -> Policies:
    """`policies` but for one statement."""
    return {**policies, account: tuple(one for one in policies[account] if one.sid != sid)}
