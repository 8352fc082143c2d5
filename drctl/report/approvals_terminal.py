"""Approvals asked on the terminal that drctl was started from."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from drctl.model.approval_evidence import told
from drctl.model.quorum import may_not, standing
from drctl.ports.approvals import Answer, ApprovalRequest
from drctl.report.wording import printable

_YES = frozenset({"y", "yes"})
_NO = frozenset({"n", "no"})
_Step = tuple[str, str, int]
"""A run, its step, and the attempt at it."""


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
        self._asked: dict[_Step, ApprovalRequest] = {}
        """What is asked at present of each step; what was shown may be older than that."""
        self._open: set[_Step] = set()
        """The steps for which a thread is at work."""
        self._begun: set[tuple[_Step, str]] = set()
        self._answers: dict[tuple[_Step, str], Answer] = {}
        self._turn = threading.Lock()
        self._unread = b""

    def answer(self, request: ApprovalRequest) -> Answer | None:
        key = _step(request)
        if self._fd is not None:
            self._asked[key] = request
            if key not in self._open and (key, _shown(request)) not in self._begun:
                self._open.add(key)
                # A daemon: a question nobody answers must not keep a run that was paused from ending.
                threading.Thread(target=self._ask, args=(self._fd, key), name="approval", daemon=True).start()
        return self._answers.get((key, _shown(request)))

    def _ask(self, fd: int, key: _Step) -> None:
        with self._turn, self._suspended():
            while not self._asked_once(fd, key):
                self._write("\nThe evidence has changed since this was asked; nothing was approved.\n")
        self._open.discard(key)

    def _asked_once(self, fd: int, key: _Step) -> bool:
        """Ask for an answer on the evidence as it is; False where it has become another meanwhile."""
        request = self._asked[key]
        self._begun.add((key, _shown(request)))
        if (because := self._may_not(request)) != "":
            self._write(f"{_evidence(request)}{because}\n")
            return True
        self._write(_question(request))
        approved = self._yes_or_no(fd)
        if approved is None:
            return True
        if _shown(self._asked[key]) != _shown(request):
            return False
        self._write("Comment (empty for none): ")
        comment = self._line(fd) or ""
        shown = _shown(request)
        self._answers[key, shown] = Answer(approved=approved, by=self._by, comment=comment, evidence=shown)
        return True

    def _may_not(self, request: ApprovalRequest) -> str:
        asked = request.asked
        if asked is None or not (because := may_not(asked, self._by)):
            return ""
        return f"Not asked here: {because}.\nFrom another terminal: drctl approve {request.run} {request.step}"

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


def _step(request: ApprovalRequest) -> _Step:
    # A step that is tried again asks again, whatever was answered before.
    return request.run, request.step, request.asked.epoch if request.asked is not None else 1


def _shown(request: ApprovalRequest) -> str:
    return request.asked.sha256 if request.asked is not None else ""


def _question(request: ApprovalRequest) -> str:
    return f"{_evidence(request)}Approve? [y/N] "


def _evidence(request: ApprovalRequest) -> str:
    """What is asked of whom, everything that was measured for it, and who has answered."""
    lines = [f"{step}: {fact}" for step, fact in request.shows]
    about: list[str] = []
    if request.asked is not None:
        lines = list(told(request.asked.evidence))
        about = [*standing(request.asked, request.answers), f"evidence {request.asked.sha256[:12]}"]
    shown = "".join(f"  {printable(line)}\n" for line in lines)
    evidence = f"The evidence:\n{shown}" if shown else "No evidence is shown for this step.\n"
    more = "".join(f"{printable(line)}\n" for line in about)
    return f"\nApproval needed: {request.step}, role {request.role}, run {request.run}\n{evidence}{more}"
