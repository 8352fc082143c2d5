"""A file that is there as a whole or not at all, also after a power cut."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path

from drctl.errors import Refused


def check_place(out: Path, *, force: bool) -> None:
    """Raise Refused where `out` cannot be written: before anything else is done for it."""
    try:
        if out.is_dir():
            raise Refused(f"{out} is a folder", hint=f"name a file in it, such as {out / 'evidence.zip'}")
        if not out.absolute().parent.is_dir():
            raise Refused(f"{out} cannot be written: there is no folder {out.absolute().parent}")
        there = os.path.lexists(out)
    except (OSError, ValueError) as error:
        raise Refused(f"{out} cannot be written: {getattr(error, 'strerror', None) or error}") from error
    if there and not force:
        raise _there(out)
    if there and not out.is_file():
        raise Refused(f"{out} is no file")


def save_new(content: bytes, out: Path, *, force: bool) -> None:
    """Have `content` in `out`, forced to disk. Without `force`, a file that is there already stays. Raises Refused."""
    folder = out.absolute().parent
    half = folder / f".drctl-{secrets.token_hex(6)}"
    try:
        with half.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if force:
            half.replace(out)
        else:
            _link(half, out)
        _sync(folder)
    except FileExistsError:
        raise _there(out) from None
    except (OSError, ValueError) as error:
        raise Refused(f"{out} cannot be written: {getattr(error, 'strerror', None) or error}") from error
    finally:
        with contextlib.suppress(OSError, ValueError):
            half.unlink(missing_ok=True)


def _link(half: Path, out: Path) -> None:
    try:
        # Where somebody else has made one in the meantime, this fails, which a rename would not.
        os.link(half, out)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        if os.path.lexists(out):
            raise FileExistsError from None
        half.replace(out)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _there(out: Path) -> Refused:
    return Refused(f"{out} is there already", hint="--force writes over it")
