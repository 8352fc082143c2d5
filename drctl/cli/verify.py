"""`drctl verify`: whether a run's journal is what was written."""

from __future__ import annotations

import re

import click

from drctl.cli.errors import error_document
from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared
from drctl.cli.printing import answer, answer_document


def _hash(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[0-9a-f]{64}", value):
        raise click.BadParameter("a hash is 64 hexadecimal digits, as in a report's journal.head_hash")
    return value


@click.command(short_help="Whether a run's journal is whole.")
@click.argument("run", metavar="RUN")
@click.option(
    "--head",
    metavar="HASH",
    callback=_hash,
    help="A hash that a report of this run gave as journal.head_hash: its event must still be there.",
)
@output
@shared
@click.pass_obj
def verify(invocation: Invocation, run: str, head: str | None) -> int:
    """Check the whole journal of RUN: the file, the chain of its events, and that they tell of a run.

    RUN is a run's name, any unique beginning of it, or `latest`. Nothing is changed. Where something was
    altered, is missing or cannot be read, the exit code is 2, and the first such event is named with what
    is whole before it. With --output json the answer is one document in either case.

    Every event's hash covers the event before it. How many there are is recorded in the file, and again in
    journal.witness beside it. Yet who removes the newest events, or makes the whole chain anew, and puts
    both records right as well, leaves a journal that looks whole. Keep the reports: --head finds it out.

    \b
    Examples:
      drctl verify latest
      drctl verify latest --head "$(jq -r .journal.head_hash drill.json)"
      drctl verify dr-sim-20261114-k7qd --output json | jq .whole
    """
    from drctl.bootstrap import verify_run
    from drctl.report.verification import as_error, verification_document, verification_text

    found = verify_run(run, invocation.state_dir, head)
    error = as_error(found, found.damage) if found.damage is not None else None
    if error is not None and not invocation.json:
        raise error
    if invocation.json:
        answer_document({**verification_document(found), **(error_document(error) if error is not None else {})})
    else:
        answer(verification_text(found))
    return error.exit_code if error is not None else 0
