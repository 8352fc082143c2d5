"""`if:` conditions: comparisons of recorded facts, with no way to compute anything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from drctl.model.reference import Reference
from drctl.model.values import Json, Scalar


@dataclass(frozen=True, slots=True)
class Literal:
    value: Scalar


@dataclass(frozen=True, slots=True)
class Compare:
    operator: str
    """One of == != < <= > >=."""
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Not:
    inner: Condition


@dataclass(frozen=True, slots=True)
class Every:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple[Condition, ...]


Operand: TypeAlias = Literal | Reference
Condition: TypeAlias = Literal | Reference | Compare | Not | Every | Either


def holds(condition: Condition, lookup: Callable[[Reference], Json]) -> bool:
    """Whether `condition` is true of the recorded facts that `lookup` gives.

    Values of different types are unequal and never ordered: `<` between text and
    a number is false, not an error in the middle of a recovery.
    """
    match condition:
        case Literal(value):
            return bool(value)
        case Reference():
            return bool(lookup(condition))
        case Not(inner):
            return not holds(inner, lookup)
        case Every(parts):
            return all(holds(part, lookup) for part in parts)
        case Either(parts):
            return any(holds(part, lookup) for part in parts)
        case Compare(operator, left, right):
            return _compare(operator, _value(left, lookup), _value(right, lookup))


def references_of(condition: Condition) -> tuple[Reference, ...]:
    """Every reference in `condition`."""
    match condition:
        case Literal():
            return ()
        case Reference():
            return (condition,)
        case Not(inner):
            return references_of(inner)
        case Every(parts) | Either(parts):
            return tuple(ref for part in parts for ref in references_of(part))
        case Compare(_, left, right):
            return tuple(side for side in (left, right) if isinstance(side, Reference))


def _value(operand: Operand, lookup: Callable[[Reference], Json]) -> Json:
    return operand.value if isinstance(operand, Literal) else lookup(operand)


def _compare(operator: str, left: Json, right: Json) -> bool:
    if operator == "==":
        return _same(left, right)
    if operator == "!=":
        return not _same(left, right)
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    if isinstance(left, str) and isinstance(right, str):
        return _ordered(operator, (left > right) - (left < right))
    if isinstance(left, int | float) and isinstance(right, int | float):
        return _ordered(operator, (left > right) - (left < right))
    return False


def _same(left: Json, right: Json) -> bool:
    # True == 1 in Python; in a runbook a truth value is not a number.
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def _ordered(operator: str, sign: int) -> bool:
    return {"<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0}[operator]
