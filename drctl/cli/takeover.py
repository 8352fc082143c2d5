"""`drctl takeover`: drive a run that another runner holds."""

from __future__ import annotations

import click

from drctl.cli.going_on import go_on, how_to_go_on
from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared


@click.command(short_help="Take a run from the runner that holds it, and go on.")
@click.argument("run", metavar="RUN")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it is recorded.")
@how_to_go_on
@output
@shared
@click.pass_obj
@click.pass_context
def takeover(
    ctx: click.Context,
    invocation: Invocation,
    run: str,
    reason: str,
    approve: str | None,
    speed: str | None,
    keep: bool,
) -> None:
    """Take RUN from the runner that holds it, wherever that is, and go on with it here.

    The other runner writes nothing more, and begins no further call to AWS. A call that is on its
    way cannot be taken back: it is looked for before anything is done again. Where the other
    runner's lease still held, a finding records it.

    Where the newest events of the journal were lost, as by a damaged disk, this goes on without them. A
    finding names them. Every step that is not over is looked at again; a call that flips things (a
    failover) may have been among them, and is held until `drctl retry` has it sent.

    \b
    Examples:
      drctl takeover latest --reason "Ana's laptop has gone, she cannot be reached"
    """
    from drctl.bootstrap import Takeover
    from drctl.cli.displays import person

    taking = Takeover(person(), reason)
    ctx.exit(go_on(invocation, run, approve=approve, speed=speed, keep=keep, takeover=taking))
