"""A resource that goes through states, each for its time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from drctl.sim.overlay import World

_MARK = "drctl_walk"


def walk(
    world: World,
    thing: Any,
    stages: Sequence[tuple[str, str]],
    then: str | None,
    done: Callable[[], None] | None = None,
) -> None:
    """Take moto's `thing` through `stages` (status, name of the lag it lasts), then to the status `then`.

    A later walk of the same thing takes over: what was due of the earlier one does not happen any more.
    """
    mark = object()
    setattr(thing, _MARK, mark)

    def enter(index: int) -> None:
        if getattr(thing, _MARK) is not mark:
            return
        if index < len(stages):
            status, lag = stages[index]
            thing.status = status
            world.after(lag, lambda: enter(index + 1))
            return
        if then is not None:
            thing.status = then
        if done is not None:
            done()

    enter(0)
