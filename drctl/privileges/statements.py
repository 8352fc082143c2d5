"""Needs become statements: few, readable, in an order that does not depend on the runbook's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from drctl.ports.action import PermissionCondition
from drctl.privileges.access_levels import is_look
from drctl.privileges.patterns import smallest
from drctl.privileges.steps import Need

ALLOW = "Allow"
DENY = "Deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of a policy."""

    sid: str
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ("*",)
    conditions: tuple[PermissionCondition, ...] = ()
    except_actions: bool = False
    """Whether it is about every action but those."""
    except_resources: bool = False
    """Whether it is about every resource but those."""

    def plain(self) -> dict[str, object]:
        """The statement as IAM takes it."""
        told: dict[str, object] = {
            "Sid": self.sid,
            "Effect": self.effect,
            "NotAction" if self.except_actions else "Action": _one_or_more(self.actions),
            "NotResource" if self.except_resources else "Resource": _one_or_more(self.resources),
        }
        if self.conditions:
            told["Condition"] = _conditions(self.conditions)
        return told


def allowing(needs: Iterable[Need]) -> tuple[Statement, ...]:
    """The statements that allow exactly these needs. No action is in two of them with the same conditions."""
    resources: dict[tuple[str, tuple[PermissionCondition, ...]], set[str]] = {}
    for need in needs:
        resources.setdefault((need.action, need.conditions), set()).update(need.resources)
    groups: dict[tuple[str, bool, tuple[str, ...], tuple[PermissionCondition, ...]], list[str]] = {}
    for (action, conditions), named in resources.items():
        service = action.partition(":")[0]
        groups.setdefault((service, is_look(action), smallest(named), conditions), []).append(action)
    made = [
        Statement(sid=_sid(actions, named), effect=ALLOW, actions=tuple(sorted(actions)), resources=named,
                  conditions=conditions)
        for (_, _, named, conditions), actions in groups.items()
    ]  # fmt: skip
    return _told_apart(sorted(made, key=lambda s: (s.sid, s.actions, s.resources, repr(s.conditions))))


def _sid(actions: Sequence[str], resources: Sequence[str]) -> str:
    """What it is for: `ChangeRdsDb`, `LookAtS3`, `PassRole`."""
    service, _, action = actions[0].partition(":")
    if action == "PassRole":
        return "PassRole"
    what = sorted({_kind(resource) for resource in resources} - {""})
    verb = "LookAt" if is_look(actions[0]) else "Change"
    return (verb + _camel(service) + "".join(map(_camel, what)))[:48]


_KIND = re.compile(r"[a-z][a-z-]*")


def _kind(resource: str) -> str:
    """The kind of thing that an ARN names; empty where it does not say."""
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return ""
    if parts[2] == "s3" and not parts[3]:
        return "object" if "/" in parts[5] else "bucket"
    found = _KIND.match(parts[5])
    return found[0] if found and parts[5][found.end() : found.end() + 1] in (":", "/") else ""


def _camel(text: str) -> str:
    return "".join(part.capitalize() for part in re.split(r"[^A-Za-z0-9]+", text))


def _told_apart(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """The same statements, those of one name numbered: a policy may have each name once."""
    there, seen = Counter(statement.sid for statement in statements), Counter[str]()
    told = []
    for statement in statements:
        seen[statement.sid] += 1
        several = there[statement.sid] > 1
        told.append(replace(statement, sid=f"{statement.sid}{seen[statement.sid]}") if several else statement)
    return tuple(told)


def _one_or_more(values: Sequence[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def _conditions(conditions: Sequence[PermissionCondition]) -> Mapping[str, Mapping[str, object]]:
    told: dict[str, dict[str, object]] = {}
    for condition in conditions:
        told.setdefault(condition.operator, {})[condition.key] = _one_or_more(condition.values)
    return told
