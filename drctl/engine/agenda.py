"""When which step is to be looked at: a heap, so that ten thousand waiting steps cost a heap and no thread."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime


class Agenda:
    """Things to do at an instant, the earliest first; of one instant, in the order they were put down."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, str, Callable[[], None]]] = []
        self._count = itertools.count()

    def __bool__(self) -> bool:
        return bool(self._heap)

    def put(self, at: datetime, todo: Callable[[], None], step: str = "") -> None:
        """Have `todo` done once `at` has come, unless `step`, for which it is, is forgotten before."""
        heapq.heappush(self._heap, (at, next(self._count), step, todo))

    def forget(self, step: str) -> None:
        """Forget what was to be done for that step."""
        self._heap = [entry for entry in self._heap if entry[2] != step]
        heapq.heapify(self._heap)

    def next_at(self) -> datetime | None:
        """When the next thing is due; None where nothing is."""
        return self._heap[0][0] if self._heap else None

    def take_due(self, now: datetime) -> list[Callable[[], None]]:
        """Everything that is due by `now`, taken off the agenda."""
        due = []
        while self._heap and self._heap[0][0] <= now:
            due.append(heapq.heappop(self._heap)[3])
        return due

    def clear(self) -> None:
        """Forget everything."""
        self._heap.clear()
