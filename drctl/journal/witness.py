"""The witness: a small file beside the journal that says which event is the newest.

SQLite takes a damaged log for a power cut: it goes back to the last whole commit, and in the file nothing shows it.
The witness lies in a file of its own, so that what hits the log does not hit it too. It is written once a commit
has returned, and never forced to the disk: it can lag behind a whole journal, and is never ahead of one. The journal
is the truth. A witness that is missing or damaged says nothing, and the next runner writes it anew.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from drctl.errors import JournalCorrupt
from drctl.model.recorded import Recorded

_LINE = re.compile(rb"(\d{12}) (\d{12}) ([0-9a-f]{64}) ([0-9a-f]{16})\n")
LENGTH = 12 + 1 + 12 + 1 + 64 + 1 + 16 + 1
"""Bytes of a witness, always: rewritten in place, it takes no more room than it had."""


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest event of a journal."""

    seq: int
    fence: int
    """The number of the lease that its runner held when it said so."""
    hash: str


@dataclass(frozen=True, slots=True)
class Loss:
    """That a journal lacks events that were written to it, or has others in their place."""

    written: int
    """The number of the newest event that was ever witnessed."""
    there: int
    """The number of the newest event that there is."""

    @property
    def replaced(self) -> bool:
        """Whether as many events are there as were written, and they are others."""
        return self.there >= self.written

    def __str__(self) -> str:
        if self.replaced:
            return f"event {self.written} of the journal is not the one that was written"
        if self.written == self.there + 1:
            return f"event {self.written} of the journal was lost"
        return f"events {self.there + 1} to {self.written} of the journal were lost"


class Witness:
    """The witness of one runner, which holds the journal's lease.

    It is a new file in the place of the one before. A runner that was stopped between its commit and its witness, and
    wakes once its lease was taken, writes into a file that has no name any more.
    """

    def __init__(self, journal: Path) -> None:
        self._path = place_of(journal)
        self._file: int | None = None

    def tell(self, newest: Newest) -> None:
        """Say that `newest` is the newest event, whose commit has returned.

        Quiet where it cannot be written: the event is durable, and a recovery is not stopped for want of a second
        opinion. What stands there then is an earlier event, or cannot be read; neither accuses a whole journal.
        """
        with suppress(OSError):
            if self._file is None:
                self._file = self._replace(_line(newest))
            else:
                os.pwrite(self._file, _line(newest), 0)

    def forget(self) -> None:
        """Remove what was said before, and is known to be lost. Quiet where there is nothing."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Say nothing more; the file stays."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _replace(self, line: bytes) -> int:
        new = self._path.with_name(f"{self._path.name}-new")
        new.unlink(missing_ok=True)
        file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        try:
            if os.pwrite(file, line, 0) == LENGTH:
                new.replace(self._path)
                return file
            raise OSError("a witness that is not whole is not put in the place of one that is")
        except OSError:
            os.close(file)
            new.unlink(missing_ok=True)
            raise


def place_of(journal: Path) -> Path:
    """Where the witness of that journal is."""
    return journal.resolve().with_suffix(".witness")


def read_witness(journal: Path) -> Newest | None:
    """What the witness says; None where there is none, or where it is damaged.

    Read it before the events: another process may append meanwhile, and more than it says is no damage.
    """
    try:
        with place_of(journal).open("rb") as file:
            line = file.read(LENGTH + 1)
    except OSError:
        return None
    return _parsed(line)


def _parsed(line: bytes) -> Newest | None:
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    newest = Newest(int(found[1]), int(found[2]), found[3].decode())
    return newest if newest.seq > 0 and _line(newest) == line else None


def loss_of(said: Newest | None, newest: int, hash_there: str | None) -> Loss | None:
    """What is lost of a journal whose newest event is `newest` and has `hash_there` at the place that `said` names."""
    if said is None or (said.seq <= newest and hash_there == said.hash):
        return None
    return Loss(said.seq, newest)


def lost_from(said: Newest | None, records: Sequence[Recorded]) -> Loss | None:
    """What is lost of a journal that has `records`, of which the witness `said` which is the newest."""
    there = records[said.seq - 1].hash if said is not None and said.seq <= len(records) else None
    return loss_of(said, len(records), there)


def told(loss: Loss, journal: Path) -> JournalCorrupt:
    """The loss as what stops a command."""
    if loss.replaced:
        what = f"event {loss.written} in {journal} is not the one that was written"
    else:
        what = f"the newest events are missing from {journal}: {loss.written} were written, {loss.there} are there"
    return JournalCorrupt(
        what,
        context=("a copy that was made while the run was driven can lack them, too: then look at the original",)
        if not loss.replaced
        else (),
        hint=way_on(loss, journal),
    )


def way_on(loss: Loss, journal: Path) -> str:
    """What an operator can do about a loss."""
    copy = "use a copy of this journal that has them"
    if loss.there == 0:
        return copy
    return f"{copy}; if there is none, go on without them: drctl takeover {journal.parent.name} --reason TEXT"


def _line(newest: Newest) -> bytes:
    text = f"{newest.seq:012} {newest.fence:012} {newest.hash}".encode()
    return text + b" " + hashlib.sha256(text).hexdigest()[:16].encode() + b"\n"
