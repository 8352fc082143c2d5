"""What an account calls itself."""

from __future__ import annotations

import re

# AWS IAM User Guide, "Account aliases": 3 to 63 lower-case letters, digits and single hyphens.
ACCOUNT_ALIAS = re.compile(r"(?=.{3,63}$)[a-z0-9](?:-?[a-z0-9])*")


def is_account_alias(text: str) -> bool:
    """Whether IAM takes `text` as an account's alias."""
    return ACCOUNT_ALIAS.fullmatch(text) is not None
