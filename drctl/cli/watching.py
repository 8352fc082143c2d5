"""`drctl status --watch`: a run that another process drives, as it goes on."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from drctl.cli.invocation import Invocation
from drctl.cli.printing import close_quietly, tell

if TYPE_CHECKING:
    from drctl.ports.progress import Progress


def watch_run(invocation: Invocation, run: str, interval: timedelta) -> int:
    """Show RUN on stdout until it has finished: painted over on a terminal, else a line for each thing that happens.

    Returns the exit code that the run has ended with; 130 where somebody left before.
    """
    from drctl.bootstrap import watch

    progress, note = _display(invocation)
    # Not a sleep: Ctrl-C ends this wait at once.
    never = threading.Event()

    def wait() -> None:
        never.wait(interval.total_seconds())

    try:
        watched = watch(
            run,
            invocation.state_dir,
            progress,
            wait=wait,
            note=lambda told, command: note(f"{told}: {invocation.command(command)}" if command else told),
        )
    except BrokenPipeError:
        # A reader that has gone (`| head`) has seen enough.
        close_quietly()
        return 0
    except KeyboardInterrupt:
        tell("left; the run is not touched by that")
        return 130
    return watched.exit_code


def _display(invocation: Invocation) -> tuple[Progress, Callable[[str], None]]:
    """What shows the run on stdout, and where notes go."""
    from drctl.report.progress_plain import PlainProgress

    plain = PlainProgress(_line)
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        return plain, _Changes(_line).tell
    from rich.console import Console

    from drctl.report.progress_guarded import GuardedProgress
    from drctl.report.progress_live import LiveProgress

    colours = {} if invocation.colour(sys.stdout) else {"color_system": None}
    live = LiveProgress(Console(highlight=False, **colours))  # type: ignore[arg-type]
    return GuardedProgress(live, plain), live.note


def _line(text: str) -> None:
    # Not `answer`: once nobody reads any more there is nothing to watch for.
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class _Changes:
    """Tells a note when it becomes another one."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write, self._told = write, ""

    def tell(self, text: str) -> None:
        if text and text != self._told:
            self._write(text)
        self._told = text
