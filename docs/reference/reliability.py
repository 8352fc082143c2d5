"""The table of injected faults in docs/reliability.md, from what the tests counted.

    DRCTL_TALLY=/tmp/tally python -m pytest tests/faults && python -m docs.reference.reliability /tmp/tally

Rows that were not counted (a test that this machine cannot run) stay as they are, as long as their test exists.
"""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from docs.reference.markdown import code, table

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reliability.md"
_HEADS = ("fault", "how it is injected", "times", "lost", "doubled", "test")
_PLACE = re.compile(r"(<!-- faults -->\n).*?(<!-- end of faults -->\n)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """One fault: how and how often it was injected, what was lost or doubled, and which test counted."""

    fault: str
    how: str
    injected: int
    lost: int
    doubled: int
    test: str


def write_line(name: str, row: Row) -> None:
    """Append `row` to the file of that name, whole, also while other processes do."""
    descriptor = os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, f"{json.dumps(asdict(row))}\n".encode())
    finally:
        os.close(descriptor)


def rows_of(page: str) -> Mapping[str, Row]:
    """The rows of the page's table, by fault. ValueError where the page has no place for it."""
    found = _PLACE.search(page)
    if found is None:
        raise ValueError("the page needs a place for the faults")
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in found[0].splitlines() if line.startswith("|")][2:]
    return {row.fault: row for row in map(_row, cells)}


def _row(cells: list[str]) -> Row:
    fault, how, injected, lost, doubled, test = (cell.strip().replace("\\|", "|") for cell in cells)
    return Row(fault, how, _number(injected), _number(lost), _number(doubled), test.strip("`"))


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def with_rows(page: str, rows: Mapping[str, Row]) -> str:
    """The page with that table, ordered by test."""
    ordered = sorted(rows.values(), key=lambda row: (row.test.partition("::")[0], row.fault))
    cells = [
        [row.fault, row.how, *(f"{count:,}" for count in (row.injected, row.lost, row.doubled)), code(row.test)]
        for row in ordered
    ]
    return _PLACE.sub(lambda at: f"{at[1]}\n{table(_HEADS, cells)}\n\n{at[2]}", page)


def faults_in_tests() -> Iterator[tuple[str, str]]:
    """Each fault that a test counts, and that test, as the tests' own text has them."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "tally(" not in text:
            continue
        for function in ast.parse(text).body:
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "tally":
                    name = function.name if isinstance(function, ast.FunctionDef) else "(no test)"
                    yield _literal(call, path), f"{path.relative_to(ROOT)}::{name}"


def _literal(call: ast.Call, path: Path) -> str:
    for keyword in call.keywords:
        if keyword.arg == "fault" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    raise ValueError(f"{path}:{call.lineno}: a fault has to be a literal")


def counted_in(lines: Iterable[str]) -> Mapping[str, Row]:
    """The rows that tests have written. Of a test with parameters, each has counted its part: they are added up."""
    rows: dict[str, Row] = {}
    for row in (Row(**json.loads(line)) for line in lines):
        if (before := rows.get(row.fault)) is not None:
            row = replace(
                row,
                injected=row.injected + before.injected,
                lost=row.lost + before.lost,
                doubled=row.doubled + before.doubled,
            )
        rows[row.fault] = row
    return rows


def main(counted: str, *, check: bool = False) -> None:
    """Write the table anew with what the file `counted` has; or only see whether it says that. Raises SystemExit."""
    page = PAGE.read_text(encoding="utf-8")
    new = counted_in(Path(counted).read_text(encoding="utf-8").splitlines())
    known = dict(faults_in_tests())
    rows = {fault: row for fault, row in (dict(rows_of(page)) | dict(new)).items() if fault in known}
    if not check:
        PAGE.write_text(with_rows(page, rows), encoding="utf-8")
    elif (said := rows_of(page)) != rows:
        differs = [
            f"{said.get(fault)} in the table, {row} counted" for fault, row in rows.items() if row != said.get(fault)
        ]
        raise SystemExit("\n".join(differs))


if __name__ == "__main__":
    main(sys.argv[1], check="--check" in sys.argv[2:])
