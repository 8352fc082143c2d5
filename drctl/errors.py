"""The errors that stop a command.

    DrctlError
    ├── Refused            exit 2   nothing was changed
    │   ├── InputInvalid            a file or an argument has problems; all of them at once
    │   ├── NotFound                a runbook, run, environment, estate or scenario that is not there
    │   ├── GuardRefused            the wrong account, Region or world
    │   ├── CopiedJournal           the journal is a copy, and another runner may drive the original
    │   ├── PackCorrupt             an evidence pack is not the one that was written
    │   └── SignerWrong             an evidence pack is not signed by whom it was to be
    ├── RunHeld            exit 3   the run waits for an operator and can be resumed
    │   └── JournalUnavailable      the disk is full, read-only or gone
    ├── SimulationGone     exit 1   the simulated AWS of this run has ended, and cannot be brought back
    ├── LeaseHeld          exit 4   another runner drives this run
    ├── LeaseLost          exit 4   another runner took this run over; we write nothing more
    └── JournalCorrupt     exit 2   a recorded event cannot be read or was altered

Expected failures of a step are values (`drctl.model.failure`), not exceptions.
An exception outside this tree is a bug: exit 70, with the traceback in the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class DrctlError(Exception):
    """An error that an operator can act on: what stopped, the facts, what was changed, what to type next."""

    name: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    default_note: ClassVar[str | None] = None

    def __init__(
        self,
        what: str,
        *,
        context: Sequence[str] = (),
        note: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.context = tuple(context)
        self.note = note if note is not None else self.default_note
        self.hint = hint


class Refused(DrctlError):
    """The request was refused before anything was changed."""

    name = "refused"
    exit_code = 2
    default_note = "nothing was changed"


class InputInvalid(Refused):
    """A file or an argument has problems; `context` has one line for each."""

    name = "input-invalid"


class NotFound(Refused):
    """Something that was named is not there."""

    name = "not-found"


class GuardRefused(Refused):
    """The account, the Region or the world is not the one that was asked for."""

    name = "guard-refused"


class CopiedJournal(Refused):
    """The journal is a copy of one that another runner may be driving."""

    name = "copied-journal"


class RunHeld(DrctlError):
    """The run waits for an operator and can be resumed."""

    name = "run-held"
    exit_code = 3


class JournalUnavailable(RunHeld):
    """The journal cannot be written: nothing more is started until it can."""

    name = "journal-unavailable"


class SimulationGone(DrctlError):
    """The simulated AWS that this run was started on has ended: the run cannot be brought to its end."""

    name = "simulation-gone"


class LeaseHeld(DrctlError):
    """Another runner drives this run."""

    name = "lease-held"
    exit_code = 4
    default_note = "nothing was changed"


class LeaseLost(DrctlError):
    """Another runner took this run over."""

    name = "lease-lost"
    exit_code = 4


class JournalCorrupt(Refused):
    """A recorded event cannot be read, or is not the one that was written."""

    name = "journal-corrupt"


class PackCorrupt(Refused):
    """An evidence pack is not the one that was written."""

    name = "pack-corrupt"


class SignerWrong(Refused):
    """An evidence pack is not signed, or not by whom it was to be."""

    name = "signer-wrong"
