"""Which of two resources, written as IAM writes them, holds the other."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable


def smallest(resources: Iterable[str]) -> tuple[str, ...]:
    """`resources` without those that another of them holds, in order."""
    each = sorted(set(resources))
    return tuple(one for one in each if not any(other != one and holds(other, one) for other in each))


def holds(pattern: str, resource: str) -> bool:
    """Whether `pattern` matches whatever `resource`, which may be a pattern itself, matches."""
    return _compiled(pattern).fullmatch(resource) is not None


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # A `?` stands for one character, so that it does not match a `*` of the other pattern.
    return re.compile("".join(".*" if c == "*" else "[^*]" if c == "?" else re.escape(c) for c in pattern), re.DOTALL)
