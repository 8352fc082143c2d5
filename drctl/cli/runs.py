"""`drctl runs`: every run that is kept here."""

from __future__ import annotations

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared
from drctl.cli.printing import answer, answer_document, tell


@click.command(short_help="List the runs.")
@output
@shared
@click.pass_obj
def runs(invocation: Invocation) -> None:
    """List the runs, newest first.

    \b
    Examples:
      drctl runs
      drctl runs --output json | jq -r '.runs[0].run'
    """
    from drctl.bootstrap import list_runs
    from drctl.report.runs import runs_document, runs_text

    rows = list_runs(invocation.state_dir)
    if invocation.json:
        answer_document(runs_document(rows))
    elif not rows:
        tell(f"no runs in {invocation.state_dir} yet; begin with: drctl drill --runbook region-failover")
    else:
        answer(runs_text(rows))
