"""How often a fault was injected, and what was lost or doubled by it: the rows of docs/reliability.md.

Each test compares what it counted with its row, so that the table cannot say anything that was not counted. With
DRCTL_TALLY in the environment it writes a line to the file of that name instead, of which
`python -m docs.reference.reliability FILE` makes the table anew.
"""

from __future__ import annotations

import os

from docs.reference.reliability import PAGE, Row, rows_of, write_line


def tally(*, fault: str, how: str, injected: int, lost: int = 0, doubled: int = 0, part: bool = False) -> None:
    """Count one fault: it was injected so many times, and so many things were lost or doubled.

    `fault` is unique among the tests and a literal, as is `how`. The counts are the same at every run. With `part`
    this is what one case of many has counted: the parts are added up by `docs.reference.reliability`, which with
    `--check` compares the sum with the table.
    """
    # "tests/faults/test_x.py::test_it[an id] (call)": of a test with parameters, all are one row's test.
    test = os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0].partition("[")[0]
    row = Row(fault, how, injected, lost, doubled, test)
    if name := os.environ.get("DRCTL_TALLY"):
        write_line(name, row)
        return
    if part:
        return
    said = rows_of(PAGE.read_text(encoding="utf-8")).get(fault)
    assert said == row, f"docs/reliability.md has {said}, and this is {row}; regenerate it as its comment says"
