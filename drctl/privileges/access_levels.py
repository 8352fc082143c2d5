"""Which IAM actions only look (Service Authorization Reference, access levels Read and List)."""

from __future__ import annotations

import re

_READS = re.compile(r"[a-z0-9-]+:(?:Describe|Get|List|Head|BatchGet|Test)[A-Z]\w*")
_LIKE_READS = frozenset({"rds:DownloadDBLogFilePortion"})
_CHANGES = frozenset({"elasticache:TestFailover"})
_OPENS = frozenset({"secretsmanager:GetSecretValue", "secretsmanager:GetRandomPassword"})
"""What hands out secrets: IAM calls it reading, and a role that only looks has no need of it."""


def is_look(action: str) -> bool:
    """Whether the action changes nothing."""
    return action in _LIKE_READS or (_READS.fullmatch(action) is not None and action not in _CHANGES)


def opens_secret(action: str) -> bool:
    """Whether the action hands out what is secret."""
    return action in _OPENS
