"""`drctl mark`: give or correct an instant of the recovery."""

from __future__ import annotations

from datetime import datetime

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import instant, output, shared
from drctl.cli.orders import RUN, order
from drctl.model.timing import Mark


@click.command(short_help="Give or correct an instant of the recovery.")
@RUN
@click.argument("mark", type=click.Choice([mark.value for mark in Mark if mark is not Mark.EXECUTING]), metavar="MARK")
@click.argument("time", metavar="TIME", callback=instant)
@click.option("--reason", required=True, metavar="TEXT", help="How this is known; it is a finding in the report.")
@output
@shared
@click.pass_obj
def mark(invocation: Invocation, run: str, mark: str, time: datetime, reason: str) -> None:
    """Have MARK of RUN be TIME: onset, detected, declared; or fenced, data-writable, serving, verified, sustained,
    once the run has reached them.

    What it was before stays in the record, with who amended it and why. It is done while a run is driven, while
    nobody drives it, and after its end; the verdict that was recorded then stays, and the report says what it
    would be.

    \b
    Examples:
      drctl mark latest onset 2026-11-14T02:37:00Z --reason "first failed request in the load balancer's log"
      drctl mark dr-prod-20261114-k7qd detected 2026-11-14T02:44:10Z --reason "the page went out"
    """
    order(invocation, "mark", run, why=reason, mark=Mark(mark), instant=time)
