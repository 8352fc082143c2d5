"""What the fields of a parameter dataclass say of themselves: the string below each, which Python does not keep."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import is_dataclass
from itertools import pairwise
from typing import Any


def described(params: type[Any]) -> dict[str, str]:
    """The fields that have a docstring of their own or an inherited one, with that."""
    written = [base for base in reversed(params.__mro__) if is_dataclass(base)]
    return {name: told for base in written for name, told in _docstrings(base)}


def docstring_of(params: type[Any]) -> str:
    """What the class itself says; dataclass gives one without a docstring its signature for one."""
    parsed = _parsed(params)
    return (ast.get_docstring(parsed) or "") if parsed is not None else ""


def _parsed(made: type[Any]) -> ast.ClassDef | None:
    try:
        source = inspect.getsource(made)
    except (OSError, TypeError):
        return None  # a package can be installed without its sources
    found = (one for one in ast.parse(textwrap.dedent(source)).body if isinstance(one, ast.ClassDef))
    return next(found, None)


def _docstrings(made: type[Any]) -> Iterator[tuple[str, str]]:
    parsed = _parsed(made)
    body = parsed.body if parsed is not None else []
    for field, after in pairwise(body):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            yield field.target.id, " ".join(str(after.value.value).split())
