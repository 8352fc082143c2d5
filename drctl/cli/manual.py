"""`drctl manual`: how a person goes on without drctl."""

from __future__ import annotations

from dataclasses import replace

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared
from drctl.cli.printing import answer, answer_document


@click.command(short_help="What to type to go on by hand.")
@click.argument("run", metavar="RUN")
@click.argument("step", required=False, metavar="[STEP]")
@click.option("--undo", is_flag=True, help="What to type to take the step back.")
@output
@shared
@click.pass_obj
def manual(invocation: Invocation, run: str, step: str | None, undo: bool) -> None:
    """Print what a person types to do by hand what STEP of RUN would do next, and to see whether it has worked.

    Without STEP: every step that is not over, in order, to hand over to whoever goes on.
    RUN is a run's name, any unique beginning of it, or `latest`. The world is looked at and nothing
    is changed or recorded: no lease is taken, and a run that goes on meanwhile is not disturbed.
    No secret is shown; where one is needed there is a variable of the shell in its place.

    \b
    Examples:
      drctl manual latest
      drctl manual latest restore-database
      drctl manual latest restore-database --undo
      drctl manual latest --output json | jq -r '.steps[].commands[]'
    """
    from drctl.bootstrap import manual as hand_over
    from drctl.report.hand_over import hand_over_document, hand_over_text

    found = hand_over(run, invocation.state_dir, step, undo=undo)
    # Only this call knows where runs are kept.
    steps = [replace(s, hint=invocation.command(s.hint)) if s.hint.startswith("drctl ") else s for s in found.steps]
    sheet = replace(found, steps=tuple(steps))
    if invocation.json:
        answer_document(hand_over_document(sheet))
    else:
        answer(hand_over_text(sheet))
