"""Rules for a plan as a whole."""

from __future__ import annotations

from datetime import timedelta

import pytest

from drctl.loading.runbook import Surroundings
from drctl.model.plan import AfterDrill, OnDeadline, Retry, Store, UndoPolicy
from drctl.model.timing import Mark
from tests.fakes.runbook_texts import HEAD, load, plan_of, problems_in

W = "uses: wait, with: { duration: 1s }"
ASK = "uses: approval, with: { role: boss }"
ERASE = "uses: store.erase, with: { name: x }"
RESTORE = "uses: db.restore, with: { region: eu-west-1, instance: x, snapshot: s }"


def test_what_cannot_be_undone_has_an_approval_upstream() -> None:
    assert problems_in(f"""
        steps:
          - {{ id: ask, {ASK} }}
          - {{ id: between, needs: [ask], {W} }}
          - {{ id: fine, needs: [between], {ERASE} }}
          - {{ id: not-fine, {ERASE} }}
        finally:
          - {{ id: last, {ERASE} }}
        """) == [
        "10:27 steps[3].uses store.erase cannot be undone, and no approval is upstream of it: add one to `needs`",
        "12:23 finally[0].uses store.erase cannot be undone, and no approval is upstream of it: add one to `needs`",
    ]


@pytest.mark.parametrize(
    ("approval", "step", "fine"),
    [
        pytest.param("if: inputs.sure", "", False, id="the approval may be skipped"),
        pytest.param("if: inputs.sure", "if: inputs.sure", True, id="then the step is skipped too"),
        pytest.param("if: inputs.sure", "if: '!inputs.sure'", False, id="skipped just when it is needed"),
        pytest.param("source_side: true", "", False, id="the approval may fail"),
        pytest.param("", "if: inputs.sure", True, id="always asked"),
    ],
)
def test_an_approval_that_may_be_passed_without_an_answer_is_none(approval: str, step: str, fine: bool) -> None:
    problems = problems_in(f"""
        inputs: {{ sure: {{ type: boolean, default: true }} }}
        steps:
          - {{ id: ask, {approval + "," if approval else ""} {ASK} }}
          - {{ id: erase, needs: [ask], {step + "," if step else ""} {ERASE} }}
        """)
    expected = "steps[1].uses store.erase cannot be undone, and 'ask' may be passed without anybody's approval"
    assert [problem.split(" ", 1)[1] for problem in problems] == ([] if fine else [expected])


def test_an_approval_is_always_critical() -> None:
    assert problems_in(f"steps:\n  - {{ id: ask, critical: false, {ASK} }}\n") == [
        "6:26 steps[0].critical a person who says no must be heeded: it is critical"
    ]


def test_an_approval_outside_is_upstream_of_what_a_nested_runbook_does() -> None:
    child = HEAD.replace("main", "child") + f"steps:\n  - {{ id: erase, {ERASE} }}\n"
    nested = "uses: runbook, with: { runbook: child }"
    plan = plan_of(
        f"steps:\n  - {{ id: ask, {ASK} }}\n  - {{ id: n, needs: [ask], {nested} }}\n", nested={"child": child}
    )
    assert plan.step("n/erase").irreversible
    loaded = load(f"steps:\n  - {{ id: n, {nested} }}\n", nested={"child": child})
    assert [problem.file for problem in loaded.problems] == ["child.yaml"]


def test_a_mark_is_one_instant() -> None:
    assert problems_in(f"""
        steps:
          - {{ id: a, marks: serving, {W} }}
          - {{ id: b, marks: serving, {W} }}
          - {{ id: c, marks: verified, foreach: [1, 2], {W} }}
        """) == [
        "8:21 steps[1].marks 'serving' is set by 'a' already; it is one instant",
        "9:21 steps[2].marks 'verified' is set by 'c[1]' already; it is one instant",
    ]


def test_a_fallback_may_set_the_mark_and_recover_the_store_of_what_it_replaces() -> None:
    plan = plan_of(f"""
        steps:
          - {{ id: a, marks: data-writable, store: db, on_deadline: "fallback:b", {RESTORE} }}
          - {{ id: b, marks: data-writable, store: db, {RESTORE} }}
        """)
    assert plan.step("b").marks is Mark.DATA_WRITABLE


def test_a_store_is_recovered_once_by_an_action_that_knows_its_recovery_point() -> None:
    assert problems_in(f"""
        steps:
          - {{ id: a, store: db, {RESTORE} }}
          - {{ id: b, store: db, {RESTORE} }}
          - {{ id: c, store: cache, {W} }}
          - {{ id: d, store: {{ name: files, ephemeral: true }}, {W} }}
        """) == [
        "8:21 steps[1].store the store 'db' is recovered by 'a' already",
        "9:21 steps[2].store wait establishes no recovery point of a store",
        "10:21 steps[3].store wait establishes no recovery point of a store",
    ]


def test_a_store_that_was_recovered_is_read_once_and_afterwards() -> None:
    read = "uses: beacon.read, with: { beacon: db, kind: secret, region: eu-west-1, secret: beacons }"
    assert problems_in(f"""
        steps:
          - {{ id: a, store: db, {RESTORE} }}
          - {{ id: b, store: db, needs: [a], {read} }}
          - {{ id: c, store: other, {read} }}
          - {{ id: d, store: db, needs: [a], {read} }}
          - {{ id: e, store: files, {RESTORE} }}
          - {{ id: f, store: files, needs: [b], {read} }}
        """) == [
        "10:21 steps[3].store the store 'db' is read by 'b' already",
        "12:21 steps[5].store a beacon of 'files' is read once 'e' has recovered it: add that to `needs`",
    ]


def test_a_store_that_holds_nothing_worth_keeping_need_only_be_made_ready() -> None:
    deploy = "uses: app.deploy, with: { region: eu-west-1, service: cache, desired_count: 1 }"
    plan = plan_of(f"steps:\n  - {{ id: a, store: {{ name: cache, ephemeral: true }}, {deploy} }}\n")
    assert plan.step("a").store == Store("cache", ephemeral=True)


def test_an_account_is_one_of_the_environments() -> None:
    text = f"""
        inputs: {{ where: {{ type: string, default: prod }} }}
        steps:
          - {{ id: a, account: production, {W} }}
          - {{ id: b, account: prodution, {W} }}
          - {{ id: c, account: "${{{{ inputs.where }}}}-1", {W} }}
        """
    assert problems_in(text, surroundings=Surroundings(accounts=("production", "shared"))) == [
        "9:23 steps[1].account the environment has no account 'prodution'; it has production, shared -> production",
        "10:23 steps[2].account the environment has no account 'prod-1'; it has production, shared",
    ]
    assert plan_of(text).step("c").account == "prod-1"


def test_a_scenario_is_one_that_there_is() -> None:
    text = f"scenario: region-dwn\nsteps:\n  - {{ id: a, {W} }}\n"
    assert problems_in(text, surroundings=Surroundings(scenarios=("region-down", "bad-image"))) == [
        "5:11 scenario there is no scenario 'region-dwn' -> region-down"
    ]
    assert load(text).scenario == "region-dwn"


@pytest.mark.parametrize(
    ("spans", "problem"),
    [
        ("expect: 2h, deadline: 1h", "6:22 steps[0].expect 2h is longer than the deadline 1h"),
        ("expect: 2h", "6:22 steps[0].expect 2h is longer than the deadline 30m of its action; give it a `deadline`"),
    ],
)
def test_a_step_is_not_expected_to_take_longer_than_its_deadline(spans: str, problem: str) -> None:
    assert problems_in(f"steps:\n  - {{ id: a, {spans}, {W} }}\n") == [problem]


def test_what_the_runbook_leaves_open_comes_from_the_action() -> None:
    step = plan_of(f"steps:\n  - {{ id: a, {RESTORE} }}\n").step("a")
    assert (step.expect, step.deadline) == (timedelta(minutes=15), timedelta(minutes=45))
    assert (step.on_deadline, step.retry, step.critical) == (OnDeadline.HOLD, Retry(), True)
    assert (step.source_side, step.adopt, step.irreversible, step.undo) == (False, False, False, UndoPolicy.AUTO)


def test_a_deadline_that_is_shorter_than_usual_is_also_what_is_expected() -> None:
    step = plan_of(f"steps:\n  - {{ id: a, deadline: 5m, {RESTORE} }}\n").step("a")
    assert (step.expect, step.deadline) == (timedelta(minutes=5), timedelta(minutes=5))


def test_everything_that_a_step_says_is_in_the_plan() -> None:
    step = plan_of(f"""
        steps:
          - id: a
            title: Bring it back
            account: production
            expect: 20m
            deadline: 1h
            on_deadline: fail
            retry: {{ attempts: 3, delay: 1m }}
            critical: false
            source_side: true
            adopt: true
            marks: data-writable
            store: postgres
            undo: never
            if: true
            {RESTORE.replace(", with", chr(10) + "            with")}
        """).step("a")
    assert (step.title, step.account) == ("Bring it back", "production")
    assert (step.expect, step.deadline, step.on_deadline) == (
        timedelta(minutes=20),
        timedelta(hours=1),
        OnDeadline.FAIL,
    )
    assert step.retry == Retry(3, timedelta(minutes=1))
    assert (step.critical, step.source_side, step.adopt) == (False, True, True)
    assert (step.marks, step.store, step.undo) == (Mark.DATA_WRITABLE, Store("postgres"), UndoPolicy.NEVER)


def test_steps_are_in_the_order_of_the_text_where_the_graph_allows_it() -> None:
    plan = plan_of(f"""
        steps:
          - {{ id: c, needs: [e], {W} }}
          - {{ id: a, {W} }}
          - {{ id: e, {W} }}
          - {{ id: b, {W} }}
        finally:
          - {{ id: z, needs: [y], {W} }}
          - {{ id: y, {W} }}
        """)
    assert [step.id for step in plan.steps] == ["a", "e", "c", "b", "y", "z"]


NO_RPO = HEAD.replace(", rpo: 1h", "")


def test_a_runbook_that_recovers_no_data_needs_no_rpo() -> None:
    loaded = load(f"steps:\n  - {{ id: a, {W} }}\n", head=NO_RPO)
    assert loaded.plan_or_refuse().objectives.rpo is None


def test_a_store_whose_loss_counts_needs_an_rpo_to_be_compared_with() -> None:
    """One that holds nothing worth keeping does not."""
    told = load(f"steps:\n  - {{ id: a, store: postgres, {RESTORE} }}\n", head=NO_RPO).problems
    assert [problem.message for problem in told] == [
        "the loss of this store has nothing to be compared with: give `objectives` an `rpo`"
    ]
    assert not load(
        f"steps:\n  - {{ id: a, store: {{ name: cache, ephemeral: true }}, {RESTORE} }}\n", head=NO_RPO
    ).problems


def test_what_becomes_of_a_drills_changes_is_keep_or_undo() -> None:
    steps = f"steps:\n  - {{ id: a, {W} }}\n"
    assert load(steps).plan_or_refuse().after_drill is AfterDrill.KEEP
    assert load(steps, head=HEAD + "after_drill: undo\n").plan_or_refuse().after_drill is AfterDrill.UNDO
    (problem,) = load(steps, head=HEAD + "after_drill: delete\n").problems
    assert problem.path == "after_drill"
