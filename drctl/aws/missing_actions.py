"""Which IAM action a denied call lacks, by what AWS says of it.

AWS names the action in its message, which need not be the call's own; but the answer to a HEAD has no message.
"""

from __future__ import annotations

import re

from drctl.aws.iam_names import iam_action

_NAMED = re.compile(r"not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)")
_HEADS = frozenset({"HeadBucket", "HeadObject"})
"""The calls of S3 that are answered with headers only (Amazon S3 API Reference)."""


def missing_action(message: str, operation: str) -> str:
    """The action that is missing, such as kms:DescribeKey; empty where nothing tells it."""
    if (named := _NAMED.search(message)) is not None:
        return named[1]
    return iam_action(f"s3:{operation}") if operation in _HEADS else ""


def named_in_message(message: str, operation: str) -> str:
    """`message`, with the action that is missing where AWS could not say it."""
    missing = missing_action(message, operation)
    return message if not missing or missing in message else f"{message}; not authorized to perform: {missing}"
