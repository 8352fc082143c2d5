"""A number in a JSON answer that need not be exact: between limits, or near a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All that is given has to hold; `within` widens each of the others by that much."""

    at_least: float | None = None
    at_most: float | None = None
    equals: float | None = None
    within: float = 0

    def holds(self, number: float) -> bool:
        """Whether `number` is within the limits."""
        return (
            (self.at_least is None or number >= self.at_least - self.within)
            and (self.at_most is None or number <= self.at_most + self.within)
            and (self.equals is None or abs(number - self.equals) <= self.within)
        )

    def __str__(self) -> str:
        given = [(name.replace("_", " "), getattr(self, name)) for name in ("at_least", "at_most", "equals")]
        told = " and ".join(f"{word} {value:g}" for word, value in given if value is not None)
        return f"{told} (within {self.within:g})" if self.within else told


_WORDS = frozenset(field.name for field in fields(Limits))


def parse_limits(value: Any) -> Limits | None:
    """The limits that a mapping of only these words gives; None for any other value, which is wanted as it is.

    Raises ValueError where limits are no numbers, or limit nothing.
    """
    if not isinstance(value, Mapping) or not value or not set(value) <= _WORDS:
        return None
    for word, number in value.items():
        if not is_number(number):
            raise ValueError(f"{word} takes a number, got {number!r}")
    limits = Limits(**value)
    if limits.at_least is None and limits.at_most is None and limits.equals is None:
        raise ValueError("`within` needs at_least, at_most or equals beside it")
    if limits.within < 0:
        raise ValueError("`within` cannot be less than 0")
    return limits


def is_number(value: Any) -> bool:
    """Whether a JSON value is a number; a truth value is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)
