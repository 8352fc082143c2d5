"""`drctl status`: where a run stands."""

from __future__ import annotations

import sys
from datetime import timedelta

import click

from drctl.cli.invocation import Invocation, width
from drctl.cli.options import duration, output, shared
from drctl.cli.printing import answer, answer_document

_INTERVAL = timedelta(seconds=2)


@click.command(short_help="Where a run stands.")
@click.argument("run", default="latest", metavar="[RUN]")
@click.option("--watch", is_flag=True, help="Go on showing it until the run has finished; Ctrl-C leaves at once.")
@click.option(
    "--interval", metavar="DURATION", callback=duration, help="With --watch: how often to look  [default: 2s]"
)
@output
@shared
@click.pass_obj
@click.pass_context
def status(ctx: click.Context, invocation: Invocation, run: str, watch: bool, interval: timedelta | None) -> None:
    """Show where RUN stands: its clocks, what runs, what waits for whom, when it is expected to end, what to type next.

    RUN is a run's name, any unique beginning of it, or `latest`, the default. With --output json
    the answer is the whole run document, as in `drctl report RUN --format json`.

    With --watch it is shown again and again, from any terminal and without touching the run: on a
    terminal painted over, elsewhere a line for each thing that happens. The exit code is then that
    of the run: 0 where it has met its objectives, and else 1.

    \b
    Examples:
      drctl status
      drctl status --watch
      drctl status latest --watch --interval 10s | tee drill.log
      drctl status dr-sim-20261114-k7qd --output json
    """
    if watch:
        if invocation.json:
            raise click.UsageError("--watch shows lines, and no JSON document", ctx)
        from drctl.cli.watching import watch_run

        ctx.exit(watch_run(invocation, run, interval or _INTERVAL))
    if interval is not None:
        raise click.UsageError("--interval goes with --watch", ctx)
    from drctl.bootstrap import present_of, read_run
    from drctl.cli.driving import with_state_dir
    from drctl.report.document import run_document
    from drctl.report.status import status_text

    found, plan, _ = read_run(run, invocation.state_dir)
    document = with_state_dir(run_document(found, plan, present_of(found)), invocation)
    if invocation.json:
        answer_document(document)
    else:
        answer(status_text(document, width=width(), colour=invocation.colour(sys.stdout)))
