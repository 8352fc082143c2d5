"""Which cases a fault strikes: some of every family of actions, or what DRCTL_FAULTS asks for.

With DRCTL_FAULTS=all every action is driven through every fault, with DRCTL_FAULTS=cases every live case of every
action, for an evening by hand, and with DRCTL_FAULTS=rds,sqs.purge those of some actions; what is counted then is
compared with no row of docs/reliability.md.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence

from drctl.testing.cases import Case
from tests.actions.laws import every_case
from tests.faults import tally as rows

_CHOSEN = os.environ.get("DRCTL_FAULTS", "")
_ONE_IN = 8
"""Of the actions of a family one in so many is driven by a test that takes turns."""


def first_cases() -> list[Case]:
    """The first live case of each action, or those that DRCTL_FAULTS asks for."""
    cases = [case for case in every_case() if case.live is not None]
    if _CHOSEN == "cases":
        return cases
    if _CHOSEN not in ("", "all"):
        return [case for case in cases if case.kind.startswith(tuple(_CHOSEN.split(",")))]
    return [case for number, case in enumerate(cases) if case.kind not in {other.kind for other in cases[:number]}]


def in_turn(turn: int, *, looking: bool = False, every: int = 1) -> list[Case]:
    """Some of the first cases that change something (with `looking` of those that only look as well): of every family,
    or every second one, at least one, and others at each turn; or what DRCTL_FAULTS asks for.
    """
    cases = [case for case in first_cases() if looking or (case.live and case.live.takes)]
    if _CHOSEN:
        return cases
    families: dict[str, list[Case]] = {}
    for case in cases:
        families.setdefault(case.kind.partition(".")[0], []).append(case)
    chosen = (cases[turn % min(len(cases), _ONE_IN) :: _ONE_IN] for cases in families.values())
    return [case for cases in chosen for case in cases][turn % every :: every]


def of_every(cases: Sequence[Case], one: Callable[[Case], Counter[str]]) -> Counter[str]:
    """The sum of `one` over `cases`. Those that fail are told together, each with its reason."""
    counted: Counter[str] = Counter()
    failures = []
    for case in cases:
        try:
            counted += one(case)
        except AssertionError as error:
            failures.append(f"{case}: {error}")
    if failures:
        raise AssertionError(f"{len(failures)} of {len(cases)}\n" + "\n".join(failures))
    return counted


def tally(counted: Counter[str], *, fault: str, how: str) -> None:
    """Compare the row of that fault with what was counted, where what is driven by default was driven."""
    if not _CHOSEN:
        rows.tally(fault=fault, how=how, injected=counted["injected"], lost=counted["lost"])
