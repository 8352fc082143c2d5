"""The form of a runbook: every mistake of keys and types is told at its line and column."""

from __future__ import annotations

import pytest

from tests.fakes.runbook_texts import HEAD, load, problems_in, told

STEPS = "steps:\n  - { id: a, uses: wait, with: { duration: 1s } }\n"


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        pytest.param(
            HEAD.replace("version: 1", "version: 2"),
            "3:10 version expected 1, the version of this language, got the number 2",
            id="another version",
        ),
        pytest.param(HEAD.replace("version: 1\n", ""), "1:1 version is missing", id="no version"),
        pytest.param(HEAD.replace("A test", ""), "2:1 title has no value; give it one or leave it out", id="no title"),
        pytest.param(
            HEAD.replace("A test", "2026"),
            "2:8 title expected text, got the number 2026; put it in quotes",
            id="number",
        ),
        pytest.param(HEAD.replace("rto: 4h, ", ""), "4:13 objectives.rto is missing", id="no rto"),
        pytest.param(
            HEAD.replace("4h", "4"),
            "4:20 objectives.rto expected a duration such as 45s, 20m or 1h30m, got the number 4",
            id="no unit",
        ),
        pytest.param(
            HEAD.replace("4h", "0s"),
            "4:20 objectives.rto expected a duration longer than nothing, got '0s'",
            id="no time at all",
        ),
        pytest.param(HEAD + "objective: 1\n", "5:1 objective unknown key 'objective' -> objectives", id="unknown key"),
        pytest.param(
            HEAD.replace("main", "other"),
            "1:10 runbook the runbook calls itself 'other', and its file is called 'main'",
            id="another name than its file",
        ),
        pytest.param(
            HEAD.replace("main", "my runbook"),
            "1:10 runbook expected a name of letters, digits, - and _, got 'my runbook'",
            id="not a name",
        ),
        pytest.param(
            HEAD + "variables: { x: '${{ inputs.a }}' }\n",
            "5:17 variables.x a variable is a plain value; it refers to nothing",
            id="a variable that refers",
        ),
        pytest.param(
            HEAD + "outputs: { state: x }\n",
            "5:12 outputs.state expected a name of letters, digits, - and _, got 'state'",
            id="a reserved output",
        ),
        pytest.param(HEAD + "finally: x\n", "5:10 finally expected a list, got 'x'", id="no list"),
    ],
)
def test_a_wrong_head_is_told_at_its_place(head: str, problem: str) -> None:
    assert problems_in(STEPS, head=head) == [problem]


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        pytest.param("x", "6:5 steps[0] expected a mapping, got 'x'", id="no mapping"),
        pytest.param("{ uses: wait }", "6:5 steps[0].id is missing", id="no id"),
        pytest.param("{ id: 'a b' }", "6:11 steps[0].id expected a name of letters", id="no name"),
        pytest.param("{ id: a }", "6:5 steps[0].uses is missing", id="no action"),
        pytest.param(
            "{ id: a, uses: wate }", "6:20 steps[0].uses there is no action 'wate' -> wait", id="no such action"
        ),
        pytest.param("{ id: a, use: wait }", "6:14 steps[0].use unknown key 'use' -> uses", id="unknown key"),
        pytest.param("{ id: a, needs: b }", "6:21 steps[0].needs expected a list, got 'b'", id="needs no list"),
        pytest.param("{ id: a, needs: [1] }", "6:22 steps[0].needs[0] expected the id of a step", id="needs a number"),
        pytest.param("{ id: a, needs: [b, b] }", "6:25 steps[0].needs[1] 'b' is here twice", id="twice"),
        pytest.param("{ id: a, if: 3 }", "6:18 steps[0].if expected a condition such as", id="no condition"),
        pytest.param("{ id: a, if: x }", "6:18 steps[0].if the condition has the bare word x", id="a bare word"),
        pytest.param("{ id: a, foreach: x }", "6:23 steps[0].foreach expected a list, or a reference", id="no loop"),
        pytest.param("{ id: a, with: [] }", "6:20 steps[0].with expected a mapping, got a list", id="no parameters"),
        pytest.param("{ id: a, critical: 1 }", "6:24 steps[0].critical expected true or false", id="no flag"),
        pytest.param("{ id: a, retry: 3 }", "6:21 steps[0].retry expected a mapping, got the number 3", id="no retry"),
        pytest.param(
            "{ id: a, retry: { attempts: 0 } }",
            "6:33 steps[0].retry.attempts expected a whole number from 1 to 20, got the number 0",
            id="no attempt",
        ),
        pytest.param(
            "{ id: a, on_deadline: holt }",
            "6:27 steps[0].on_deadline expected hold, fail or fallback:STEP, got 'holt' -> hold",
            id="unknown policy",
        ),
        pytest.param(
            "{ id: a, marks: onset }",
            "6:21 steps[0].marks expected one of data-writable, fenced, serving, sustained, verified, got 'onset'",
            id="a mark that no step can set",
        ),
        pytest.param("{ id: a, undo: no }", "6:20 steps[0].undo expected one of auto, never", id="unknown undo"),
        pytest.param(
            "{ id: a, store: { ephemeral: true } }", "6:21 steps[0].store.name is missing", id="nameless store"
        ),
        pytest.param("{ id: a, title: }", "6:14 steps[0].title has no value", id="nothing"),
        pytest.param(
            "{ id: a, title: '${{ a }}' }", "6:21 steps[0].title a reference begins with inputs", id="no reference"
        ),
        pytest.param(
            "{ id: a, with: { x: ['${{ 1 }}'] } }", "6:26 steps[0].with.x[0] `1` is not a reference", id="deep inside"
        ),
    ],
)
def test_a_wrong_step_is_told_at_its_place(step: str, problem: str) -> None:
    problems = problems_in(f"steps:\n  - {step}\n")
    assert any(told.startswith(problem) for told in problems), problems


def test_two_steps_of_one_id_are_told_with_the_line_of_the_first() -> None:
    assert problems_in("""
        steps:
          - { id: a, uses: wait, with: { duration: 1s } }
          - { id: a, uses: wait, with: { duration: 1s } }
        finally:
          - { id: a, uses: wait, with: { duration: 1s } }
        """) == [
        "8:11 steps[1].id there is a step 'a' on line 7 already",
        "10:11 finally[0].id there is a step 'a' on line 7 already",
    ]


def test_a_runbook_has_at_least_one_step() -> None:
    assert problems_in("steps: []\n") == ["5:8 steps expected at least one step"]
    assert problems_in("") == ["1:1 steps is missing"]


def test_a_reference_without_quotes_between_braces_is_told_in_words_that_help() -> None:
    (problem,) = problems_in("steps:\n  - { id: a, uses: wait, with: { duration: ${{ inputs.x }} } }\n")
    assert problem.startswith("6:")
    assert problem.endswith('between { } or [ ] a reference is written in quotes: "${{ … }}")')


@pytest.mark.parametrize("text", ["", "- a\n", "just text\n", "a: [\n", "a: &x 1\n", "a: !!python/name:os.system x\n"])
def test_what_is_no_runbook_at_all_is_one_problem_and_no_plan(text: str) -> None:
    loaded = load("", head=text)
    assert loaded.plan is None
    assert len(loaded.problems) >= 1


def test_half_a_character_is_refused_before_it_can_spoil_a_journal() -> None:
    assert told(load(STEPS, head=HEAD.replace("A test", '"\\ud800"'))) == ["2:8 title has half a character in it"]
