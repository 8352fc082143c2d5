"""Which file a journal is, so that a copy of it is not taken for the journal itself.

Two runners on two copies would each hold the lease of a file of its own, and neither would see what the other does.
The journal records where it is and which file it is whenever its lease is taken.
"""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from drctl.errors import CopiedJournal, JournalUnavailable

SCHEMA = """
CREATE TABLE IF NOT EXISTS place (one INTEGER PRIMARY KEY CHECK (one = 1), path TEXT NOT NULL,
                                  device TEXT NOT NULL, inode TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Place:
    """One file: where it is, and the numbers that its file system knows it by, as text: they may exceed 63 bits."""

    path: str
    device: str
    inode: str

    @classmethod
    def of(cls, path: Path) -> Place:
        """The file that is at `path` now. Raises OSError where there is none."""
        found = path.stat()
        return cls(str(path.resolve()), str(found.st_dev), str(found.st_ino))

    def is_file_of(self, other: Place) -> bool:
        """Whether both are one file.

        It may have been moved within its file system; and a restart may give a file system another number,
        but the file keeps its own number and its path then.
        """
        return self.inode == other.inode and (self.device == other.device or self.path == other.path)

    def check_still_there(self) -> None:
        """Raise JournalUnavailable where the file is no longer at its path: nobody would ever read what is written."""
        try:
            now = os.stat(self.path)
        except OSError as error:
            why = error.strerror or str(error)
        else:
            if str(now.st_ino) == self.inode:
                return
            why = "another file is in its place"
        raise JournalUnavailable(
            f"the journal {self.path} was moved or deleted while this run was driven: {why}",
            note="what was recorded before is in the file that was moved; nothing more was started",
            hint="put it back where it was, then resume the run",
        )


def settle(connection: sqlite3.Connection, path: Path, *, accept_copy: bool) -> None:
    """Record that the journal is the file at `path`. It belongs into the transaction that takes the lease.

    Raises CopiedJournal where it was another file before; with `accept_copy`, only where that one is still there.
    """
    here = Place.of(path)
    row = connection.execute("SELECT path, device, inode FROM place").fetchone()
    if row is not None:
        before = Place(*row)
        if not here.is_file_of(before):
            _refuse_copy(path, before, accept_copy=accept_copy)
        elif _is_second_name(here, before):
            raise CopiedJournal(
                f"{path} is a second name (a hard link) of the journal {before.path}",
                context=("two runners would not see each other's newest events, and would damage the file",),
                hint=f"go on with the run at {before.path}",
            )
    connection.execute("INSERT OR REPLACE INTO place VALUES (1, ?, ?, ?)", (here.path, here.device, here.inode))


def _refuse_copy(path: Path, before: Place, *, accept_copy: bool) -> None:
    try:
        original_there = Place.of(Path(before.path)).is_file_of(before)
    except OSError:
        original_there = False
    if original_there:
        raise CopiedJournal(
            f"{path} is a copy of the journal {before.path}, which is still there",
            context=("two runners on two copies would each change AWS without seeing the other",),
            hint="go on with the run there; or, if that file is no good, move it away first",
        )
    if not accept_copy:
        raise CopiedJournal(
            f"{path} is a copy of the journal {before.path}, or was restored from one",
            context=(
                "the original is not there any more; if it was moved, another runner may be driving it",
                "events that were recorded after the copy was made are not in it",
            ),
            hint=f"once you know that nobody drives the original: drctl takeover {path.parent.name} --reason TEXT",
        )


def _is_second_name(here: Place, before: Place) -> bool:
    if here.path == before.path:
        return False
    try:
        same_file = Place.of(Path(before.path)).is_file_of(here)
        # One folder can be seen at two paths, as in a container; the log beside the journal is then the same, too.
        return same_file and not Path(before.path).parent.samefile(Path(here.path).parent)
    except OSError:
        return False
