"""`drctl resume`: go on with a run that was held, paused or killed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from drctl.cli.going_on import go_on, how_to_go_on
from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared

if TYPE_CHECKING:
    from drctl.bootstrap import IgnoredStop


@click.command(short_help="Go on with a run that was held or interrupted.")
@click.argument("run", metavar="RUN")
@how_to_go_on
@click.option("--ignore-stop", metavar="ID", help="Go on in spite of that stop condition; it needs a --reason.")
@click.option("--reason", default="", metavar="TEXT", help="Why the stop condition is ignored.")
@output
@shared
@click.pass_obj
@click.pass_context
def resume(
    ctx: click.Context,
    invocation: Invocation,
    run: str,
    approve: str | None,
    speed: str | None,
    keep: bool,
    ignore_stop: str | None,
    reason: str,
) -> None:
    """Go on with RUN where its journal ends: nothing that was done is done again.

    RUN is a run's name, any unique beginning of it, or `latest`.

    \b
    Examples:
      drctl resume latest
      drctl resume dr-sim-20261114-k7qd --approve ask
      drctl resume latest --ignore-stop errors-in-ireland --reason "known alarm, see INC-1234"
    """
    if (ignore_stop is None) is not (not reason):
        raise click.UsageError("--ignore-stop and --reason go together", ctx)
    ignored = _ignored(ignore_stop, reason) if ignore_stop is not None else None
    ctx.exit(go_on(invocation, run, approve=approve, speed=speed, keep=keep, ignored=ignored))


def _ignored(condition: str, reason: str) -> IgnoredStop:
    from drctl.bootstrap import IgnoredStop
    from drctl.cli.displays import person

    return IgnoredStop(condition, person(), reason)
