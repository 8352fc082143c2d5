"""`drctl plan`: what a runbook would do, without doing it."""

from __future__ import annotations

from datetime import datetime

import click

from drctl.cli.drill import key_values
from drctl.cli.invocation import Invocation, width
from drctl.cli.options import instant, output, shared


@click.command(short_help="Show what a runbook would do, without doing it.")
@click.option("--runbook", required=True, metavar="NAME|PATH", help="The runbook to look at.")
@click.option("--environment", required=True, metavar="NAME", help="Where it would be driven.")
@click.option(
    "--mode", type=click.Choice(["drill", "recover"]), help="As what  [default: recover, where that is allowed there]"
)
@click.option(
    "--set", "inputs", multiple=True, callback=key_values, metavar="NAME=VALUE", help="An input of the runbook."
)
@click.option("--onset", metavar="TIME", callback=instant, help="When it began: tells until when to declare.")
@output
@shared
@click.pass_obj
def plan(
    invocation: Invocation,
    runbook: str,
    environment: str,
    mode: str | None,
    inputs: dict[str, str],
    onset: datetime | None,
) -> None:
    """Look at each step of a runbook in an environment as it is now: what is there, and what would be done first.

    Nothing is changed: no call that would change something is sent. What a step needs from an earlier one is not known
    before that is done, unless the earlier one only looks.

    How long it should take is known from earlier runs that are kept here, or else from what the runbook expects, which
    is told as a guess; and so is until when it has to be declared to meet the objective.

    \b
    Examples:
      drctl plan --runbook region-failover --environment production
      drctl plan --runbook region-failover --environment production --onset 2026-11-14T02:41:00Z
      drctl plan --runbook staging-drill --environment staging --mode drill --output json
    """
    from drctl.bootstrap import PlanRequest, foresee
    from drctl.cli.confirming import mfa_code
    from drctl.cli.printing import answer, answer_document
    from drctl.model.events import Mode
    from drctl.report.plan_text import plan_text

    request = PlanRequest(
        runbook=runbook,
        environment=environment,
        mode=Mode(mode) if mode is not None else None,
        inputs=inputs,
        onset=onset,
        state_dir=invocation.state_dir,
    )
    found = foresee(request, mfa_code())
    if invocation.json:
        answer_document(found)
        return
    answer(plan_text(found, width()))
