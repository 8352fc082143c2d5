"""When to look again: densely where completion is expected, sparsely elsewhere.

A fixed interval is either many calls for a long wait or a long wait after AWS is
ready. The distance to the expected moment of completion gives both: far from it a
look costs a call and tells little; near it a look ends the wait.
"""

from __future__ import annotations

import random
from datetime import timedelta

NEARNESS = 4
"""A look is due after a quarter of the distance to the expected moment."""
LONGEST_BACKOFF = timedelta(seconds=60)


def next_look(elapsed: timedelta, expect: timedelta, least: timedelta, most: timedelta) -> timedelta:
    """How long to wait before the next look, between `least` and `most`."""
    distance = abs(expect - elapsed)
    return min(max(distance / NEARNESS, least), most)


def backoff(attempt: int, seed: str) -> timedelta:
    """How long to wait after the `attempt`-th throttled or broken call in a row, counted from 1.

    Full jitter over a doubling span, from one second to a minute; the same `seed` gives the same waits,
    so that a drill in virtual time can be repeated exactly.
    """
    span = min(timedelta(seconds=2 ** min(attempt, 10)), LONGEST_BACKOFF)
    share = random.Random(f"{seed}/{attempt}").random()
    return max(span * share, timedelta(seconds=1))
