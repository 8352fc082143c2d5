"""What every answer about a text has to be: problems with their place, in words that fit on a line."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence

from drctl.model.problem import Problem

MOST_SECONDS = 20.0
"""CPU seconds that any one text may take: the biggest that is read takes three on a machine with nothing else to do."""


def judge(problems: Sequence[Problem], text: str) -> None:
    """Each problem names a place of `text` (or of a text it uses), and can be shown to a person."""
    lines = text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + text.count("\u2029") + 1
    for problem in problems:
        told = str(problem)
        assert problem.file
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.message
        if problem.file == "fuzzed.yaml":
            assert problem.line <= lines, told
        assert told.isprintable(), ascii(told)
        assert len(told) < 2000, told[:100]


@contextlib.contextmanager
def in_time() -> Iterator[None]:
    """What is done inside ends soon."""
    began = time.process_time()
    yield
    assert time.process_time() - began < MOST_SECONDS
