"""Problems are collected, not thrown: one reading of a file finds them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NoReturn

from drctl.errors import InputInvalid
from drctl.model.problem import Problem


class Problems:
    """What is wrong so far, each thing once, and one command that helps with the first of them."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}
        self._told: frozenset[tuple[str, str]] = frozenset()
        self.hint: str | None = None

    def add(self, problem: Problem, *, hint: str | None = None) -> None:
        """Note `problem`. A loop that is unrolled meets the same one many times; it is told once."""
        self._found.setdefault(problem)
        self.hint = self.hint or hint

    def turn_page(self) -> None:
        """What is wrong at a place so far is the cause of what `add_cause_free` would find there later."""
        self._told = frozenset((problem.file, problem.path) for problem in self._found)

    def add_cause_free(self, problem: Problem, *, hint: str | None = None) -> None:
        """Note `problem`, unless something at its place, or around it, was wrong before the page was turned."""
        if not any(file == problem.file and _holds(path, problem.path) for file, path in self._told):
            self.add(problem, hint=hint)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note all of `problems`."""
        for problem in problems:
            self.add(problem)

    def __bool__(self) -> bool:
        return bool(self._found)

    def sorted(self) -> tuple[Problem, ...]:
        """Everything found, in the order of the text."""
        return tuple(sorted(self._found, key=lambda p: (p.file, p.line, p.column, p.path, p.message)))


def _holds(outer: str, inner: str) -> bool:
    return inner == outer or inner.startswith((f"{outer}.", f"{outer}["))


def refuse(problems: Sequence[Problem], hint: str | None = None) -> NoReturn:
    """Raise InputInvalid with one line of context for each problem: `file:line:column  path  message`."""
    files = sorted({problem.file for problem in problems})
    count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
    where = f"{files[0]} has {count}" if len(files) == 1 else f"{count} in {len(files)} files"
    raise InputInvalid(where, context=[str(problem) for problem in problems], hint=hint)
