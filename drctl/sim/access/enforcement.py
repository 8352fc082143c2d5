"""Which calls the roles of a world may make: none is refused until somebody has given a role its policies.

The order is IAM's for identity policies: an explicit deny outweighs every allow, and what nothing allows is denied
(IAM User Guide, "Policy evaluation logic").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from drctl.aws.record_names import normalized_names
from drctl.sim.access.asking import Asked, asked_by, request_tags
from drctl.sim.access.policy import UNKNOWN_RESOURCE, Statement, read_policy
from drctl.sim.access.resource_sight import tags_of
from drctl.sim.overlay import Call, World


@dataclass(frozen=True, slots=True)
class Denial:
    """An action that a call asked for in vain."""

    action: str
    resource: str
    explicit: bool
    """Whether a statement denies it; else none allows it."""

    def as_json(self) -> dict[str, Any]:
        """Plain data, as the control endpoint sends it."""
        return {"action": self.action, "resource": self.resource, "explicit": self.explicit}


@dataclass(slots=True)
class _Role:
    statements: tuple[Statement, ...]
    needed: set[str] = field(default_factory=set)
    """Statements that were the only ones to allow something."""
    denied: list[Denial] = field(default_factory=list)


class Access:
    """The policies of roles, and what came of them."""

    def __init__(self) -> None:
        self._roles: dict[str, _Role] = {}

    def enforce(self, policies: Mapping[str, Iterable[Any]]) -> None:
        """Have these roles, by their ARNs, do only what their policy documents allow; others do as they like.

        ValueError, with nothing changed, for a document that is not understood.
        """
        self._roles = {
            role: _Role(tuple(statement for one in documents for statement in read_policy(one)))
            for role, documents in policies.items()
        }

    def denial(self, call: Call, world: World) -> Denial | None:
        """Why `call` is not to be made; None where it may be."""
        role = self._roles.get(call.role)
        if role is None:
            return None
        for asked in asked_by(call, world):
            if (denial := _decide(role, asked, call)) is not None:
                role.denied.append(denial)
                return denial
        return None

    def hidden(self, call: Call) -> Denial | None:
        """Why the caller is not told that an object is not there; None where it may be.

        Who may not list the bucket is refused instead (Amazon S3 API Reference, GetObject).
        """
        role = self._roles.get(call.role)
        if role is None or (call.service, call.operation) not in (("s3", "GetObject"), ("s3", "HeadObject")):
            return None
        asked = Asked(action="s3:ListBucket", resource=f"arn:aws:s3:::{call.params['Bucket']}")
        return _decide(role, asked, call)

    def as_json(self) -> dict[str, Any]:
        """Plain data: by role, which statements were the only ones to allow something, and what was denied."""
        return {
            name: {"needed": sorted(role.needed), "denied": [denial.as_json() for denial in role.denied]}
            for name, role in self._roles.items()
        }


def _decide(role: _Role, asked: Asked, call: Call) -> Denial | None:
    def context(key: str) -> tuple[str, ...] | None:
        return _context(key, asked, call)

    about = [one for one in role.statements if one.is_about(asked.action, asked.resource, context)]
    allowing = [one for one in about if one.allows]
    explicit = len(allowing) < len(about)
    if explicit or not allowing:
        return Denial(asked.action, asked.resource, explicit)
    if len(allowing) == 1:
        role.needed.add(allowing[0].sid)
    return None


def _context(key: str, asked: Asked, call: Call) -> tuple[str, ...] | None:
    """The values of a condition key in a request; None where it has no such key."""
    prefix, _, tag = key.partition("/")
    match prefix:
        case "aws:RequestedRegion":
            return (call.region,)
        case "aws:TagKeys":
            return tuple(request_tags(call)) or None
        case "aws:RequestTag":
            return _one(request_tags(call).get(tag))
        case "aws:ResourceTag":
            known = None if asked.resource == UNKNOWN_RESOURCE else tags_of(asked.resource, call.account)
            return _one((known or {}).get(tag))
        case "iam:PassedToService":
            return _one(asked.service or None)
        case "kms:ViaService":
            return _one(f"{asked.via}.{call.region}.amazonaws.com" if asked.via else None)
        case "kms:GrantIsForAWSResource":
            return _one(("true" if asked.via else "false") if asked.action == "kms:CreateGrant" else None)
    if key.startswith("route53:ChangeResourceRecordSets") and asked.action == "route53:ChangeResourceRecordSets":
        return _changes(key, call)
    return None


def _changes(key: str, call: Call) -> tuple[str, ...]:
    changes = call.params["ChangeBatch"]["Changes"]
    if key.endswith("NormalizedRecordNames"):
        return normalized_names(change["ResourceRecordSet"]["Name"] for change in changes)
    if key.endswith("RecordTypes"):
        return tuple(str(change["ResourceRecordSet"]["Type"]) for change in changes)
    return tuple(str(change["Action"]) for change in changes)


def _one(value: str | None) -> tuple[str, ...] | None:
    return None if value is None else (value,)
