"""One runner at a time begins a run in an environment, so that two that look at once do not both find the way free."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from drctl.journal.folder import unwritable


@contextmanager
def one_at_a_time(state_dir: Path, environment: str) -> Iterator[Callable[[], None]]:
    """Keep every other runner of this state folder from looking until the run is recorded, or refused.

    What it gives lets the next one look, and is called once the first event is written; leaving does it too. After a
    crash here the system lets go of the lock by itself. Raises Refused where the state folder cannot be written.
    """
    path = state_dir / "starting" / environment
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(held, fcntl.LOCK_EX)
    except OSError as error:
        raise unwritable(state_dir, error) from error
    open_still = [held]

    def recorded() -> None:
        if open_still:
            os.close(open_still.pop())

    try:
        yield recorded
    finally:
        recorded()
