"""`needs` makes a graph without cycles, and fallbacks take one place in it."""

from __future__ import annotations

import pytest

from drctl.model.plan import OnDeadline
from tests.fakes.runbook_texts import plan_of, problems_in

W = "uses: wait, with: { duration: 1s }"


def test_an_unknown_need_is_told_with_the_nearest_and_nothing_that_follows_from_it() -> None:
    assert problems_in(f"""
        steps:
          - {{ id: find, uses: db.find, with: {{ region: eu-west-1, source: x }} }}
          - {{ id: other, {W} }}
          - id: restore
            uses: db.restore
            needs: [other, fnd]
            with: {{ region: eu-west-1, instance: x, snapshot: "${{{{ steps.find.snapshot }}}}" }}
        """) == ["11:20 steps[2].needs[1] there is no step 'fnd' -> find"]


def test_a_step_cannot_need_itself() -> None:
    assert problems_in(f"steps:\n  - {{ id: a, needs: [a], {W} }}\n") == ["6:22 steps[0].needs[0] 'a' needs itself"]


def test_each_cycle_is_shown_once_and_what_hangs_on_it_is_not_told() -> None:
    assert problems_in(f"""
        steps:
          - {{ id: a, needs: [c], {W} }}
          - {{ id: b, needs: [a], {W} }}
          - {{ id: c, needs: [b], {W} }}
          - {{ id: d, needs: [c], {W} }}
          - {{ id: e, needs: [f], {W} }}
          - {{ id: f, needs: [e], {W} }}
        """) == [
        "7:14 steps[0].needs steps need each other: a → c → b → a",
        "11:14 steps[4].needs steps need each other: e → f → e",
    ]


def test_a_normal_step_and_a_final_one_do_not_need_each_other() -> None:
    assert problems_in(f"""
        steps:
          - {{ id: a, needs: [z], {W} }}
        finally:
          - {{ id: z, {W} }}
          - {{ id: y, needs: [z, a], {W} }}
        """) == [
        "7:22 steps[0].needs[0] 'z' is a `finally` step: it runs after every step of `steps`",
        "10:25 finally[1].needs[1] 'a': a `finally` step runs whatever happened before, "
        "and so needs no step of `steps`",
    ]


RESTORE = "uses: db.restore, with: { region: eu-west-1, instance: x, snapshot: s }"


def test_a_fallback_is_dormant_needs_what_it_replaces_needs_and_comes_before_what_reads_it() -> None:
    plan = plan_of(f"""
        steps:
          - {{ id: first, {W} }}
          - {{ id: second, {W} }}
          - {{ id: a, needs: [first], on_deadline: "fallback:b", {RESTORE} }}
          - {{ id: reads, needs: [a], uses: check.http, with: {{ url: "${{{{ steps.a.endpoint }}}}" }} }}
          - {{ id: b, needs: [second], {RESTORE} }}
        """)
    assert [step.id for step in plan.steps] == ["first", "second", "a", "b", "reads"]
    assert (plan.step("a").on_deadline, plan.step("a").fallback, plan.step("a").dormant) == (
        OnDeadline.FALLBACK,
        "b",
        False,
    )
    assert plan.step("b").dormant
    assert plan.step("b").needs == ("second", "first")
    assert plan.step("reads").needs == ("a",)


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        pytest.param(
            [f'id: a, on_deadline: "fallback:c", {W}', f"id: b, {W}"],
            "steps[0].on_deadline there is no step 'c' to fall back to",
            id="unknown",
        ),
        pytest.param(
            [f'id: aa, on_deadline: "fallback:bbc", {W}', f"id: bbb, {W}"],
            "steps[0].on_deadline there is no step 'bbc' to fall back to -> bbb",
            id="misspelt",
        ),
        pytest.param(
            [f'id: a, on_deadline: "fallback:a", {W}'],
            "steps[0].on_deadline a step is not its own fallback",
            id="itself",
        ),
        pytest.param(
            [f'id: a, on_deadline: "fallback:b", {W}', f'id: b, on_deadline: "fallback:c", {W}', f"id: c, {W}"],
            "steps[0].on_deadline 'b' has a fallback itself; fallbacks do not chain",
            id="chain",
        ),
        pytest.param(
            [f'id: a, on_deadline: "fallback:c", {W}', f'id: b, on_deadline: "fallback:c", {W}', f"id: c, {W}"],
            "steps[1].on_deadline 'c' is the fallback of 'a' already",
            id="shared",
        ),
        pytest.param(
            [f'id: a, on_deadline: "fallback:b", {W}', f"id: b, foreach: [1, 2], {W}"],
            "steps[0].on_deadline 'b' stands for several steps; a fallback is a single one",
            id="a loop",
        ),
        pytest.param(
            [f'id: a, foreach: [1], on_deadline: "fallback:b", {W}', f"id: b, {W}"],
            "steps[0].on_deadline a step that stands for several has no fallback",
            id="of a loop",
        ),
        pytest.param(
            [f'id: a, on_deadline: "fallback:b", {W}', f"id: b, needs: [a], {W}"],
            "steps[1].needs[0] 'b' takes the place of 'a', and so cannot need it",
            id="needs what it replaces",
        ),
        pytest.param(
            [f'id: a, needs: [b], on_deadline: "fallback:b", {W}', f"id: b, {W}"],
            "steps[0].needs[0] 'b' cannot be needed here: it runs only in the place of 'a'",
            id="needed by what it replaces",
        ),
        pytest.param(
            [f'id: a, on_deadline: "fallback:b", {W}', f"id: b, {W}", f"id: c, needs: [b], {W}"],
            "steps[2].needs[0] 'b' runs only as the fallback of 'a'; need that one -> a",
            id="needed by another",
        ),
        pytest.param(
            [f'id: a, on_deadline: "fallback:b", {W}', f"id: b, needs: [c], {W}", f"id: c, needs: [a], {W}"],
            "steps[1].needs steps need each other: b → c → b",
            id="waits for what waits for it",
        ),
    ],
)
def test_a_fallback_that_could_never_help_is_told(steps: list[str], problem: str) -> None:
    lines = "".join(f"  - {{ {step} }}\n" for step in steps)
    (told,) = problems_in(f"steps:\n{lines}")
    assert told.split(" ", 1)[1] == problem


def test_a_fallback_puts_out_what_others_read_of_the_step_it_replaces() -> None:
    clone = RESTORE.replace("db.restore", "db.clone")
    assert problems_in(f"""
        steps:
          - {{ id: a, on_deadline: "fallback:b", {RESTORE} }}
          - {{ id: b, {clone} }}
          - id: api
            needs: [a]
            uses: check.http
            with: {{ url: "${{{{ steps.a.endpoint }}}}", status: "${{{{ steps.a.port }}}}" }}
        """) == ["7:27 steps[0].on_deadline 'b' has no output 'port', which 'api' reads of 'a'"]


def test_a_fallback_in_another_section_is_none() -> None:
    (told,) = problems_in(f"""
        steps:
          - {{ id: a, on_deadline: "fallback:z", {W} }}
        finally:
          - {{ id: z, {W} }}
        """)
    assert told.endswith("'z' is in another section; a fallback is in the same one as the step it replaces")
