"""`drctl abort`: end a run before its end."""

from __future__ import annotations

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared


@click.command(short_help="End a run before its end, with or without undo.")
@click.argument("run", metavar="RUN")
@click.option("--undo", is_flag=True, help="Take back what the run has changed, last first.")
@click.option("--reason", default="", metavar="TEXT", help="Why; it is recorded.")
@output
@shared
@click.pass_obj
@click.pass_context
def abort(ctx: click.Context, invocation: Invocation, run: str, undo: bool, reason: str) -> None:
    """End RUN before its end. Its verdict is ABORTED, and its `finally` steps are run.

    What it has changed stays as it is, unless --undo takes it back. Where nobody drives the run,
    this command does it and answers with the report; else the runner does.

    \b
    Examples:
      drctl abort latest --reason "false alarm, Frankfurt is back"
      drctl abort latest --undo --reason "wrong Region"
    """
    from drctl.bootstrap import Obeyed, Outcome, PauseRequest, find_run, new_order_id, resume
    from drctl.bootstrap import abort as abort_run
    from drctl.cli.displays import person
    from drctl.cli.driving import drive
    from drctl.cli.orders import tell_obeyed
    from drctl.model.order import Order, OrderKind
    from drctl.ports.approvals import Approvals
    from drctl.ports.progress import Progress

    folder = find_run(invocation.state_dir, run)
    order = Order(id=new_order_id(), kind=OrderKind.ABORT, by=person(), why=reason, undo=undo)

    obeyed: list[Obeyed] = []

    def start(progress: Progress, approvals: Approvals | None, pause: PauseRequest) -> Outcome:
        answered = abort_run(
            order, folder, lambda: resume(folder.run, invocation.state_dir, progress, approvals, pause=pause)
        )
        if isinstance(answered, Obeyed):
            obeyed.append(answered)
            raise _RunnerEnds
        return answered

    try:
        ctx.exit(drive(invocation, start))
    except _RunnerEnds:
        tell_obeyed(invocation, obeyed[0])


class _RunnerEnds(Exception):
    """A runner drives the run and ends it: there is nothing for this command to drive."""
