"""The content of a file that somebody has named: of a file only, and never of more than there may be."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from drctl.errors import NotFound, Refused


def content_of(
    path: Path, called: str, largest: int, *, look: Callable[[os.stat_result], None] = lambda found: None
) -> bytes:
    """The bytes of the file at `path`; `look` may refuse it for what is known of the very file that is read.

    Raises NotFound, and Refused where it cannot be read, is no file, or is larger than `largest` bytes. A pipe that
    nobody writes to is refused, where a plain open would wait for ever.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise Refused(f"{called} {path} is no file")
            look(found)
            with open(descriptor, "rb", closefd=False) as file:
                content = file.read(largest + 1)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise NotFound(f"there is no {called.removeprefix('the ')} {path}") from None
    except (OSError, ValueError) as error:
        raise Refused(f"{called} {path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(content) > largest:
        raise Refused(f"{called} {path} is larger than {largest:,} bytes")
    return content
