"""Names of AWS Regions."""

from __future__ import annotations

import re

_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")


def is_region(text: str) -> bool:
    """Whether `text` has the form of a Region's name."""
    return _REGION.fullmatch(text) is not None


def parse_region(text: str) -> str:
    """`text`, where it has the form of a Region's name; ValueError, with that form, where it has not.

    There is no list of Regions here: AWS opens new ones, and an old drctl must not keep anyone from using them.
    """
    if not is_region(text):
        raise ValueError(f"expected a Region such as eu-west-1, got {text!r}")
    return text
