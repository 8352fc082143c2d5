"""Pieces of Markdown that the reference pages are made of."""

from __future__ import annotations

from collections.abc import Sequence

NOTE = "<!-- Generated: `python -m docs.reference.generate` in the repository's folder writes this page anew. -->"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; a bar inside a cell is text."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |" for cells in lines)


def fenced(text: str, language: str = "") -> str:
    """A block of code."""
    return f"```{language}\n{text.rstrip()}\n```"


def code(text: str) -> str:
    """Words of a program within a sentence."""
    return f"`{text}`"


def page(title: str, *parts: str) -> str:
    """A whole page; empty parts are left out."""
    return "\n\n".join((f"# {title}", NOTE, *filter(None, parts))) + "\n"
