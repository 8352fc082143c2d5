"""An event in its place in the journal."""

from __future__ import annotations

from dataclasses import dataclass

from drctl.model.events import Event


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its sequence number (from 1), the fence it was written under, and its place in the hash chain."""

    seq: int
    fence: int
    event: Event
    hash: str
