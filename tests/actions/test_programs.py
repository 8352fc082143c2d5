"""Programs as steps, with real processes: `command` and Terraform run beside drctl and are looked at until they end.

The Terraform of most tests is an executable that they write: it keeps to the documented exit codes, the saved plan and
`show -json`. Terraform itself is no package that this project can install; where it is on the PATH, one test
uses it, with the provider that is built in.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import ChangeState, Past, PastChange
from drctl.ports.action import StepContext
from drctl.programs.local import LocalPrograms
from drctl.programs.surroundings import NoAws
from drctl.testing.outside import no_probes
from tests.fakes.aws import kept_access
from tests.simulated import RECOVERY, START, Simulated

CANARY = "canary-0f-the-database"
SECRET = "amply/prod/database-password"


class Step:
    """One step with real programs, driven by looking again and again."""

    def __init__(self, simulated: Simulated, run: Path, kind: str, attempt: str = "t0", **params: Any) -> None:
        self.bound = ActionCatalogue().bind(kind, params)
        self.programs = LocalPrograms(run / "programs", NoAws(), {"PATH": os.environ["PATH"], "HOME": str(run)})
        self.past = Past(run="dr-test-1", step="the[step]")
        self.context = StepContext(
            run="dr-test-1",
            step="the[step]",
            aws=kept_access(simulated, None).for_account(None),
            probes=no_probes(),
            programs=self.programs,
            token=attempt,
            settings={"folder": str(run)},
        )
        self.evidence: Evidence | None = None

    def look(self, *, undo: bool = False) -> Decision:
        action, params = self.bound.action, self.bound.params
        seen = action.observe(params, self.context)
        if undo:
            return action.decide_undo(params, seen, self.past)
        decision = action.decide(params, seen, self.past)
        if isinstance(decision, Done):
            self.evidence = action.verify(params, seen, self.past, self.context)
        return decision

    def act(self, change: Change) -> None:
        facts = self.bound.action.act(self.bound.params, change, self.context)
        done = PastChange(
            name=change.name, summary=change.summary, state=ChangeState.RETURNED, intended_at=START, facts=facts
        )
        self.past = replace(self.past, changes=(*self.past.changes, done))

    def through(self, *, undo: bool = False) -> Decision:
        """Done or refused."""
        pause = threading.Event()
        for _ in range(3000):
            match decision := self.look(undo=undo):
                case Change():
                    self.act(decision)
                case Wait():
                    pause.wait(0.02)
                case _:
                    return decision
        raise AssertionError(f"it did not end: {decision}")

    @property
    def outputs(self) -> Mapping[str, Any]:
        assert self.evidence is not None
        assert self.evidence.holds
        return self.evidence.outputs


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    return tmp_path / "run"


def python(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def test_a_command_gives_its_result_to_later_steps_and_no_secret_to_anybody(simulated: Simulated, run: Path) -> None:
    """canaries: neither what is kept of the program nor what goes into the journal has the secret"""
    simulated.client("secretsmanager", RECOVERY).create_secret(Name=SECRET, SecretString=CANARY)
    says = (
        "import json, os; s = os.environ['PASSWORD']; assert s.startswith('canary')\n"
        "json.dump({'rows': 3, 'used': s}, open(os.environ['DRCTL_OUTPUT'], 'w')); print('connected with', s)"
    )
    step = Step(
        simulated, run, "command", argv=python(says), region=RECOVERY, secrets={"PASSWORD": SECRET}, outputs_json=True
    )
    change = step.look()
    assert isinstance(change, Change)
    assert isinstance(step.through(), Done)
    assert step.outputs == {
        "exit_code": 0, "last_line": "connected with ***", "result": {"rows": 3, "used": "***"}
    }  # fmt: skip
    told = repr((change, step.past, step.evidence))
    kept = b"".join(file.read_bytes() for file in run.rglob("*") if file.is_file())
    assert CANARY not in told
    assert CANARY.encode() not in kept


def test_a_failing_command_is_refused_with_what_it_said(simulated: Simulated, run: Path) -> None:
    step = Step(simulated, run, "command", argv=python("import sys; print('no such host'); sys.exit(7)"))
    assert step.through() == Refuse(
        f"{sys.executable} ended with 7: no such host", "mend what it says, then retry the step"
    )


def test_a_lost_command_is_started_again_only_where_it_may_be(
    simulated: Simulated, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: Any, **__: Any) -> int:
        raise Killed

    argv = python("open('ran', 'a').write('x')")
    step = Step(simulated, run, "command", argv=argv)
    repeatable = Step(simulated, run, "command", attempt="t1", argv=argv, repeatable=True)
    for each in (step, repeatable):
        change = each.look()
        assert isinstance(change, Change)
        with monkeypatch.context() as during:
            during.setattr(os, "posix_spawn", killed)
            with pytest.raises(Killed):
                each.act(change)
    refused = step.through()
    assert isinstance(refused, Refuse)
    assert "lost" in refused.because
    assert not (run / "ran").exists()
    assert isinstance(repeatable.through(), Done)
    assert (run / "ran").read_text() == "x"


def test_undo_ends_what_still_runs_and_then_takes_it_back(simulated: Simulated, run: Path) -> None:
    waits = "import signal; open('made', 'w').close(); signal.pause()"
    undo = {"argv": python("import os; os.remove('made')")}
    step = Step(simulated, run, "command", argv=python(waits), undo=undo)
    change = step.look()
    assert isinstance(change, Change)
    step.act(change)
    pause = threading.Event()
    while not (run / "made").exists():
        pause.wait(0.02)
    assert isinstance(step.through(undo=True), Done)
    assert not (run / "made").exists()
    assert [made.name for made in step.past.changes if made.name != "stop"] == ["run", "undo"]


def test_a_command_that_nothing_takes_back_says_so(simulated: Simulated, run: Path) -> None:
    step = Step(simulated, run, "command", argv=python("pass"))
    assert isinstance(step.through(), Done)
    assert isinstance(step.through(undo=True), Refuse)


@pytest.mark.parametrize("folder", ["..", "there/../..", "link", "nowhere"])
def test_a_relative_folder_never_leads_out_of_where_the_run_was_started(
    simulated: Simulated, run: Path, folder: str
) -> None:
    (run / "there").mkdir()
    (run / "link").symlink_to(run.parent)
    refused = Step(simulated, run, "command", argv=python("pass"), folder=folder).look()
    assert isinstance(refused, Refuse)
    assert folder in refused.because


def test_where_a_command_ran_is_recorded(simulated: Simulated, run: Path) -> None:
    (run / "there").mkdir()
    step = Step(simulated, run, "command", argv=python("open('here', 'w').close()"), folder="there")
    assert isinstance(step.through(), Done)
    assert (run / "there" / "here").exists()
    assert step.past.changes[0].facts["folder"] == str((run / "there").resolve())


@pytest.mark.parametrize(
    ("params", "where"),
    [
        ({"argv": []}, ("argv",)),
        ({"argv": ["x"], "environment": {"AWS_PROFILE": "x"}}, ("environment", "AWS_PROFILE")),
        ({"argv": ["x"], "environment": {"DRCTL_X": "x"}}, ("environment", "DRCTL_X")),
        ({"argv": ["x"], "environment": {"a b": "x"}}, ("environment", "a b")),
        ({"argv": ["x"], "secrets": {"A": "s"}}, ()),
        ({"argv": ["x"], "region": RECOVERY, "secrets": {"A": "s"}, "environment": {"A": "x"}}, ()),
        ({"argv": ["x"], "limit": "25h"}, ("limit",)),
        ({"argv": ["x"], "success_codes": [256]}, ("success_codes", 0)),
        ({"argv": ["a\0b"]}, ("argv", 0)),
    ],
)
def test_what_no_command_can_be_is_refused_before_the_run(params: dict[str, Any], where: tuple[Any, ...]) -> None:
    problems = ActionCatalogue().check("command", params)
    assert [problem.path for problem in problems] == [where], problems


TERRAFORM = """#!{python}
import json, os, sys
words, state = sys.argv[2:], "state.json"
assert os.environ["TF_IN_AUTOMATION"] == "1" and "AWS_PROFILE" not in os.environ
made = json.load(open(state)) if os.path.exists(state) else {{"serial": 0, "made": []}}
wanted = json.load(open("main.json"))[os.environ["TF_VAR_mode"]]
lacks = [name for name in wanted["resources"] if name not in made["made"]]
def init():
    assert "-lockfile=readonly" in words and "-input=false" in words
    os.makedirs(os.environ["TF_DATA_DIR"])
def plan():
    assert os.path.isdir(os.environ["TF_DATA_DIR"]), "not initialised"
    for word in words:
        if word.startswith("-out="):
            json.dump({{"serial": made["serial"], "adds": lacks}}, open(word[5:], "w"))
    print("Plan: %d to add" % len(lacks))
    sys.exit(2 if lacks else 0)
def show():
    told = json.load(open(words[-1]))
    change = {{"actions": wanted.get("actions", ["create"])}}
    json.dump({{
        "format_version": "1.2",
        "resource_changes": [{{"address": a, "type": a.split(".")[0], "mode": "managed", "change": change}}
                             for a in told["adds"]],
        "configuration": {{"provider_config": {{"aws": {{
            "full_name": "registry.terraform.io/hashicorp/aws",
            "expressions": {{"allowed_account_ids": {{"constant_value": wanted["accounts"]}}}}}}}}}},
    }}, sys.stdout)
def apply():
    told = json.load(open(words[-1]))
    if told["serial"] != made["serial"]:
        sys.exit("\\nError: Saved plan is stale\\n")
    json.dump({{"serial": made["serial"] + 1, "made": made["made"] + told["adds"]}}, open(state, "w"))
{{"init": init, "plan": plan, "show": show, "apply": apply}}[sys.argv[1]]()
"""


class Environment:
    """A root module, and the Terraform of the tests in front of every other."""

    def __init__(self, simulated: Simulated, run: Path, monkeypatch: pytest.MonkeyPatch, **wanted: Any) -> None:
        self.simulated, self.run = simulated, run
        tools = run / "tools"
        tools.mkdir()
        (tools / "terraform").write_text(TERRAFORM.format(python=sys.executable))
        (tools / "terraform").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
        self.folder = run / "environment"
        self.folder.mkdir()
        described = {"resources": ["aws_lb.api"], "accounts": ["111111111111"], **wanted}
        (self.folder / "main.json").write_text(json.dumps({"active": described}))

    def plan(self, attempt: str = "p0") -> Step:
        given = {"region": RECOVERY, "folder": "environment", "variables": {"mode": "active"}}
        return Step(self.simulated, self.run, "terraform.plan", attempt, **given)

    def apply(self, planned: Step, attempt: str = "a0", **more: Any) -> Step:
        given = {"region": RECOVERY, "folder": "environment", "variables": {"mode": "active"}}
        kept = {name: planned.outputs[name] for name in ("plan", "sha256")}
        return Step(self.simulated, self.run, "terraform.apply", attempt, **given, **kept, **more)

    def made(self) -> list[str]:
        state = self.folder / "state.json"
        return list(json.loads(state.read_text())["made"]) if state.exists() else []


def test_what_is_planned_is_applied_and_a_second_plan_is_empty(
    simulated: Simulated, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Environment(simulated, run, monkeypatch)
    planned = there.plan()
    assert isinstance(planned.through(), Done)
    assert (planned.outputs["adds"], planned.outputs["destroys"]) == (1, 0)
    assert there.made() == []
    applied = there.apply(planned)
    assert isinstance(applied.through(), Done)
    assert applied.outputs == {"added": 1, "changed": 0, "destroyed": 0}
    assert there.made() == ["aws_lb.api"]
    assert not (there.folder / ".terraform").exists()


def test_a_plan_that_was_changed_after_it_was_approved_is_refused(
    simulated: Simulated, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Environment(simulated, run, monkeypatch)
    planned = there.plan()
    planned.through()
    applied = there.apply(planned)
    (planned.programs.shared(planned.outputs["plan"]) / "plan.bin").write_text('{"serial": 0, "adds": ["aws_lb.x"]}')
    refused = applied.through()
    assert isinstance(refused, Refuse)
    assert "SHA-256" in refused.because
    assert there.made() == []


def test_a_stale_plan_is_refused_by_terraform_and_said_to_be_stale(
    simulated: Simulated, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Environment(simulated, run, monkeypatch)
    first, second = there.plan("p1"), there.plan("p2")
    assert isinstance(first.through(), Done)
    assert isinstance(second.through(), Done)
    assert isinstance(there.apply(first, "a1").through(), Done)
    refused = there.apply(second, "a2").through()
    assert isinstance(refused, Refuse)
    assert "stale" in refused.because


def test_a_plan_for_another_account_ends_before_anything_is_applied(
    simulated: Simulated, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Environment(simulated, run, monkeypatch, accounts=["999999999999"]).plan().through()
    assert isinstance(refused, Refuse)
    assert "999999999999" in refused.because


def test_destroying_needs_to_be_allowed_and_a_database_never_is(
    simulated: Simulated, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Environment(simulated, run, monkeypatch, actions=["delete", "create"])
    planned = there.plan()
    planned.through()
    assert isinstance(there.apply(planned).through(), Refuse)
    assert isinstance(there.apply(planned, "a1", allow_destroy=True).through(), Done)


def test_an_applied_plan_is_found_again_after_a_crash_and_not_applied_twice(
    simulated: Simulated, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Environment(simulated, run, monkeypatch)
    planned = there.plan()
    planned.through()
    there.apply(planned).through()
    again = there.apply(planned)
    assert isinstance(again.look(), Done)
    assert json.loads((there.folder / "state.json").read_text())["serial"] == 1


@pytest.mark.skipif(shutil.which("terraform") is None, reason="there is no Terraform here")
def test_terraform_itself_keeps_to_what_is_expected_of_it(simulated: Simulated, run: Path) -> None:
    """Only where it is installed: exit codes, the plan as JSON, the saved plan, with the provider that is built in."""
    (run / "environment").mkdir()
    (run / "environment" / "main.tf").write_text(
        'variable "mode" { type = string }\nresource "terraform_data" "it" { input = var.mode }\n'
    )
    given = {"region": RECOVERY, "folder": "environment", "variables": {"mode": "active"}}
    planned, late = (Step(simulated, run, "terraform.plan", token, **given) for token in ("p0", "p1"))
    for plan in (planned, late):
        assert isinstance(plan.through(), Done)
        assert plan.outputs["summary"] == "1 to add, 0 to change, 0 to destroy (terraform_data)"
    kept = [{name: plan.outputs[name] for name in ("plan", "sha256")} for plan in (planned, late)]
    applied = Step(simulated, run, "terraform.apply", "a0", **given, **kept[0])
    assert isinstance(applied.through(), Done)
    stale = Step(simulated, run, "terraform.apply", "a1", **given, **kept[1]).through()
    assert isinstance(stale, Refuse)
    assert "stale" in stale.because
