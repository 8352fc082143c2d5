"""Whose credentials these are, in which Region they are taken, and what time AWS has there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from drctl.aws.answered import answered_at
from drctl.aws.failures import classify
from drctl.model.failure import FailureKind

IAM_REGION = "us-east-1"
"""Where the control plane of IAM is, which answers for all Regions (AWS General Reference, IAM endpoints)."""
NO_ANSWER = frozenset({FailureKind.UNREACHABLE, FailureKind.AMBIGUOUS})
"""Failures by which a Region, or IAM, has said nothing at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    account: str
    arn: str
    at: datetime
    """When AWS answered, by its own clock."""

    @property
    def role(self) -> str | None:
        """The name of the assumed role; None where none is: `…:assumed-role/<role>/<session>`."""
        kind, _, rest = self.arn.rpartition(":")[2].partition("/")
        return rest.rpartition("/")[0] or None if kind == "assumed-role" else None


def read_caller(sts: Any) -> Caller:
    """Who the client's credentials belong to. It takes no permission (AWS STS API Reference, GetCallerIdentity)."""
    who = sts.get_caller_identity()
    return Caller(account=str(who["Account"]), arn=str(who["Arn"]), at=answered_at(who))


def read_aliases(iam: Any) -> tuple[str, ...] | None:
    """The account's aliases, one at most; None where IAM, which is in us-east-1, gives no answer."""
    try:
        return tuple(iam.list_account_aliases()["AccountAliases"])
    except Exception as error:
        failure = classify(error)
        if failure is None or failure.kind not in NO_ANSWER:
            raise
        return None
