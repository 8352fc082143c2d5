"""Looks that are not allowed, as values: for actions that look at many things and tell all that is wrong at once.

One denied look must not hide what the others found. It is told as what it is, and is never read as absent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from drctl.aws.failures import classify
from drctl.aws.missing_actions import missing_action
from drctl.model.failure import FailureKind

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Denied:
    """A look that the caller may not take."""

    operation: str
    """boto3's name of it, such as DescribeKey."""
    code: str
    missing: str = ""
    """IAM's name of what is not allowed, such as kms:DescribeKey; empty where AWS does not tell it."""

    @property
    def wanted(self) -> str:
        """What to allow, by the best name there is for it."""
        return self.missing or self.operation


def look(find: Callable[P, T], *given: P.args, **named: P.kwargs) -> T | Denied:
    """What `find` finds, or that it may not look. Every other failure passes through."""
    try:
        return find(*given, **named)
    except Exception as error:
        failure = classify(error)
        if failure is None or failure.kind is not FailureKind.AUTH:
            raise
        return Denied(failure.operation, failure.code, missing_action(failure.message, failure.operation))
