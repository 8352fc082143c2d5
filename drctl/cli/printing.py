"""Where output goes: answers to stdout, everything for people on the way to stderr."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Any

from drctl.errors import DrctlError, Refused


class AnswerLost(DrctlError):
    """What stdout leads to took no answer; a script must not read half of one as a whole."""

    name = "answer-lost"


def answer(text: str) -> None:
    """Write the command's answer to stdout. A reader that has gone (`| head`) is no error, and changes no exit code.

    Raises AnswerLost where it cannot be written, as on a full disk.
    """
    try:
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        close_quietly()
    except OSError as error:
        close_quietly()
        raise AnswerLost(
            f"the answer could not be written to stdout: {error.strerror or error}",
            note="what was done is done; only the telling of it failed",
            hint="drctl report latest",
        ) from error


def answer_document(document: Any) -> None:
    """Write one JSON document to stdout."""
    from drctl.report.plain_json import to_text

    answer(to_text(document))


def tell(text: str) -> None:
    """Write a line for people to stderr; where nobody reads that any more, nothing."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def answer_or_save(text: str, out: Path | None) -> None:
    """Write `text` to `out`, all of it or nothing, or to stdout where no file is named. Raises Refused."""
    if out is None:
        answer(text)
        return
    content = (text if text.endswith("\n") else f"{text}\n").encode("utf-8", "replace")
    try:
        if out.exists() and not out.is_file():
            _write_into(out, content)
        else:
            _replace(out, content)
    except (OSError, ValueError) as error:
        raise Refused(f"{out} cannot be written: {getattr(error, 'strerror', None) or error}") from error
    tell(f"written to {out}")


def _replace(out: Path, content: bytes) -> None:
    # Not named after `out`, whose name may be as long as a name can be.
    half = out.absolute().parent / f".drctl-{os.getpid()}"
    try:
        half.write_bytes(content)
        half.replace(out)
    except OSError:
        half.unlink(missing_ok=True)
        raise


def _write_into(out: Path, content: bytes) -> None:
    # A device or a pipe has to stay one: for root, replacing /dev/null would be possible too. A pipe that nobody reads
    # is refused, where a plain open would wait for ever.
    descriptor = os.open(out, os.O_WRONLY | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    with open(descriptor, "wb") as file:
        file.write(content)


def close_quietly() -> None:
    """Write to nowhere from now on, as nobody reads stdout any more."""
    # Python flushes stdout again when it exits, and would complain on the screen.
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
