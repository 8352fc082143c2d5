"""`drctl status`: where a run stands."""

from __future__ import annotations

import sys

import click

from drctl.cli.invocation import Invocation, width
from drctl.cli.options import output, shared
from drctl.cli.printing import answer, answer_document


@click.command(short_help="Where a run stands.")
@click.argument("run", default="latest", metavar="[RUN]")
@output
@shared
@click.pass_obj
def status(invocation: Invocation, run: str) -> None:
    """Show where RUN stands: its clocks, what runs, what waits for whom, what to type next.

    RUN is a run's name, any unique beginning of it, or `latest`, the default. With --output json
    the answer is the whole run document, as in `drctl report RUN --format json`.

    \b
    Examples:
      drctl status
      drctl status dr-sim-20261114-k7qd --output json
    """
    from drctl.bootstrap import read_run
    from drctl.cli.driving import with_state_dir
    from drctl.report.document import run_document
    from drctl.report.status import status_text

    found, plan, _ = read_run(run, invocation.state_dir)
    document = with_state_dir(run_document(found, plan), invocation)
    if invocation.json:
        answer_document(document)
    else:
        answer(status_text(document, width=width(), colour=invocation.colour(sys.stdout)))
