"""The policies with which plans can be run, and not much else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from drctl.model.plan import Plan
from drctl.ports.action import MODE_TAG, Catalogue, PermissionCondition
from drctl.privileges.access_levels import is_look, opens_secret
from drctl.privileges.guardrails import OF_A_DRILL, TAGGED_WHEN_MADE, guardrails
from drctl.privileges.place import Place, Purpose
from drctl.privileges.statements import Statement, allowing
from drctl.privileges.steps import Need, looked_at_in, needs_of

LARGEST = 6144
"""Characters of a managed policy, white space not counted (IAM User Guide, "IAM and AWS STS quotas")."""
MOST_ATTACHED = 10
"""Managed policies of one role, until a higher quota is asked for (the same page)."""

_VERSION = "2012-10-17"


@dataclass(frozen=True, slots=True)
class Document:
    """One policy document."""

    statements: tuple[Statement, ...]

    def plain(self) -> dict[str, object]:
        """The document as IAM takes it."""
        return {"Version": _VERSION, "Statement": [statement.plain() for statement in self.statements]}

    @property
    def size(self) -> int:
        """Its characters, as IAM counts them."""
        return len(_compact(self.plain()))


def policies_of(
    plans: Sequence[Plan], catalogue: Catalogue, place: Place, purpose: Purpose
) -> Mapping[str, tuple[Document, ...]]:
    """By account, the documents whose statements together let each of `plans` be run for `purpose`.

    There are several where one would be larger than IAM takes. An account that no plan does anything in has none.
    Raises NeverFits.
    """
    regions = {*place.regions, *(region for _, region in place.alarms)}
    needed: dict[str, list[Need]] = {}
    for plan in plans:
        regions |= looked_at_in(plan, catalogue)
        for account, needs in needs_of(plan, catalogue, place).items():
            needed.setdefault(account, []).extend(needs)
    found = {}
    for account in sorted(needed):
        wanted = _for(purpose, needed[account])
        if wanted:
            found[account] = packed((*guardrails(wanted, sorted(regions), purpose), *allowing(wanted)))
    return found


def packed(statements: Sequence[Statement], largest: int = LARGEST) -> tuple[Document, ...]:
    """`statements` in few documents: each in the first that has room for it."""
    documents: list[tuple[Statement, ...]] = []
    for statement in chain.from_iterable(_fitting(one, largest) for one in statements):
        room = (at for at, there in enumerate(documents) if Document((*there, statement)).size <= largest)
        at = next(room, len(documents))
        documents[at : at + 1] = [(*(documents[at] if at < len(documents) else ()), statement)]
    return tuple(map(Document, documents))


def _for(purpose: Purpose, needs: Iterable[Need]) -> tuple[Need, ...]:
    match purpose:
        case Purpose.OBSERVE:
            return tuple(need for need in needs if is_look(need.action) and not opens_secret(need.action))
        case Purpose.DRILL:
            return tuple(map(_of_a_drill, needs))
    return tuple(needs)


def _of_a_drill(need: Need) -> Need:
    if need.action not in TAGGED_WHEN_MADE:
        return need
    tagged = PermissionCondition("StringEquals", f"aws:RequestTag/{MODE_TAG}", (OF_A_DRILL,))
    return replace(need, conditions=(*need.conditions, tagged))


def _fitting(statement: Statement, largest: int) -> Iterator[Statement]:
    """`statement`, in halves as long as it is larger than a document may be."""
    if Document((statement,)).size <= largest or statement.except_resources or len(statement.resources) < 2:
        yield statement
        return
    half = len(statement.resources) // 2
    for number, resources in enumerate((statement.resources[:half], statement.resources[half:]), start=1):
        yield from _fitting(replace(statement, sid=f"{statement.sid}Part{number}", resources=resources), largest)


def _compact(plain: Mapping[str, object]) -> str:
    return json.dumps(plain, separators=(",", ":"))
