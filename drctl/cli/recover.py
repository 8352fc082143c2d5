"""`drctl recover`: recover from a real incident."""

from __future__ import annotations

from datetime import datetime

import click

from drctl.cli.drill import key_values
from drctl.cli.invocation import Invocation
from drctl.cli.options import marks, output, shared


@click.command(short_help="Recover from a real incident.")
@click.option("--runbook", required=True, metavar="NAME|PATH", help="The runbook to drive.")
@click.option("--environment", required=True, metavar="NAME", help="Where to drive it. There is no default.")
@click.option("--incident", required=True, metavar="ID", help="What the incident is called, such as INC-2041.")
@marks
@click.option(
    "--set", "inputs", multiple=True, callback=key_values, metavar="NAME=VALUE", help="An input of the runbook."
)
@click.option("--yes-i-mean", "meant", metavar="ACCOUNT", help="The account's name, in the place of typing it.")
@output
@shared
@click.pass_obj
@click.pass_context
def recover(
    ctx: click.Context,
    invocation: Invocation,
    runbook: str,
    environment: str,
    incident: str,
    onset: datetime | None,
    detected: datetime | None,
    declared: datetime | None,
    inputs: dict[str, str],
    meant: str | None,
) -> None:
    """Recover from a real incident, in the environment of that name.

    Before anything is changed, the account, the role, the Regions and the environment's marker are made sure of,
    and the account's name has to be typed. Approvals are asked on this terminal, or given by `drctl approve`.

    \b
    Examples:
      drctl recover --runbook region-failover --environment production --incident INC-2041
      drctl recover --runbook database-corruption --environment production --incident INC-2042 \\
        --onset 2026-11-14T02:41:00Z --yes-i-mean amply-production
    """
    from drctl.bootstrap import GivenMarks, RecoverRequest
    from drctl.bootstrap import recover as start
    from drctl.cli.confirming import confirming, mfa_code
    from drctl.cli.driving import drive

    request = RecoverRequest(
        runbook=runbook,
        environment=environment,
        incident=incident,
        inputs=inputs,
        marks=GivenMarks(onset=onset, detected=detected, declared=declared),
        state_dir=invocation.state_dir,
    )
    ctx.exit(
        drive(
            invocation,
            lambda progress, approvals, pause: start(
                request, progress, approvals, pause, confirmed=confirming(meant), mfa_code=mfa_code()
            ),
        )
    )
