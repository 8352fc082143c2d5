"""Ctrl-C during a run: the first asks the engine to pause, the second leaves at once."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drctl.bootstrap import PauseRequest

_PAUSING = b"\npausing: what is on its way to AWS is waited for; Ctrl-C again leaves at once\n"
_STDERR = 2


@contextlib.contextmanager
def pausing_on_signals(pause: PauseRequest) -> Iterator[None]:
    """Inside, SIGINT and SIGTERM ask `pause` first, and raise KeyboardInterrupt when they come again."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def on_signal(number: int, frame: FrameType | None) -> None:
        if pause.asked:
            raise KeyboardInterrupt
        pause.ask()
        # Straight to the descriptor: the signal may have come in the middle of a write to stderr.
        with contextlib.suppress(OSError):
            os.write(_STDERR, _PAUSING)

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
