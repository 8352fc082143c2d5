"""Names of records as the condition keys of Route 53 have them.

Source: Amazon Route 53 Developer Guide, "Using IAM policy conditions for fine-grained access control", "Normalizing":
lower case, no dot at the end, and everything but a-z, 0-9, - , _ and . as an octal escape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

RECORD_NAMES = "route53:ChangeResourceRecordSetsNormalizedRecordNames"
"""The condition key for the names that a batch of changes is about."""

_ESCAPED = re.compile(r"\\([0-7]{3})")


def normalized_names(names: Iterable[str]) -> tuple[str, ...]:
    """`names` in that form."""
    return tuple(map(_normalized, names))


def _normalized(name: str) -> str:
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 8)), name).lower().rstrip(".")
    return "".join(c if re.fullmatch(r"[a-z0-9._-]", c) else f"\\{ord(c):03o}" for c in plain)
