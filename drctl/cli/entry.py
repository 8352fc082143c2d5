"""Around every command: errors become text or JSON and an exit code, and no traceback reaches the screen."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from drctl.cli.errors import Interrupted, error_document, error_text, internal_error, usage_error
from drctl.cli.invocation import Invocation
from drctl.cli.printing import AnswerLost, answer_document, tell
from drctl.errors import DrctlError


class CommandLine(click.Group):
    """The group of all commands. Commands raise; what that means is decided here, once."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        arguments = list(sys.argv[1:] if args is None else args)
        invocation = Invocation(arguments)
        _open_what_is_closed()
        _write_anything()
        try:
            answered = super().main(
                args=arguments,
                prog_name=prog_name,
                complete_var=complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                obj=invocation,
                **extra,
            )
            code = answered if isinstance(answered, int) else 0
        except DrctlError as error:
            code = _stop(error, invocation)
        except click.Abort:
            code = _stop(Interrupted("interrupted"), invocation)
        except click.ClickException as error:
            code = _stop(usage_error(error), invocation)
        except Exception as error:
            code = _stop(internal_error(error, invocation.state_dir), invocation)
        if not standalone_mode:
            return code
        sys.exit(code)


def _stop(error: DrctlError, invocation: Invocation) -> int:
    if invocation.json and not isinstance(error, AnswerLost):
        try:
            answer_document(error_document(error))
        except AnswerLost as lost:
            tell(error_text(lost))
    else:
        tell(error_text(error))
    return error.exit_code


def leave_at_once(code: int) -> NoReturn:
    """End the process without waiting for its threads, which may wait for AWS for as long as a call takes.

    What was said is out, and the journal has been closed.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _open_what_is_closed() -> None:
    # `<&-` and its like, as some schedulers start programs: Python then has None where everybody expects a stream,
    # and the next file that is opened would get the number of stdout.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open to the end


def _write_anything() -> None:
    # A terminal that cannot show a character of an AWS name gets a question mark, not a crash in the middle of a run.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(OSError, ValueError):
                stream.reconfigure(errors="replace")
