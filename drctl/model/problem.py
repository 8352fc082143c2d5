"""A mistake in something a person wrote, with the place to put it right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: where it is (1-based line and column), the path to it, what is wrong, what was meant."""

    file: str
    line: int
    column: int
    path: str
    message: str
    suggestion: str | None = None

    def __str__(self) -> str:
        told = f"{self.message}; did you mean {self.suggestion!r}?" if self.suggestion else self.message
        return f"{self.file}:{self.line}:{self.column}  {self.path}  {told}"
