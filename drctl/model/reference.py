"""References in a runbook: names of recorded values, never a programming language.

`${{ inputs.x }}`, `${{ env.x }}`, `${{ steps.s.output }}` and, in a `foreach`,
`${{ item }}` or `${{ item.key }}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from drctl.model.values import Scalar


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference: its scope (`inputs`, `env`, `steps`, `item`) and the names after it."""

    scope: str
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ".".join((self.scope, *self.path))


@dataclass(frozen=True, slots=True)
class Template:
    """Text with references in it; the parts are joined when they are known."""

    parts: tuple[str | Reference, ...]

    def __str__(self) -> str:
        return "".join(p if isinstance(p, str) else f"${{{{ {p} }}}}" for p in self.parts)


Value: TypeAlias = "Scalar | Reference | Template | tuple[Value, ...] | Mapping[str, Value]"


def references_in(value: Value) -> tuple[Reference, ...]:
    """Every reference in `value`, in reading order."""
    if isinstance(value, Reference):
        return (value,)
    if isinstance(value, Template):
        return tuple(part for part in value.parts if isinstance(part, Reference))
    if isinstance(value, tuple):
        return tuple(ref for inner in value for ref in references_in(inner))
    if isinstance(value, Mapping):
        return tuple(ref for inner in value.values() for ref in references_in(inner))
    return ()
