"""SQLite's and the system's errors about a journal, as what an operator can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drctl.errors import JournalCorrupt, JournalUnavailable

_ERROR = sqlite3.SQLITE_ERROR
"""SQLite's code for what is wrong in a file or a statement; text that is no UTF-8 comes without any code."""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """What goes wrong inside is JournalUnavailable, or JournalCorrupt where the file answers and is no journal."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if code_of(error) == _ERROR:
            # Not the disk's fault: the file answers, and what is in it is no journal.
            raise _damaged(path, error) from error
        raise JournalUnavailable(
            f"the journal {path} cannot be used: {error}",
            note="what was recorded before is safe; nothing more was started",
            hint="free the disk or the folder, then resume the run",
        ) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # SQLite quotes what is damaged, which need not be text.
        raise _damaged(path, error) from error
    except OSError as error:
        raise JournalUnavailable(f"the journal {path} cannot be used: {error.strerror or error}") from error


def _damaged(path: Path, error: sqlite3.Error | UnicodeDecodeError) -> JournalCorrupt:
    return JournalCorrupt(f"the journal {path} is damaged: {error}", hint="use a copy of this journal")


def code_of(error: sqlite3.Error) -> int:
    """SQLite's code of an error, without what it adds to it."""
    return getattr(error, "sqlite_errorcode", _ERROR) & 0xFF
