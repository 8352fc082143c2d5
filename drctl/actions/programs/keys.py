"""The names under which a step's programs are kept: the same for every attempt of a step and epoch."""

from __future__ import annotations

import re

from drctl.ports.action import StepContext

_LONGEST = 60


def program_key(ctx: StepContext, name: str) -> str:
    """The key of one program of the step: readable, and unique by the step's token."""
    slug = re.sub(r"[^A-Za-z0-9]+", "-", ctx.step).strip("-")[:_LONGEST] or "step"
    return f"{slug}-{ctx.token.replace('-', '')[:12]}-{name}"
