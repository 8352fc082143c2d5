"""Pools without threads: one that is done when submit returns, and one that answers late and in any order."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from random import Random
from typing import Any


class InlinePool(Executor):
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class LatePool(Executor):
    """What is submitted is done when it is let home: some of it, in an order that `random` chooses."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._out: list[Callable[[], Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self._out.append(lambda: fn(*args, **kwargs))
        return Future()

    def let_some_home(self) -> None:
        """Do at least one of what is out."""
        for _ in range(self._random.randint(1, len(self._out)) if self._out else 0):
            self._out.pop(self._random.randrange(len(self._out)))()

    def let_all_home(self) -> None:
        """Do everything that is out."""
        while self._out:
            self.let_some_home()
