"""The reusable workflow tells a drill that passed, failed, was skipped, or never began; and never two issues of one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.deploy.steps import Runner, needs_jq

pytestmark = needs_jq

BEGINS = 'mkdir -p "$DRCTL_STATE_DIR/runs/dr-staging-20261127-aaaa"'
SKIPPED = {"skipped": True, "runbook": "staging-drill", "environment": "staging", "reason": "a <freeze>", "until": None}
REFUSED = {"error": {"name": "refused", "what": "no <environment>", "context": ["a"], "hint": "look", "exit_code": 2}}


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def drill(runner: Runner, body: str) -> tuple[str, str]:
    """A drill whose drctl does that; its result and its run."""
    runner.stand_in("drctl", body)
    assert runner.run("drill", "Drill") == 0, "the exit code is told by the verdict, after the report"
    assert runner.run("drill", "What came of it", CODE=runner.outputs["code"]) == 0
    return runner.outputs["result"], runner.outputs["run"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(f"{BEGINS}; echo '{{}}'", ("passed", "dr-staging-20261127-aaaa"), id="passed"),
        pytest.param(f"{BEGINS}; echo '{{}}'; exit 1", ("failed", "dr-staging-20261127-aaaa"), id="failed"),
        pytest.param(f"echo '{json.dumps(SKIPPED)}'", ("skipped", ""), id="skipped"),
        pytest.param(f"echo '{json.dumps(REFUSED)}'; exit 2", ("failed", ""), id="refused"),
        pytest.param("exit 0", ("failed", ""), id="answers nothing"),
        pytest.param("echo 'not json'", ("failed", ""), id="answers something else"),
        pytest.param(f"{BEGINS}; kill -9 $$", ("failed", "dr-staging-20261127-aaaa"), id="killed"),
        pytest.param("echo '[1]'; exit 70", ("failed", ""), id="a bug"),
    ],
)
def test_only_a_run_that_ended_well_has_passed(runner: Runner, body: str, expected: tuple[str, str]) -> None:
    assert drill(runner, body) == expected
    result = runner.outputs["result"]
    code = runner.run("drill", "Verdict", CODE=runner.outputs["code"], RESULT=result)
    assert (code == 0) is (result in ("passed", "skipped"))


def test_a_job_without_a_result_is_red(runner: Runner) -> None:
    assert runner.run("drill", "Verdict", CODE="", RESULT="") != 0


def test_a_run_of_before_is_not_taken_for_this_one(runner: Runner) -> None:
    (runner.folder / "state" / "runs" / "dr-staging-20261101-zzzz").mkdir(parents=True)
    assert drill(runner, f"{BEGINS}; echo '{{}}'") == ("passed", "dr-staging-20261127-aaaa")


def test_a_planned_drill_gives_way(runner: Runner) -> None:
    drill(runner, "true")
    assert runner.calls == ["drctl drill --runbook staging-drill --environment staging --skip-if-blocked --output json"]


@pytest.mark.parametrize(("state", "aborted"), [("finished", False), ("paused", True), ("held", True)])
def test_what_a_drill_without_an_end_has_made_is_taken_back(runner: Runner, state: str, aborted: bool) -> None:
    runner.stand_in("drctl", f"echo '{json.dumps({'state': state})}'")
    assert runner.run("drill", "Take back what a drill without an end has made", RUN="dr-1") == 0
    assert any(call.startswith("drctl abort dr-1 --undo") for call in runner.calls) is aborted


def test_the_report_is_the_summary_and_every_format_is_kept_with_the_journal(runner: Runner) -> None:
    (runner.folder / "state" / "runs" / "dr-1").mkdir(parents=True)
    (runner.folder / "state" / "runs" / "dr-1" / "journal.sqlite").write_text("events")
    runner.stand_in("drctl", 'echo "the $4 report" >"${@: -1}"')
    assert runner.run("drill", "Report", RUN="dr-1", RESULT="passed") == 0
    assert runner.summary == "the markdown report\n"
    kept = {path.name for path in (runner.folder / "out").iterdir()}
    assert kept == {"report.txt", "report.json", "report.xml", "report.md", "dr-1"}
    assert (runner.folder / "out" / "dr-1" / "journal.sqlite").exists()


@pytest.mark.parametrize(
    ("answer", "result", "expected"),
    [
        (json.dumps(SKIPPED), "skipped", "skipped\n\na &lt;freeze&gt;"),
        (json.dumps(REFUSED), "failed", "<pre>no &lt;environment&gt;\na\nlook</pre>"),
        ("not json", "failed", "did not begin"),
    ],
)
def test_a_drill_without_a_run_is_told_too_and_its_words_are_no_markup(
    runner: Runner, answer: str, result: str, expected: str
) -> None:
    (runner.folder / "out").mkdir()
    (runner.folder / "out" / "drill.json").write_text(answer)
    assert runner.run("drill", "Report", RUN="", RESULT=result) == 0
    assert expected in runner.summary


@pytest.mark.parametrize(("code", "red"), [(0, False), (1, True), (2, False)])
def test_an_overdue_drill_is_red(runner: Runner, code: int, red: bool) -> None:
    (runner.folder / "out").mkdir()
    runner.stand_in("drctl", f"echo staging staging-drill; exit {code}")
    assert (runner.run("drill", "What is overdue") != 0) is red
    assert ("staging-drill" in runner.summary) is red


OTHER = {"number": 3, "title": "Drill fails: queue-drain"}
OURS = {"number": 7, "title": "Drill fails: staging-drill"}


@pytest.mark.parametrize(("code", "red"), [(0, False), (1, True), (2, True)])
def test_a_drill_that_has_become_slower_is_red_and_says_which_step(runner: Runner, code: int, red: bool) -> None:
    answer = (
        'case $1 in report) echo "{\\"runbook\\": \\"queue-drain\\"}" ;; *) echo "Step restore grew"; exit CODE ;; esac'
    )
    runner.stand_in("drctl", answer.replace("CODE", str(code)))
    assert (runner.run("drill", "Trend", RUN="dr-1", MOST="20%") != 0) is red
    assert ("Step restore grew" in runner.summary) is red
    gate = "drctl trend --runbook queue-drain --environment staging --mode drill --max-regression 20%"
    assert [call for call in runner.calls if call.startswith("drctl trend")] == [
        f"{gate} --format html --out {runner.folder / 'out' / 'trend.html'}",
        gate,
    ]


def tell(runner: Runner, issues: list[object], *, job: str, result: str, said: str = "In staging: x") -> list[str]:
    """The calls that change an issue, after a drill with that end, where those issues are open."""
    seen = json.dumps({"body": said, "comments": []})
    runner.stand_in(
        "gh",
        f"""case "$1 $2" in
          "issue list") echo '{json.dumps(issues)}' ;;
          "issue view") echo '{seen}' ;;
          "run download") mkdir -p report; head -c 100000 /dev/zero | tr '\\0' x >report/report.md ;;
        esac""",
    )
    env = {"JOB": job, "RESULT": result, "PAGE": "https://ci.example/42", "ARTEFACT": "drill-42-1"}
    assert runner.run("tell", "Open, update or close the issue", **env) == 0
    changing = ("gh issue create", "gh issue comment", "gh issue close")
    return [call for call in runner.calls if call.startswith(changing)]


def test_the_first_failure_opens_an_issue_that_is_no_longer_than_an_issue_can_be(runner: Runner) -> None:
    (call,) = tell(runner, [OTHER], job="failure", result="failed")
    assert call.startswith("gh issue create --title Drill fails: staging-drill --label drctl-drill")
    assert (runner.folder / "body.md").read_text().startswith("In staging: https://ci.example/42\n")
    assert (runner.folder / "body.md").stat().st_size < 65_536


def test_the_next_failure_goes_into_the_same_issue(runner: Runner) -> None:
    assert tell(runner, [OTHER, OURS], job="failure", result="failed") == ["gh issue comment 7 --body-file body.md"]


def test_a_job_that_was_cancelled_or_is_overdue_is_told_like_a_failure(runner: Runner) -> None:
    assert tell(runner, [OURS], job="cancelled", result="")
    assert tell(runner, [OURS], job="failure", result="skipped")


def test_a_drill_that_passes_closes_its_issue(runner: Runner) -> None:
    calls = tell(runner, [OTHER, OURS], job="success", result="passed")
    assert calls[-1] == "gh issue close 7"


def test_a_drill_that_passes_leaves_what_fails_in_another_environment(runner: Runner) -> None:
    calls = tell(runner, [OURS], job="success", result="passed", said="In production: x")
    assert [call.split()[2] for call in calls] == ["comment"]


def test_a_skipped_drill_changes_no_issue(runner: Runner) -> None:
    assert tell(runner, [OURS], job="success", result="skipped") == []


def test_a_drill_that_passes_without_an_issue_changes_none(runner: Runner) -> None:
    assert tell(runner, [OTHER], job="success", result="passed") == []
