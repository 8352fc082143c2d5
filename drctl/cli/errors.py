"""Every way a command can stop, as text in five slots or as one JSON document, with its exit code."""

from __future__ import annotations

import os
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

import click

from drctl.errors import DrctlError, Refused


class UsageWrong(Refused):
    """The arguments are not what the command takes."""

    name = "usage"


class Interrupted(DrctlError):
    """Somebody pressed Ctrl-C, or the process was told to end."""

    name = "interrupted"
    exit_code = 130


class InternalError(DrctlError):
    """A bug. `what` is one line that names the log."""

    name = "internal-error"
    exit_code = 70


def error_text(error: DrctlError) -> str:
    """A name, what stopped, the facts, what was and was not changed, what to type next."""
    if isinstance(error, InternalError):
        return f"error: {error.name}: {error.what}"
    parts = [f"error: {error.name}", "", error.what]
    if error.context:
        parts += ["", *(f"  {line}" for line in error.context)]
    if error.note or error.hint:
        parts.append("")
    parts += [f"note: {error.note}"] if error.note else []
    parts += [f"hint: {error.hint}"] if error.hint else []
    return "\n".join(parts)


def error_document(error: DrctlError) -> dict[str, Any]:
    """The same five slots, and the exit code, for scripts."""
    return {
        "error": {
            "name": error.name,
            "what": error.what,
            "context": list(error.context),
            "note": error.note,
            "hint": error.hint,
            "exit_code": error.exit_code,
        }
    }


def usage_error(error: click.ClickException) -> UsageWrong:
    """click's own complaint, in our words' order. Nothing has been done yet when click complains."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = f"{context.command_path} --help" if context is not None else "drctl --help"
    return UsageWrong(error.format_message(), hint=hint)


def internal_error(error: BaseException, state_dir: Path) -> InternalError:
    """A bug in one line; its traceback is in the file that the line names."""
    log = _write_traceback(error, state_dir / "log")
    where = f"the traceback is in {log}" if log is not None else "its traceback could not be written anywhere"
    told = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    return InternalError(f"{told}; {where}")


def _write_traceback(error: BaseException, folder: Path) -> Path | None:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    text = f"drctl {_version()}, Python {sys.version}\n\n{''.join(traceback.format_exception(error))}"
    # The state folder may be what is broken.
    for place in (folder, Path(tempfile.gettempdir())):
        path = place / f"drctl-crash-{stamp}-{os.getpid()}.log"
        try:
            place.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError:
            continue
        return path
    return None


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("drctl")
    except PackageNotFoundError:
        return "(not installed)"
