"""Policy documents, read as IAM reads them. What is not understood is refused, and never passed over.

Sources: IAM User Guide, "IAM JSON policy elements reference" and "IAM and AWS STS quotas".
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drctl.sim.access.conditions import Condition, Context, read_conditions

UNKNOWN_RESOURCE = "(not derived)"
"""What a call is about where it cannot be told from the call: only a statement about everything is about that."""

_LARGEST = 6144
_VERSION = "2012-10-17"
_OF_A_DOCUMENT = frozenset({"Version", "Id", "Statement"})
_OF_A_STATEMENT = frozenset({"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"})
_SID = re.compile(r"[A-Za-z0-9]*")
_ACTION = re.compile(r"\*|[a-z0-9-]+:[A-Za-z0-9*?]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of an identity policy."""

    sid: str
    allows: bool
    """Whether its effect is Allow; else it is Deny."""
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    except_actions: bool = False
    except_resources: bool = False

    def is_about(self, action: str, resource: str, context: Context) -> bool:
        """Whether it has something to say of `action` on `resource`."""
        # IAM takes the names of actions in whatever case (IAM JSON policy elements, "Action").
        named = any(matches(pattern.lower(), action.lower()) for pattern in self.actions)
        if named is self.except_actions or not self._holds(resource):
            return False
        return all(condition.holds(context) for condition in self.conditions)

    def _holds(self, resource: str) -> bool:
        if resource == UNKNOWN_RESOURCE:
            return "*" in self.resources and not self.except_resources
        return any(matches(pattern, resource) for pattern in self.resources) is not self.except_resources


def read_policy(document: Any) -> tuple[Statement, ...]:
    """The statements of a policy document. ValueError, with its words, where IAM or this reader would not take it."""
    told = _mapping(document, "a policy", _OF_A_DOCUMENT)
    if told.get("Version") != _VERSION:
        raise ValueError(f"a policy has the Version {_VERSION!r}, not {told.get('Version')!r}")
    if len(json.dumps(document, separators=(",", ":"))) > _LARGEST:
        raise ValueError(f"a managed policy has {_LARGEST} characters at the most, white space not counted")
    given = told.get("Statement")
    statements = tuple(map(_statement, given if isinstance(given, list) else [given]))
    sids = [statement.sid for statement in statements if statement.sid]
    if len(set(sids)) < len(sids):
        raise ValueError("two statements of a policy have the same Sid")
    return statements


@functools.cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern), re.DOTALL)


def matches(pattern: str, text: str) -> bool:
    """Whether `text` is what `pattern`, with IAM's `*` and `?`, stands for."""
    return _pattern(pattern).fullmatch(text) is not None


def _statement(given: Any) -> Statement:
    told = _mapping(given, "a statement", _OF_A_STATEMENT)
    sid = str(told.get("Sid", ""))
    if _SID.fullmatch(sid) is None:
        raise ValueError(f"a Sid has letters and digits only, not {sid!r}")
    if told.get("Effect") not in ("Allow", "Deny"):
        raise ValueError(f"{sid}: Effect is Allow or Deny, not {told.get('Effect')!r}")
    actions, except_actions = _either(told, "Action", sid)
    resources, except_resources = _either(told, "Resource", sid)
    for action in actions:
        if _ACTION.fullmatch(action) is None:
            raise ValueError(f"{sid}: {action!r} is no action")
    for resource in resources:
        if resource != "*" and not resource.startswith("arn:"):
            raise ValueError(f"{sid}: {resource!r} is no ARN")
        if "${" in resource:
            raise ValueError(f"{sid}: policy variables are not played: {resource!r}")
    return Statement(
        sid=sid,
        allows=told["Effect"] == "Allow",
        actions=actions,
        resources=resources,
        conditions=read_conditions(told.get("Condition", {})),
        except_actions=except_actions,
        except_resources=except_resources,
    )


def _either(told: Mapping[str, Any], name: str, sid: str) -> tuple[tuple[str, ...], bool]:
    """The values of an element or of its opposite, and whether it is the opposite."""
    if (name in told) is (f"Not{name}" in told):
        raise ValueError(f"{sid}: a statement has either {name} or Not{name}")
    given = told[name] if name in told else told[f"Not{name}"]
    values: Sequence[Any] = given if isinstance(given, list) else [given]
    if not values or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{sid}: {name} is a text or a list of texts")
    return tuple(values), name not in told


def _mapping(given: Any, what: str, known: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise ValueError(f"{what} is an object")
    if strange := sorted(set(given) - known):
        raise ValueError(f"{what} of a role has no {strange[0]}")
    return given
