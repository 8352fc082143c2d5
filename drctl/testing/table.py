"""The table of laws: each of them with what it has to hold of, a kind, a case, or a sight that a case has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from drctl.testing import laws
from drctl.testing.cases import Case
from drctl.testing.laws import AllCases
from drctl.testing.simulated import Simulated, running

Law = Callable[..., None]


def laws_for(cases: Sequence[Case]) -> type:
    """A class of tests: every law, for each of `cases`."""

    class ActionLaws:
        @pytest.fixture
        def simulated(self) -> Simulated:
            aws = running()
            aws.renew()
            return aws

        @pytest.fixture
        def all_cases(self) -> AllCases:
            return lambda kind: [case for case in cases if case.kind == kind]

        def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
            spread(metafunc, cases, sorted({case.kind for case in cases}))

    for law in LAWS:
        setattr(ActionLaws, law.__name__, staticmethod(law))
    return ActionLaws


def spread(metafunc: pytest.Metafunc, cases: Sequence[Case], kinds: Sequence[str]) -> None:
    """Give one law what it has to hold of: each kind, each case, or each sight that a case has of it."""
    law = metafunc.function.__name__
    if "kind" in metafunc.fixturenames:
        metafunc.parametrize("kind", kinds)
    elif "shown" in metafunc.fixturenames:
        metafunc.parametrize("shown", _sights(cases, _SIGHTS[law]))
    elif "case" in metafunc.fixturenames:
        chosen = filter(_APPLIES.get(law, _always), cases)
        metafunc.parametrize("case", [pytest.param(case, id=str(case)) for case in chosen])


def _always(case: Case) -> bool:
    return True


def _may_lose_an_answer(case: Case) -> bool:
    return _is_live(case) and "lost_answer" not in case.exempt


def _is_live(case: Case) -> bool:
    return case.live is not None


def _fails_where_denied(case: Case) -> bool:
    return _is_live(case) and "denied_look" not in case.exempt


def _is_undone(case: Case) -> bool:
    return case.live is not None and "undo" not in case.exempt


def _meets_others(case: Case) -> bool:
    return case.live is not None and case.live.plant_foreign is not None


def _sights(cases: Sequence[Case], law: str) -> list[Any]:
    return [
        pytest.param((case, sight), id=f"{case} {law}: {name}")
        for case in cases
        for name, sight in getattr(case.sees, law).items()
    ]


LAWS: tuple[Law, ...] = (
    laws.test_every_action_has_a_case_for_every_law_or_a_reason_why_not,
    laws.test_what_is_absent_is_changed,
    laws.test_what_settles_is_waited_for,
    laws.test_what_is_there_is_left_as_it_is,
    laws.test_a_dead_end_is_refused_with_a_hint,
    laws.test_an_unknown_status_stops_the_step,
    laws.test_what_is_not_ours_is_not_touched,
    laws.test_undo_takes_back_what_is_ours,
    laws.test_undo_is_quiet_where_nothing_is_left,
    laws.test_a_step_converges_delivers_its_outputs_and_then_changes_nothing,
    laws.test_a_call_whose_answer_was_lost_is_not_made_twice,
    laws.test_not_being_allowed_to_look_is_never_read_as_absent,
    laws.test_undo_brings_back_what_was_before_and_is_quiet_the_second_time,
    laws.test_somebody_elses_resource_stays_as_it_is,
    laws.test_the_documented_example_validates,
    laws.test_the_permissions_cover_the_operations,
)
"""Every law there is."""

_SIGHTS = {
    laws.test_what_is_absent_is_changed.__name__: "absent",
    laws.test_what_settles_is_waited_for.__name__: "settling",
    laws.test_what_is_there_is_left_as_it_is.__name__: "there",
    laws.test_a_dead_end_is_refused_with_a_hint.__name__: "dead_end",
    laws.test_an_unknown_status_stops_the_step.__name__: "unknown",
    laws.test_what_is_not_ours_is_not_touched.__name__: "foreign",
    laws.test_undo_takes_back_what_is_ours.__name__: "undo_own",
    laws.test_undo_is_quiet_where_nothing_is_left.__name__: "undo_over",
}
"""What a law of `decide` and `decide_undo` holds of: a field of Sightings."""

_APPLIES: dict[str, Callable[[Case], bool]] = {
    laws.test_a_step_converges_delivers_its_outputs_and_then_changes_nothing.__name__: _is_live,
    laws.test_a_call_whose_answer_was_lost_is_not_made_twice.__name__: _may_lose_an_answer,
    laws.test_not_being_allowed_to_look_is_never_read_as_absent.__name__: _fails_where_denied,
    laws.test_undo_brings_back_what_was_before_and_is_quiet_the_second_time.__name__: _is_undone,
    laws.test_somebody_elses_resource_stays_as_it_is.__name__: _meets_others,
}
"""Which cases a law of the living world holds of."""
