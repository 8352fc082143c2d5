"""What the documentation takes from the code is what the code says now."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest

from docs.reference.commands_page import prose
from docs.reference.generate import MADE, ROOT, with_durations
from drctl import bootstrap
from drctl.actions.catalogue import ACTIONS
from drctl.cli import cli
from drctl.loading.yaml_source import read_yaml
from drctl.report.parameter_docs import described

ACTIONS_PAGE = (ROOT / "docs" / "reference" / "actions.md").read_text()
COMMANDS_PAGE = (ROOT / "docs" / "reference" / "commands.md").read_text()
APPROVAL = {"id": "ask", "uses": "approval", "with": {"role": "incident-commander"}}


@pytest.mark.parametrize("path", MADE, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_generated_file_is_current(path: Path) -> None:
    """`python -m docs.reference.generate` brings them up to date."""
    assert path.read_text(encoding="utf-8") == MADE[path]()


def test_the_actions_page_has_a_section_for_every_action() -> None:
    assert re.findall(r"^## (.+)$", ACTIONS_PAGE, flags=re.MULTILINE) == sorted(ACTIONS)


def test_every_link_on_the_generated_pages_has_its_heading() -> None:
    for page in (ACTIONS_PAGE, COMMANDS_PAGE):
        heads = re.findall(r"^#+ (.+)$", page, flags=re.MULTILINE)
        anchors = {re.sub(r"[^a-z0-9_ -]", "", head.lower()).replace(" ", "-") for head in heads}
        assert set(re.findall(r"\]\(#(.+?)\)", page)) <= anchors


@pytest.mark.parametrize("kind", sorted(ACTIONS))
def test_every_example_on_the_actions_page_validates(kind: str, tmp_path: Path) -> None:
    """As steps of a runbook; before what cannot be undone somebody is asked."""
    section = ACTIONS_PAGE.split(f"\n## {kind}\n", 1)[1].split("\n## ", 1)[0]
    (example,) = re.findall(r"```yaml\n(.*?)```", section, flags=re.DOTALL)
    document, problems = read_yaml(example, kind)
    assert document is not None, problems
    steps = document.data
    if ACTIONS[kind].spec.irreversible:
        steps = [APPROVAL, *({**step, "needs": ["ask", *step.get("needs", [])]} for step in steps)]
    objectives = {"rto": "1h", "rpo": "1h"}
    runbook = {"runbook": "example", "title": kind, "version": 1, "objectives": objectives, "steps": steps}
    (tmp_path / "example.yaml").write_text(json.dumps(runbook))
    (checked,) = bootstrap.validate([str(tmp_path / "example.yaml")])
    assert [str(problem) for problem in checked.problems] == []


def test_parameters_are_described_by_their_own_docstrings_and_inherited_ones() -> None:
    assert described(ACTIONS["rds.restore_snapshot"].spec.params)["fallback_classes"].startswith("Tried in this order")


def test_the_commands_page_has_every_command_and_every_option() -> None:
    for name, command in each_command(cli, "drctl"):
        if command is not cli:
            assert f"## {name}\n" in COMMANDS_PAGE
            for option in (param for param in command.params if isinstance(param, click.Option)):
                assert f"`{option.opts[-1]}" in COMMANDS_PAGE or f", {option.opts[-1]}" in COMMANDS_PAGE, option.opts


def each_command(command: click.Command, path: str) -> list[tuple[str, click.Command]]:
    below = command.commands.items() if isinstance(command, click.Group) else ()
    return [(path, command), *(found for name, inner in below for found in each_command(inner, f"{path} {name}"))]


def test_what_click_prints_verbatim_becomes_code_where_it_is_indented() -> None:
    told = list(prose("One\nsentence.\n\n\b\nExamples:\n  drctl x\n  drctl y\nThen:\n  z\n"))
    assert told == ["One sentence.", "Examples:", "```\ndrctl x\ndrctl y\n```", "Then:", "```\nz\n```"]


def test_a_page_without_a_place_for_the_durations_is_not_written() -> None:
    with pytest.raises(ValueError, match="exactly one place"):
        with_durations("nothing")
