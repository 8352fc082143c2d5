"""Every example on the page about checks is right, and the one that asks Sentry does as the page says."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from drctl import bootstrap
from drctl.actions.catalogue import ActionCatalogue
from drctl.actions.checks.json_limits import Limits
from drctl.model.decision import Done, Wait
from drctl.ports.action import BoundStep
from drctl.ports.http import HttpAnswer
from tests.actions.laws import PAST

PAGE = (Path(__file__).parents[2] / "docs" / "checks.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
HEAD = "runbook: wrapped\ntitle: Wrapped\nversion: 1\nobjectives: { rto: 1h, rpo: 1h }\nsteps:\n"


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_is_right(text: str, tmp_path: Path) -> None:
    whole = text if text.startswith("runbook:") else HEAD + "".join(f"  {line}\n" for line in text.splitlines())
    name = re.findall(r"^runbook: (.+)$", whole, flags=re.MULTILINE)[0]
    (tmp_path / f"{name}.yaml").write_text(whole)
    (checked,) = bootstrap.validate([str(tmp_path / f"{name}.yaml")])
    assert [str(problem) for problem in checked.problems] == []


def step(id: str) -> BoundStep:
    """The documented step of that name, with its parameters as they are written."""
    documents: list[Any] = [yaml.safe_load(text) for text in EXAMPLES]
    steps = [each for found in documents for each in (found["steps"] if isinstance(found, dict) else found)]
    (written,) = [each for each in steps if each["id"] == id]
    return ActionCatalogue().bind(written["uses"], written["with"])


@pytest.mark.parametrize(("rate", "outcome"), [("0.004", Done), ("0.01", Done), ("0.2", Wait), ("null", Wait)])
def test_the_rate_of_errors_is_held_against_the_limit(rate: str, outcome: type) -> None:
    """Without any request, Sentry has no rate; that is no proof of health."""
    bound = step("errors-are-few")
    answer = HttpAnswer(status=200, body=b'{"data": [{"failure_rate()": %s}], "meta": {}}' % rate.encode())
    assert isinstance(bound.action.decide(bound.params, answer, PAST), outcome)
    assert isinstance(bound.action.decide(bound.params, replace(answer, body=b'{"data": []}'), PAST), Wait)


def test_the_page_names_every_limit() -> None:
    named = re.findall(r"^\| `(\w+): \d+` \|", PAGE, flags=re.MULTILINE)
    assert sorted(named) == sorted(Limits.__dataclass_fields__)
