"""Everything in the documentation that is made from the code: `python -m docs.reference.generate` writes it anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from docs.reference.actions_page import actions_page
from docs.reference.commands_page import commands_page
from docs.reference.markdown import code, table
from docs.reference.runbooks_page import runbooks_page
from drctl import bootstrap
from drctl.model.duration import format_duration
from drctl.report.plain_json import to_text
from drctl.sim.durations import DEFAULTS

ROOT = Path(__file__).parents[2]
SIMULATED_AWS = ROOT / "docs" / "simulated-aws.md"
_DURATIONS = re.compile(r"(<!-- durations -->\n).*?(<!-- end of durations -->\n)", re.DOTALL)


MADE: Mapping[Path, Callable[[], str]] = {
    ROOT / "docs" / "reference" / "actions.md": actions_page,
    ROOT / "docs" / "reference" / "commands.md": commands_page,
    ROOT / "docs" / "reference" / "runbooks.md": runbooks_page,
    SIMULATED_AWS: lambda: with_durations(SIMULATED_AWS.read_text(encoding="utf-8")),
    ROOT / "runbooks" / "runbook.schema.json": lambda: _json(bootstrap.runbook_schema()),
    ROOT / "docs" / "schema" / "estate.json": lambda: _json(bootstrap.estate_schema()),
    ROOT / "docs" / "schema" / "scenario.json": lambda: _json(bootstrap.scenario_schema()),
    ROOT / "docs" / "schema" / "environment.json": lambda: _json(bootstrap.environment_schema()),
    ROOT / "docs" / "schema" / "run-document.json": lambda: _json(bootstrap.document_schema()),
}
"""Each file that is generated, or that has a generated part, with what makes its text."""


def with_durations(text: str) -> str:
    """The page with the table of the lags as they are now. ValueError where the page has no place for it."""
    rows = [[code(name), format_duration(span)] for name, span in DEFAULTS.items()]
    made, found = _DURATIONS.subn(lambda at: f"{at[1]}\n{table(('lag', 'usual'), rows)}\n\n{at[2]}", text)
    if found != 1:
        raise ValueError("the page needs exactly one place for the durations")
    return made


def _json(schema: object) -> str:
    return f"{to_text(schema)}\n"


def main() -> None:
    """Write every generated file."""
    for path, make in MADE.items():
        path.write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
