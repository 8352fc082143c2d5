"""The command line. Nothing heavy is imported here: `drctl --help` has to be there at once, also over bad SSH."""

from __future__ import annotations

import click

from drctl.cli import (
    abort,
    actions,
    amend,
    approve,
    beacon,
    check,
    cleanup,
    drill,
    findings,
    graph,
    iam_policy,
    key,
    logs,
    manual,
    mark,
    orders,
    pack,
    plan,
    recover,
    report,
    resume,
    runs,
    schema,
    sim,
    status,
    takeover,
    trend,
    validate,
    verify,
)
from drctl.cli.entry import CommandLine, leave_at_once
from drctl.cli.errors import Interrupted


@click.group(
    name="drctl",
    cls=CommandLine,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Exit codes:
  0    done, and the objectives were met
  1    ended badly: failed, an objective missed, aborted
  2    refused, nothing was changed
  3    held, waiting for an operator; can be resumed
  4    another runner drives the run
  70   a bug in drctl; the traceback is in the log
  130  interrupted; the resume command is printed

\b
Completion in bash (zsh and fish likewise), in ~/.bashrc:
  eval "$(_DRCTL_COMPLETE=bash_source drctl)"
""",
)
@click.version_option(package_name="drctl", prog_name="drctl")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Disaster recovery for AWS: runbooks in YAML, driven idempotently, with RTO and RPO measured.

    \b
    Rehearse a recovery on a simulated AWS, then read what it showed:
      drctl drill --runbook region-failover
      drctl report latest
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


for _command in (
    abort.abort,
    actions.actions,
    amend.amend,
    approve.approve,
    beacon.beacon,
    check.check,
    cleanup.cleanup,
    drill.drill,
    findings.finding,
    findings.findings,
    graph.graph,
    iam_policy.iam_policy,
    key.key,
    logs.logs,
    orders.note,
    pack.pack,
    orders.pause,
    plan.plan,
    recover.recover,
    approve.reject,
    manual.manual,
    mark.mark,
    report.report,
    resume.resume,
    orders.retry,
    runs.runs,
    schema.schema,
    sim.sim,
    orders.skip,
    status.status,
    takeover.takeover,
    trend.trend,
    validate.validate,
    verify.verify,
):
    cli.add_command(_command)


def main() -> None:
    """The entry point of `drctl`."""
    try:
        cli.main(prog_name="drctl")
    except SystemExit as ended:
        if ended.code == Interrupted.exit_code:
            leave_at_once(Interrupted.exit_code)
        raise
