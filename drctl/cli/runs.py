"""`drctl runs`: every run that is kept here."""

from __future__ import annotations

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared
from drctl.cli.printing import answer, answer_document, tell


@click.command(short_help="List the runs.")
@click.option("--overdue", is_flag=True, help="Instead, the drills that are late; exit code 1 where one is.")
@click.option("--environment", metavar="NAME|PATH", help="With --overdue: of this environment only  [default: all]")
@output
@shared
@click.pass_obj
@click.pass_context
def runs(ctx: click.Context, invocation: Invocation, overdue: bool, environment: str | None) -> None:
    """List the runs, newest first; or the drills that are overdue.

    An environment says what has to be drilled, and how often (`drills`). A drill counts when it
    has ended there and met its objectives, and is as old as its end.

    \b
    Examples:
      drctl runs
      drctl runs --output json | jq -r '.runs[0].run'
      drctl runs --overdue --environment staging
    """
    if overdue:
        ctx.exit(_tell_overdue(invocation, environment))
    if environment is not None:
        raise click.UsageError("--environment goes with --overdue", ctx)
    from drctl.bootstrap import list_runs
    from drctl.report.runs import runs_document, runs_text

    rows = list_runs(invocation.state_dir)
    if invocation.json:
        answer_document(runs_document(rows))
    elif not rows:
        tell(f"no runs in {invocation.state_dir} yet; begin with: drctl drill --runbook region-failover")
    else:
        answer(runs_text(rows))


def _tell_overdue(invocation: Invocation, environment: str | None) -> int:
    from drctl.bootstrap import list_overdue
    from drctl.report.overdue import overdue_document, overdue_text

    late = list_overdue(invocation.state_dir, environment)
    if invocation.json:
        answer_document(overdue_document(late))
    elif late:
        answer(overdue_text(late))
    else:
        tell("no drill is overdue")
    return 1 if late else 0
