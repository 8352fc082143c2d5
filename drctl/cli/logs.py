"""`drctl logs`: everything that a run recorded."""

from __future__ import annotations

import sys

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared
from drctl.cli.printing import answer, answer_document

_COLOURS = {"good": "green", "careful": "yellow", "bad": "red"}


@click.command(short_help="Everything a run recorded.")
@click.argument("run", metavar="RUN")
@output
@shared
@click.pass_obj
def logs(invocation: Invocation, run: str) -> None:
    """Print the events of RUN as they are in its journal, oldest first.

    RUN is a run's name, any unique beginning of it, or `latest`. With --output json every
    event has all its fields, its sequence number and its hash.

    \b
    Examples:
      drctl logs latest
      drctl logs latest --output json | jq '.events[] | select(.type == "ChangeIntended")'
    """
    from drctl.bootstrap import read_run
    from drctl.report.event_log import log_document, log_lines

    found, _, records = read_run(run, invocation.state_dir)
    name = found.started.run if found.started is not None else run
    simulated = found.started is not None and found.started.simulated
    if invocation.json:
        answer_document(log_document(name, records, simulated=simulated))
        return
    colour = invocation.colour(sys.stdout)
    lines = [
        click.style(line, fg=_COLOURS.get(tone)) if colour and tone in _COLOURS else line
        for line, tone in log_lines(records)
    ]
    head = f"{'SIMULATED ' if simulated else ''}run {name}"
    answer("\n".join([head, *lines]))
