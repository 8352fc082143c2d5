"""Drive a run from the command line: show it, let Ctrl-C pause it, answer with its report."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from drctl.cli.displays import approvals, displays
from drctl.cli.errors import Interrupted
from drctl.cli.interrupt import pausing_on_signals
from drctl.cli.invocation import Invocation, width
from drctl.cli.printing import answer, answer_document
from drctl.errors import DrctlError
from drctl.ports.approvals import Approvals
from drctl.ports.progress import Progress

if TYPE_CHECKING:
    from drctl.bootstrap import Outcome, PauseRequest
    from drctl.report.shape import RunDocument

Start = Callable[[Progress, Approvals | None, "PauseRequest"], "Outcome"]


def drive(invocation: Invocation, start: Start) -> int:
    """Have `start` drive a run; answer with its report on stdout. Returns the exit code.

    Raises Interrupted, with the resume command, where the operator did not wait for the pause.
    """
    from drctl.bootstrap import PauseRequest
    from drctl.cli.logging import start_logging
    from drctl.report.progress_guarded import GuardedProgress

    start_logging(invocation)
    shown = displays(invocation)
    progress = GuardedProgress(*shown)
    pause = PauseRequest()
    try:
        with pausing_on_signals(pause):
            outcome = start(progress, approvals(shown), pause)
    except KeyboardInterrupt:
        raise _interrupted(progress.run, invocation) from None
    except DrctlError as error:
        if error.hint is None and progress.run is not None:
            error.hint = invocation.command(f"drctl resume {progress.run}")
        raise
    show(outcome.document, invocation)
    # A pause from another terminal is no Ctrl-C: whoever waits for this command has a run that is held.
    paused = pause.asked and not pause.order and outcome.document["state"] == "paused"
    return Interrupted.exit_code if paused else outcome.exit_code


def show(document: RunDocument, invocation: Invocation) -> None:
    """Answer with the run document, as it was asked for."""
    complete = with_state_dir(document, invocation)
    if invocation.json:
        answer_document(complete)
        return
    from drctl.report.text import report_text

    answer(report_text(complete, width=width(), colour=invocation.colour(sys.stdout)))


def with_state_dir(document: RunDocument, invocation: Invocation) -> RunDocument:
    """The document, its next commands completed by what only this call knows: where the run is kept."""
    complete: RunDocument = json.loads(_COMMAND.sub(lambda found: _quoted(invocation, found[0]), json.dumps(document)))
    return complete


_COMMAND = re.compile(r"drctl (?:report|logs|resume|status|takeover|approve|reject|retry|skip) dr-[a-z0-9-]+")


def _quoted(invocation: Invocation, command: str) -> str:
    """The completed command, as it stands inside a JSON text."""
    return json.dumps(invocation.command(command))[1:-1]


def _interrupted(run: str | None, invocation: Invocation) -> Interrupted:
    if run is None:
        return Interrupted("interrupted before the run began", note="nothing was changed")
    return Interrupted(
        f"run {run} was left before it had paused",
        note="everything recorded is safe; a call to AWS that was on its way is looked for when the run is resumed",
        hint=invocation.command(f"drctl resume {run}"),
    )
