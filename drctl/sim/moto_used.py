"""moto's resources, wherever anybody has used them: for looking at everything there is, and importing nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any


def used(service: str, catalogue: str) -> Iterator[tuple[str, str, Any]]:
    """(account, Region, moto's backend) of a service, where anybody has used it, in order."""
    module = sys.modules.get(f"moto.{service}.models")
    if module is not None:
        yield from sorted(getattr(module, catalogue).iter_backends(), key=lambda found: found[:2])
