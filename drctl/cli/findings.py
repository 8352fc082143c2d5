"""`drctl findings` and `drctl finding`: what runs have found, whose it is, and by when."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared
from drctl.cli.orders import RUN, order
from drctl.cli.printing import answer, answer_document, tell


@click.command(short_help="List what runs have found.")
@click.option("--runbook", metavar="NAME", help="Of this runbook only.")
@click.option("--open", "only_open", is_flag=True, help="Only those that no later run has shown to be gone.")
@output
@shared
@click.pass_obj
def findings(invocation: Invocation, runbook: str | None, only_open: bool) -> None:
    """List what the runs have found, those of the newest run first: whose each is, when it is due, and what became
    of it.

    A finding is closed by the first later run of the same runbook, environment and scenario that came as far and
    did not find it again. What is left of a recovery is closed by any such run of its runbook.

    \b
    Examples:
      drctl findings --open
      drctl findings --runbook region-failover --output json | jq -r '.findings[] | select(.overdue) | .retest'
    """
    from drctl.bootstrap import list_findings
    from drctl.report.findings import findings_document, findings_text

    found = list_findings(invocation.state_dir, runbook)
    listed = [one for one in found if one.closed_by is None] if only_open else found
    if invocation.json:
        answer_document(findings_document(listed))
    elif not listed:
        tell("no finding is open" if found else "nothing was found yet")
    else:
        answer(findings_text(listed))


def day(ctx: click.Context, param: click.Parameter, given: str | None) -> datetime | None:
    """A day such as 2026-12-31, at midnight in UTC."""
    if given is None:
        return None
    with contextlib.suppress(ValueError):
        if len(given) == len("2026-12-31"):
            return datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC)
    raise click.BadParameter(f"expected a day such as 2026-12-31, got {given!r}", ctx, param)


@click.command(short_help="Give a finding to somebody else, or another day.")
@RUN
@click.argument("id", metavar="FINDING")
@click.option("--owner", default="", metavar="NAME", help="Who has to see to it from now on.")
@click.option("--due", metavar="DATE", callback=day, help="By when, such as 2026-12-31.")
@click.option("--why", required=True, metavar="TEXT", help="Why; it is recorded.")
@output
@shared
@click.pass_obj
def finding(invocation: Invocation, run: str, id: str, owner: str, due: datetime | None, why: str) -> None:
    """Have FINDING of RUN, such as F1, belong to somebody else or be due on another day. Who changed it and why is
    recorded; a run that has ended takes it, too.

    \b
    Examples:
      drctl finding latest F1 --owner team-data --why "they own the snapshots"
      drctl finding dr-sim-20261114-k7qd F2 --due 2026-12-31 --why "after the freeze"
    """
    if not owner.strip() and due is None:
        raise click.UsageError("--owner or --due has to be given")
    order(invocation, "assign", run, why=why, finding=id.upper(), owner=owner.strip(), due=due)
