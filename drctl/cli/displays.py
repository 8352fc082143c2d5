"""The displays of a run in flight, the best first, and the approvals asked beside them."""

from __future__ import annotations

import getpass
import os
import socket
import sys
from typing import TYPE_CHECKING

from drctl.cli.invocation import Invocation
from drctl.ports.approvals import Approvals
from drctl.ports.progress import Progress

if TYPE_CHECKING:
    from drctl.report.progress_live import LiveProgress


def displays(invocation: Invocation) -> tuple[Progress, ...]:
    """On a terminal a live table, with plain lines in reserve; elsewhere plain lines. Both write to stderr."""
    from drctl.report.progress_plain import PlainProgress

    plain = PlainProgress(_line)
    live = _live(invocation)
    return (plain,) if live is None else (live, plain)


def approvals(shown: tuple[Progress, ...]) -> Approvals | None:
    """Approvals asked on this terminal; the live table makes room for the question.

    None where there is no terminal: a run that needs an answer is then held, and not left waiting for ever.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    from contextlib import nullcontext

    from drctl.report.approvals_terminal import TerminalApprovals
    from drctl.report.progress_live import LiveProgress

    live = next((display for display in shown if isinstance(display, LiveProgress)), None)
    return TerminalApprovals(sys.stdin.fileno(), _prompt, person(), live.suspended if live is not None else nullcontext)


def person() -> str:
    """Who sits here: user@host."""
    try:
        return f"{getpass.getuser()}@{socket.gethostname()}"
    except (OSError, KeyError):
        # A container may have a user without a name.
        return f"uid {os.getuid()}@{socket.gethostname()}"


def _live(invocation: Invocation) -> LiveProgress | None:
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None
    from rich.console import Console

    from drctl.report.progress_live import LiveProgress

    if invocation.colour(sys.stderr):
        return LiveProgress(Console(stderr=True, highlight=False))
    return LiveProgress(Console(stderr=True, highlight=False, color_system=None))


def _line(text: str) -> None:
    # Not `tell`: a display that nobody can read is given up, and that has to be noticed.
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _prompt(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
