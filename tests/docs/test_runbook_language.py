"""Every example on the page about the runbook language is a runbook, or steps of one; and what is wrong is told so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from drctl import bootstrap
from drctl.cli import cli
from drctl.loading.language.inputs import KEYS as INPUT_KEYS
from drctl.loading.language.inputs import KINDS
from drctl.loading.language.steps import KEYS as STEP_KEYS
from drctl.loading.language.structure import KEYS
from drctl.model.timing import SETTABLE

PAGE = (Path(__file__).parents[2] / "docs" / "runbook-language.md").read_text()
BROKEN = "<!-- broken -->\n"
HEAD = "runbook: {name}\ntitle: Wrapped\nversion: 1\nobjectives: {{ rto: 1h, rpo: 1h }}\nsteps:\n"


def examples() -> dict[str, str]:
    """Every block that is meant to be right, as a whole runbook, by the name that it has."""
    whole: dict[str, str] = {}
    for mark, block in re.findall(rf"({BROKEN})?```yaml\n(.*?)```", PAGE, flags=re.DOTALL):
        if mark:
            continue
        if block.startswith("runbook: "):
            whole[block.split("\n", 1)[0].removeprefix("runbook: ")] = block
        else:
            name = f"steps-{len(whole)}"
            whole[name] = HEAD.format(name=name) + "".join(f"  {line}\n" for line in block.splitlines())
    return whole


EXAMPLES = examples()


@pytest.fixture
def beside_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in EXAMPLES.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_right(name: str, beside_each_other: Path) -> None:
    (checked,) = bootstrap.validate([f"./{name}.yaml"])
    assert (checked.kind, [str(problem) for problem in checked.problems]) == ("runbook", [])


def test_the_broken_runbook_is_told_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (broken,) = re.findall(rf"{BROKEN}```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    (told,) = re.findall(r"<!-- what validate says -->\n```\n(.*?)```", PAGE, flags=re.DOTALL)
    (tmp_path / "broken.yaml").write_text(broken)
    monkeypatch.chdir(tmp_path)
    answered = CliRunner().invoke(cli, ["validate", "broken.yaml"], prog_name="drctl")
    assert answered.exit_code == 2
    assert answered.stderr == told


def rows(heading: str) -> list[str]:
    """The keys in the first table under that heading."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("heading", "keys"),
    [("Keys of a runbook", KEYS), ("Keys of a step", STEP_KEYS), ("Inputs", INPUT_KEYS)],
)
def test_the_tables_have_every_key_of_the_language_and_no_other(heading: str, keys: tuple[str, ...]) -> None:
    assert sorted(rows(heading)) == sorted(keys)


def test_the_page_names_every_type_of_an_input_and_every_mark() -> None:
    for word in (*KINDS, *SETTABLE):
        assert f"`{word}`" in PAGE, word
