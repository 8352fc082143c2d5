"""`drctl takeover`: drive a run that another runner holds."""

from __future__ import annotations

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared


@click.command(short_help="Take a run from the runner that holds it, and go on.")
@click.argument("run", metavar="RUN")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it is recorded.")
@click.option("--approve", type=click.Choice(["auto", "ask"]), help="As in drill  [default: as the run began]")
@click.option("--speed", type=click.Choice(["instant", "60", "1"]), help="As in drill  [default: as the run began]")
@click.option("--keep", is_flag=True, help="Leave the simulated AWS and what was made in it, to look at.")
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
    from drctl.bootstrap import resume as resume_run
    from drctl.cli.displays import person
    from drctl.cli.driving import drive
    from drctl.model.events import Approve

    chosen = Approve(approve) if approve is not None else None
    ctx.exit(
        drive(
            invocation,
            lambda progress, approvals, pause: resume_run(
                run,
                invocation.state_dir,
                progress,
                approvals,
                approve=chosen,
                speed=speed,
                keep=keep,
                pause=pause,
                takeover=Takeover(person(), reason),
            ),
        )
    )
