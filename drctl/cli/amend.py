"""`drctl amend`: another text for the steps that have not started."""

from __future__ import annotations

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared
from drctl.cli.printing import tell


@click.command(short_help="Change the steps of a run that have not started.")
@click.argument("run", metavar="RUN")
@click.option("--runbook", required=True, metavar="NAME|PATH", help="The text that the run follows from now on.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it is a finding in the report.")
@click.option("--check", is_flag=True, help="Only show the difference, and change nothing.")
@output
@shared
@click.pass_obj
def amend(invocation: Invocation, run: str, runbook: str, reason: str, check: bool) -> None:
    """Have RUN follow another text of its runbook from here on, for steps that have not started.

    The difference is shown, recorded and reported; the text that the run began with is kept. What
    has started stays, and so do inputs, objectives and stop conditions.

    \b
    Examples:
      drctl amend latest --runbook ./region-failover.yaml --reason "skip the warm-up" --check
      drctl amend latest --runbook ./region-failover.yaml --reason "skip the warm-up"
    """
    from drctl.bootstrap import amendment, find_run
    from drctl.cli.orders import order
    from drctl.cli.printing import answer, answer_document
    from drctl.report.wording import printable

    folder = find_run(invocation.state_dir, run)
    found = amendment(folder, runbook)
    for line in found.difference.splitlines():
        tell(printable(line))
    if not check:
        order(invocation, "amend", folder.run, why=reason, sources=found.sources, difference=found.difference)
    elif invocation.json:
        answer_document({"run": folder.run, "touched": list(found.touched), "difference": found.difference})
    else:
        answer(f"it would change: {', '.join(found.touched) or 'no step'}")
