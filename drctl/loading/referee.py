"""Checks of one thing in a document against another: names that must be declared somewhere else in it."""

from __future__ import annotations

from collections.abc import Collection

from drctl.loading.shapes import GAP
from drctl.loading.validation import nearest
from drctl.loading.yaml_source import Document, Path
from drctl.model.problem import Problem


class Referee:
    """Collects problems, and keeps quiet about what is only the consequence of one that is known already."""

    def __init__(self, document: Document, gaps: Collection[Path]) -> None:
        self._document = document
        self._gaps = frozenset(gaps)
        self.problems: list[Problem] = []

    def wrong(self, path: Path, message: str, suggestion: str | None = None, *, at_key: bool = False) -> None:
        """Report a problem at `path`, unless something there has been reported before."""
        if not self._known_bad(path):
            self.problems.append(self._document.problem(path, message, suggestion, at_key=at_key))

    def refer(self, path: Path, name: str | None, kind: str, among: Collection[str], table: Path | None = None) -> None:
        """`name` must be one of `among`, which the document (or, without `table`, something else) declares.

        None refers to nothing.
        """
        if name is None or name == GAP or name in among or (table is not None and self._known_bad(table)):
            return
        where = "" if table is None else f" in {'.'.join(map(str, table))}"
        self.wrong(path, f"there is no {kind} {name!r}{where}", nearest(name, among))

    def _known_bad(self, path: Path) -> bool:
        return GAP in path or any(path[:length] in self._gaps for length in range(len(path) + 1))
