"""Many steps in few lanes: each in the first lane in which nothing else runs at that time."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

_MOST = 60
"""Lanes; of more at once, the others are drawn over each other in the last."""
_THIN = 0.15
"""No bar is narrower than this many percent, or it would not be seen."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A bar in a lane."""

    lane: int
    start: float
    width: float


def lanes_of(bars: Sequence[tuple[float, float]]) -> list[Lane]:
    """Each of the bars (start and width, sorted by start) in its lane."""
    free: list[tuple[float, int]] = []
    placed: list[Lane] = []
    for start, width in bars:
        wide = max(width, _THIN)
        lane = heapq.heappop(free)[1] if free and free[0][0] <= start else min(len(free), _MOST - 1)
        heapq.heappush(free, (start + wide, lane))
        placed.append(Lane(lane, start, wide))
    return placed
