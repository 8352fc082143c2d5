"""Conditions of statements, with IAM's logic for keys that are missing and keys with several values.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys".
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Context = Callable[[str], tuple[str, ...] | None]
"""The values of a condition key in a request; None where the request has no such key."""

_TAGS = ("aws:RequestTag/", "aws:ResourceTag/")
_KEYS = frozenset(
    {
        "aws:RequestedRegion",
        "aws:TagKeys",
        "iam:PassedToService",
        "kms:GrantIsForAWSResource",
        "kms:ViaService",
        "route53:ChangeResourceRecordSetsActions",
        "route53:ChangeResourceRecordSetsNormalizedRecordNames",
        "route53:ChangeResourceRecordSetsRecordTypes",
    }
)


def _is(wanted: str, value: str) -> bool:
    return wanted == value


def _is_any_case(wanted: str, value: str) -> bool:
    return wanted.lower() == value.lower()


def _is_like(wanted: str, value: str) -> bool:
    return _pattern(wanted).fullmatch(value) is not None


@functools.cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern), re.DOTALL)


_OPERATORS: Mapping[str, tuple[Callable[[str, str], bool], bool]] = {
    "StringEquals": (_is, False),
    "StringNotEquals": (_is, True),
    "StringEqualsIgnoreCase": (_is_any_case, False),
    "StringNotEqualsIgnoreCase": (_is_any_case, True),
    "StringLike": (_is_like, False),
    "StringNotLike": (_is_like, True),
    "ArnEquals": (_is_like, False),
    "ArnLike": (_is_like, False),
    "ArnNotEquals": (_is_like, True),
    "ArnNotLike": (_is_like, True),
    "Bool": (_is_any_case, False),
}
"""How a value is compared, and whether the operator is the opposite of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One operator with one key."""

    key: str
    wanted: tuple[str, ...]
    operator: str
    every: bool = False
    """ForAllValues: holds where every value does, and so where there is none."""
    some: bool = False
    """ForAnyValue: holds where one of the values does."""
    if_exists: bool = False

    def holds(self, context: Context) -> bool:
        """Whether the request of `context` fulfils it."""
        values = context(self.key)
        if self.operator == "Null":
            return (values is None) is (self.wanted == ("true",))
        compare, negated = _OPERATORS[self.operator]
        if values is None:
            return self.every or self.if_exists or (negated and not self.some)
        found = (any(compare(one, value) for one in self.wanted) is not negated for value in values)
        return all(found) if self.every or not self.some else any(found)


def read_conditions(given: Any) -> tuple[Condition, ...]:
    """The conditions of a statement. ValueError for an operator or a key that is not played."""
    if not isinstance(given, Mapping) or not all(isinstance(keys, Mapping) for keys in given.values()):
        raise ValueError("a Condition has operators, and those have keys")
    return tuple(_read(name, key, wanted) for name, keys in given.items() for key, wanted in keys.items())


def _read(name: str, key: str, wanted: Any) -> Condition:
    quantifier, colon, operator = name.rpartition(":")
    if_exists = operator.endswith("IfExists") and operator != "NullIfExists"
    operator = operator.removesuffix("IfExists") if if_exists else operator
    if operator not in (*_OPERATORS, "Null") or (colon and quantifier not in ("ForAllValues", "ForAnyValue")):
        raise ValueError(f"the condition operator {name!r} is not played")
    if key not in _KEYS and not key.startswith(_TAGS):
        raise ValueError(f"the condition key {key!r} is not played")
    values = wanted if isinstance(wanted, list) else [wanted]
    if not values or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{name} {key}: expected texts")
    if any("${" in value for value in values):
        raise ValueError(f"{name} {key}: policy variables are not played")
    return Condition(
        key=key,
        wanted=tuple(values),
        operator=operator,
        every=quantifier == "ForAllValues",
        some=quantifier == "ForAnyValue",
        if_exists=if_exists,
    )
