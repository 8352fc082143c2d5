"""Approvals asked on the terminal that drctl was started from."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from drctl.ports.approvals import Answer, ApprovalRequest

_YES = frozenset({"y", "yes"})
_NO = frozenset({"n", "no"})


class TerminalApprovals:
    """Asks whoever sits at the terminal `fd`, one question at a time, on a thread of its own.

    Where `fd` is no terminal nobody is asked and there is never an answer: silence is not consent.
    Nor is the end of the input, or anything but a clear yes or no.
    """

    def __init__(
        self,
        fd: int | None,
        write: Callable[[str], None],
        by: str,
        suspended: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._fd = fd if fd is not None and os.isatty(fd) else None
        self._write = write
        self._by = by
        self._suspended = suspended
        self._asked: set[tuple[str, str]] = set()
        self._answers: dict[tuple[str, str], Answer] = {}
        self._turn = threading.Lock()
        self._unread = b""

    def answer(self, request: ApprovalRequest) -> Answer | None:
        key = (request.run, request.step)
        if self._fd is not None and key not in self._asked:
            self._asked.add(key)
            # A daemon: a question nobody answers must not keep a run that was paused from ending.
            threading.Thread(target=self._ask, args=(self._fd, request), name="approval", daemon=True).start()
        return self._answers.get(key)

    def _ask(self, fd: int, request: ApprovalRequest) -> None:
        with self._turn, self._suspended():
            self._write(_question(request))
            approved = self._yes_or_no(fd)
            if approved is None:
                return
            self._write("Comment (empty for none): ")
            comment = self._line(fd) or ""
        self._answers[(request.run, request.step)] = Answer(approved=approved, by=self._by, comment=comment)

    def _yes_or_no(self, fd: int) -> bool | None:
        while (line := self._line(fd)) is not None:
            if line.lower() in _YES:
                return True
            if line.lower() in _NO:
                return False
            self._write("Please answer y or N in full; nothing was approved. [y/N] ")
        return None

    def _line(self, fd: int) -> str | None:
        """The next line, without its end; None where the input is at its end."""
        # Read past Python's buffered stdin: a thread inside that aborts the interpreter when it exits.
        while b"\n" not in self._unread:
            try:
                read = os.read(fd, 4096)
            except OSError:
                return None
            if not read:
                return None
            self._unread += read
        line, self._unread = self._unread.split(b"\n", 1)
        return line.decode(errors="replace").strip()


def _question(request: ApprovalRequest) -> str:
    shown = "".join(f"  {step}: {fact}\n" for step, fact in request.shows)
    evidence = f"The evidence:\n{shown}" if shown else "No evidence is shown for this step.\n"
    return f"\nApproval needed: {request.step}, role {request.role}, run {request.run}\n{evidence}Approve? [y/N] "
