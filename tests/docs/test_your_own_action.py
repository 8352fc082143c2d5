"""The action of the page about your own actions is installed as it stands there, keeps the laws, and is drilled."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.drills.commands import Drctl
from tests.drills.conftest import end_simulations
from tests.drills.rehearsing import running_worlds
from tests.fakes.distributions import install

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "your-own-action.md").read_text()
FILES = dict(re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", PAGE, flags=re.DOTALL))
KIND = "acme.ensure_log_group"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the package of the page is installed, as its own pyproject.toml says."""
    project = tomllib.loads(FILES["pyproject.toml"])["project"]
    offered = project["entry-points"]["drctl.actions"]
    modules = {"acme_dr": FILES["acme_dr.py"]}
    return install(tmp_path_factory.mktemp("site"), project["name"], offered, modules, project["version"])


def test_the_action_is_a_short_one() -> None:
    code = [line for line in FILES["acme_dr.py"].splitlines() if line.strip()]
    assert len(code) < 60


def test_the_action_keeps_the_laws(site: Path, tmp_path: Path) -> None:
    """With a plain pytest, in a folder that knows nothing of drctl's own tests."""
    (tmp_path / "test_acme_dr.py").write_text(FILES["test_acme_dr.py"])
    ran = _pytest(site, tmp_path)
    assert ran.returncode == 0, ran.stdout
    (passed,) = re.findall(r"(\d+) passed", ran.stdout)
    assert int(passed) >= 12


BREAKS = {
    "test_undo_is_quiet_where_nothing_is_left": ("seen.owner == past.run", "True"),
    "test_the_documented_example_validates": ("__pydantic_config__ = CLOSED", "pass"),
    "test_a_step_converges_delivers_its_outputs": ('outputs={"arn": seen.arn}', "outputs={}"),
    "test_a_call_whose_answer_was_lost_is_not_made_twice": ("if seen else _change(", "if False else _change("),
    "test_the_permissions_cover_the_operations": ("self.spec.operations, (group,)", "(), (group,)"),
}
"""Law → what breaks it."""


@pytest.mark.thorough
def test_an_action_that_breaks_laws_is_told_which(site: Path, tmp_path: Path) -> None:
    text = FILES["acme_dr.py"]
    for changed, into in BREAKS.values():
        assert text.count(changed) == 1
        text = text.replace(changed, into)
    (tmp_path / "acme_dr.py").write_text(text)
    (tmp_path / "test_acme_dr.py").write_text(FILES["test_acme_dr.py"])
    ran = _pytest(site, tmp_path)
    assert ran.returncode == 1, ran.stdout
    for law in BREAKS:
        assert re.search(rf"^FAILED .*{law}", ran.stdout, flags=re.MULTILINE), (law, ran.stdout)


@pytest.mark.thorough
def test_a_runbook_that_uses_it_is_validated_and_drilled(site: Path, tmp_path: Path) -> None:
    """As a user does it: commands of their own, in a process of their own."""
    drctl = Drctl(state=tmp_path / "state", folder=tmp_path, beside=site, pipe=running_worlds().pipe)
    (tmp_path / "logs.yaml").write_text(FILES["logs.yaml"])
    try:
        for line, ends in re.findall(r"^drctl (.+?)(?: +# exit 1: (.+))?$", PAGE, flags=re.MULTILINE):
            assert ends in drctl(*line.split(), code=1 if ends else 0).out
        event = drctl("logs", "latest", "--output", "json").document["events"][0]
        assert event["actions"] == {KIND: "acme-dr 1.0"}
        (step,) = drctl("report", "latest", "--format", "json").document["steps"]
        assert (step["state"], step["id"]) == ("succeeded", "api-can-log")
    finally:
        end_simulations(tmp_path / "state")


def _pytest(site: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    around = {**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), str(site), str(ROOT)))}
    # Its plugin of Hypothesis, which no law uses, would be half of what the rest takes.
    words = ["-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-q", "-rf", "--rootdir", str(folder), str(folder)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *words], capture_output=True, text=True, check=False, env=around, cwd=folder
    )
