"""Whatever the text: loading answers with a plan whose steps are in order, or with problems, and never breaks."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from drctl.loading.runbook import Loaded, Surroundings
from drctl.model.plan import Plan
from drctl.model.reference import references_in
from tests.fakes.runbook_texts import HEAD, load

NAMES = st.sampled_from(["a", "b", "c", "d", "a b", "", "1"])
REFERENCES = st.sampled_from(
    [
        "${{ inputs.n }}",
        "${{ steps.a.endpoint }}",
        "${{ item }}",
        "${{ env.v }}",
        "${{ item.k }}",
        "x${{ steps.b.state }}",
    ]
)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(), st.text(max_size=6), NAMES, REFERENCES),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "id": NAMES,
    "uses": st.sampled_from(["wait", "db.restore", "app.deploy", "approval", "runbook", "store.erase", "wate"]),
    "needs": st.lists(NAMES, max_size=3),
    "foreach": st.one_of(st.lists(ANYTHING, max_size=3), REFERENCES),
    "if": st.one_of(st.booleans(), st.sampled_from(["steps.a.state == 'x'", "inputs.n > 1", "!item", "a ="])),
    "on_deadline": st.sampled_from(["hold", "fallback:a", "fallback:b", "x"]),
    "with": st.one_of(
        st.just({"duration": "1s"}),
        st.fixed_dictionaries({"runbook": st.sampled_from(["main", "child", "x"])}, optional={"inputs": ANYTHING}),
        st.dictionaries(st.sampled_from(["region", "instance", "snapshot", "shows", "role", "name"]), ANYTHING),
    ),
    "marks": st.sampled_from(["serving", "onset"]),
    "store": st.one_of(NAMES, ANYTHING),
    "title": st.one_of(NAMES, REFERENCES),
    "account": st.one_of(NAMES, REFERENCES),
}
STEPS = st.fixed_dictionaries({}, optional={**VALUES, "expect": ANYTHING, "retry": ANYTHING})
RUNBOOKS = st.fixed_dictionaries(
    {"steps": st.one_of(st.lists(st.one_of(STEPS, ANYTHING), max_size=5), ANYTHING)},
    optional={
        "finally": st.one_of(st.lists(STEPS, max_size=2), ANYTHING),
        "inputs": st.one_of(
            ANYTHING,
            st.just({"n": {"type": "integer", "default": 1}}),
            st.just({"n": {"type": "list", "default": [1]}}),
        ),
        "variables": ANYTHING,
        "outputs": ANYTHING,
        "objectives": ANYTHING,
    },
)
CHILD = HEAD.replace("main", "child") + "steps:\n  - { id: a, uses: wait, with: { duration: 1s } }\n"


def in_order(plan: Plan) -> bool:
    """Whether every step follows what it needs, and every final one every normal one."""
    place = {step.id: index for index, step in enumerate(plan.steps)}
    finals = [step.final for step in plan.steps]
    return finals == sorted(finals) and all(place[need] < place[step.id] for step in plan.steps for need in step.needs)


def plan_or_problems(loaded: Loaded) -> None:
    assert (loaded.plan is None) is bool(loaded.problems)
    for problem in loaded.problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.message
        str(problem).encode()
    if loaded.plan is not None:
        assert in_order(loaded.plan)
        assert all(ref.scope != "item" for step in loaded.plan.steps for ref in references_in(dict(step.params)))


@settings(deadline=None)
@given(st.text() | st.text(alphabet="runbook:steps-{}[]&*!|>'\"${}\n 1"))
def test_any_text_is_a_plan_or_problems(text: str) -> None:
    plan_or_problems(load(text, nested={"child": CHILD}))
    plan_or_problems(load("", head=text))


@settings(deadline=None, max_examples=100)
@given(RUNBOOKS)
def test_any_runbook_is_a_plan_or_problems(data: dict[str, Any]) -> None:
    head = {"runbook": "main", "title": "x", "version": 1, "objectives": {"rto": "4h", "rpo": "1h"}}
    text = yaml.safe_dump({**head, **data}, sort_keys=False, allow_unicode=True)
    surroundings = Surroundings(variables={"v": [1]}, accounts=("a",), scenarios=())
    plan_or_problems(load("", head=text, nested={"child": CHILD}, surroundings=surroundings))
    plan_or_problems(load("", head=text, nested={"child": CHILD}, complete=False))


@st.composite
def graphs(draw: st.DrawFn) -> str:
    """A runbook whose steps need earlier ones, with loops and nested runbooks, in any order of writing."""
    count = draw(st.integers(1, 8))
    lines = []
    for number in range(count):
        earlier = [f"s{other}" for other in range(number)]
        needed = ", ".join(draw(st.lists(st.sampled_from(earlier), max_size=3, unique=True)) if earlier else [])
        body = draw(
            st.sampled_from(
                [
                    "uses: wait, with: { duration: 1s }",
                    "uses: wait, foreach: [x, y], with: { duration: 1s }",
                    "uses: runbook, with: { runbook: child }",
                    "uses: runbook, foreach: [x], with: { runbook: child }",
                    "uses: wait, foreach: [], with: { duration: 1s }",
                ]
            )
        )
        lines.append(f"  - {{ id: s{number}, needs: [{needed}], {body} }}\n")
    return "steps:\n" + "".join(draw(st.permutations(lines)))


@settings(deadline=None)
@given(graphs())
def test_an_unrolled_plan_has_no_cycle_and_keeps_every_order(text: str) -> None:
    plan = load(text, nested={"child": CHILD}).plan_or_refuse()
    assert in_order(plan)
    assert len(plan.ids) == len(plan.steps)
    assert all(need in plan.ids for step in plan.steps for need in step.needs)
