"""`drctl cleanup`: delete what a drill has left."""

from __future__ import annotations

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared


@click.command(short_help="Delete what a drill has made and left.")
@click.argument("run", metavar="[RUN]", required=False)
@click.option("--environment", metavar="NAME|PATH", help="With --expired: the environment to clean up.")
@click.option("--expired", is_flag=True, help="Everything of any drill whose time is over (drctl:expires-at).")
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@output
@shared
@click.pass_obj
@click.pass_context
def cleanup(
    ctx: click.Context,
    invocation: Invocation,
    run: str | None,
    environment: str | None,
    expired: bool,
    dry_run: bool,
) -> None:
    """Delete what the drill RUN has made in its environment and left there.

    Only what carries the tags of that run and of a drill is deleted, in the accounts of the environment.
    It may be stopped or killed at any time and typed again. RUN is a run's name, any unique beginning of
    it, or `latest`. Exit code 0: nothing is left. 1: something is, and each is told with the reason.

    \b
    Examples:
      drctl cleanup latest --dry-run
      drctl cleanup dr-staging-20261127-k7qd
      drctl cleanup --environment staging --expired --output json
    """
    from drctl.bootstrap import cleanup as cleanup_run
    from drctl.bootstrap import cleanup_expired
    from drctl.cli.confirming import mfa_code
    from drctl.cli.printing import answer, answer_document, tell
    from drctl.report.cleanup import cleanup_document, cleanup_text

    if (run is None) is not expired or expired is (environment is None):
        raise click.UsageError("name a RUN, or an --environment with --expired", ctx)
    if run is not None:
        done = [cleanup_run(run, invocation.state_dir, dry_run=dry_run, mfa_code=mfa_code(), tell=tell)]
    else:
        done = list(
            cleanup_expired(str(environment), invocation.state_dir, dry_run=dry_run, mfa_code=mfa_code(), tell=tell)
        )
    if invocation.json:
        answer_document(cleanup_document(done, dry_run=dry_run))
    else:
        answer(cleanup_text(done, dry_run=dry_run))
    left = any(not one.clean or (dry_run and one.deleted) for one in done)
    ctx.exit(1 if left else 0)
