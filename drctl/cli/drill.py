"""`drctl drill`: rehearse a recovery."""

from __future__ import annotations

from datetime import datetime

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import marks, output, shared
from drctl.cli.printing import answer_document, tell


def key_values(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """`k=v` arguments as a mapping; anything else, and the same key twice, is a mistake."""
    values: dict[str, str] = {}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"expected NAME=VALUE, got {pair!r}", ctx=ctx, param=param)
        if key in values:
            raise click.BadParameter(f"{key!r} is set twice", ctx=ctx, param=param)
        values[key] = value
    return values


@click.command(short_help="Rehearse a recovery and measure it.")
@click.option("--runbook", required=True, metavar="NAME|PATH", help="The runbook to drive.")
@click.option("--environment", default="simulated", show_default=True, metavar="NAME", help="Where to drive it.")
@click.option(
    "--estate", default="amply", show_default=True, metavar="NAME|PATH", help="What the simulated AWS is filled with."
)
@click.option(
    "--set", "inputs", multiple=True, callback=key_values, metavar="NAME=VALUE", help="An input of the runbook."
)
@click.option("--scenario", metavar="NAME|PATH", help="What breaks first  [default: the runbook's]")
@click.option("--fault", "faults", multiple=True, metavar="RULE", help="One more fault of the simulated AWS.")
@click.option(
    "--speed",
    type=click.Choice(["instant", "60", "1"]),
    default="instant",
    show_default=True,
    help="How fast simulated time runs: jumping, 60 times as fast, as in life.",
)
@click.option(
    "--approve",
    type=click.Choice(["auto", "ask"]),
    default="auto",
    show_default=True,
    help="auto: nobody watches; a drill that fails undoes itself. ask: on this terminal.",
)
@click.option("--keep", is_flag=True, help="Leave the simulated AWS and what was made in it, to look at.")
@click.option(
    "--skip-if-blocked",
    is_flag=True,
    help="Where something is in the way of planned work, report a skipped drill; exit code 0.",
)
@click.option(
    "--despite-window", metavar="REASON", help="Drill in a blocked window of the environment, too; this is recorded."
)
@marks
@output
@shared
@click.pass_obj
@click.pass_context
def drill(
    ctx: click.Context,
    invocation: Invocation,
    runbook: str,
    environment: str,
    estate: str,
    inputs: dict[str, str],
    scenario: str | None,
    faults: tuple[str, ...],
    speed: str,
    approve: str,
    keep: bool,
    skip_if_blocked: bool,
    despite_window: str | None,
    onset: datetime | None,
    detected: datetime | None,
    declared: datetime | None,
) -> None:
    """Rehearse a recovery and measure it.

    By default on a simulated AWS, in virtual time, with nothing but this machine.

    \b
    Examples:
      drctl drill --runbook region-failover
      drctl drill --runbook region-failover --approve ask --speed 60
      drctl drill --runbook ./my-runbook.yaml --estate ./my-estate.yaml --set recovery_region=eu-west-1
      drctl drill --runbook region-failover --scenario region-down --output json > drill.json
    """
    from drctl.bootstrap import DrillRequest, DrillSkipped, GivenMarks, start_drill
    from drctl.cli.confirming import mfa_code
    from drctl.cli.driving import drive
    from drctl.model.events import Approve

    request = DrillRequest(
        runbook=runbook,
        environment=environment,
        estate=estate,
        inputs=inputs,
        scenario=scenario,
        faults=faults,
        speed=speed,
        approve=Approve(approve),
        keep=keep,
        skip_if_blocked=skip_if_blocked,
        despite_window=despite_window,
        marks=GivenMarks(onset=onset, detected=detected, declared=declared),
        state_dir=invocation.state_dir,
    )
    asks = request.approve is Approve.ASK
    try:
        code = drive(
            invocation,
            lambda progress, approvals, pause: start_drill(
                request, progress, approvals if asks else None, pause, mfa_code()
            ),
        )
    except DrillSkipped as skipped:
        if invocation.json:
            answer_document(skipped.document)
        tell(f"skipped: {skipped}")
        code = 0
    ctx.exit(code)
