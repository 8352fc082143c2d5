"""The page about the simulated AWS says what it really does: its examples load, and its tables are complete."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drctl import bootstrap
from drctl.loading.estate import estate_schema, load_estate
from drctl.loading.scenario import scenario_schema
from drctl.model.estate import Place
from drctl.model.scenario import Fault, FaultKind, LossMode
from drctl.sim.faults import _WORDS, parse_fault
from drctl.sim.seed.plant import plant
from tests.simulated import Simulated
from tests.simulated import simulated as simulated

PAGE = (Path(__file__).parents[2] / "docs" / "simulated-aws.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)


def first_cells(after: str) -> list[str]:
    """The words in the first cells of the table that follows `after`."""
    table = PAGE.split(after, 1)[1].split("\n\n", 1)[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return [word for cell in cells for word in re.findall(r"`([^`]+)`", cell)]


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.split("\n", 1)[0])
def test_every_example_validates(text: str, tmp_path: Path) -> None:
    (tmp_path / "example.yaml").write_text(text)
    (checked,) = bootstrap.validate([str(tmp_path / "example.yaml")])
    assert (f"{checked.kind}:", [str(problem) for problem in checked.problems]) == (text.split()[0], [])


def test_the_estate_of_the_page_can_be_planted(simulated: Simulated) -> None:
    (text,) = [text for text in EXAMPLES if text.startswith("estate:")]
    estate, problems = load_estate(text, "page")
    assert estate is not None, problems
    plant(estate, simulated.app, datetime(2026, 11, 23, tzinfo=UTC))
    rds = simulated.client("rds", "eu-west-1", account=estate.account_id(None))
    assert len(rds.describe_db_snapshots()["DBSnapshots"]) == 24
    simulated.renew()


def test_every_fault_of_the_page_is_one() -> None:
    (block,) = re.findall(r"<!-- faults -->\n```\n(.*?)```", PAGE, flags=re.DOTALL)
    told = [*block.split(), *re.findall(r"--fault (\S+)", PAGE)]
    for text in told:
        assert parse_fault(text).service, text
    assert {parse_fault(text).kind for text in block.split()} <= set(FaultKind)


def test_the_tables_name_every_kind_of_fault_and_of_loss() -> None:
    assert first_cells("\n| kind | what happens |\n") == list(FaultKind)
    assert first_cells("\n| mode | what a caller sees |\n") == list(LossMode)
    for word, kind in _WORDS.items():
        assert f"`{word}`" in PAGE, kind


def test_the_tables_name_every_key_of_a_scenario() -> None:
    schema = json.loads(json.dumps(scenario_schema()))
    assert sorted(first_cells("\n| key | meaning |\n")) == sorted(schema["properties"])
    changes = schema["$defs"]["EstateChanges"]["properties"]
    assert sorted(first_cells("\n| key of `estate` | meaning |\n")) == sorted(changes)
    (row,) = [line for line in PAGE.splitlines() if line.startswith("| `faults` |")]
    for field in fields(Fault):
        assert f"`{field.name}`" in row


def test_the_tables_name_every_section_of_an_estate_and_of_a_place() -> None:
    properties = json.loads(json.dumps(estate_schema()))["properties"]
    told = PAGE.split("## Your own estate", 1)[1]
    sections = [word for line in told.splitlines() if line.startswith("| `") for word in _words(line)]
    for name in (*properties, *(field.name for field in fields(Place))):
        assert name in sections, name


def _words(line: str) -> list[str]:
    return re.findall(r"`([^`]+)`", line.split("|")[1])
