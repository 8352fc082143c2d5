"""`drctl pause`, `retry`, `skip`, `note`: steer a run from another terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared
from drctl.cli.printing import answer, answer_document

if TYPE_CHECKING:
    from drctl.bootstrap import Obeyed

_RECORDED = ("note", "mark", "assign")
"""Orders that change the record and nothing of what a runner does."""
RUN = click.argument("run", metavar="RUN")
STEP = click.argument("step", metavar="STEP")


@click.command(short_help="Stop a run at the next safe point.")
@RUN
@click.option("--reason", default="", metavar="TEXT", help="Why; it is recorded.")
@output
@shared
@click.pass_obj
def pause(invocation: Invocation, run: str, reason: str) -> None:
    """Stop RUN at the next safe point: what is on its way to AWS is waited for and recorded, nothing more is begun.

    RUN is a run's name, any unique beginning of it, or `latest`. `drctl resume RUN` goes on.

    \b
    Examples:
      drctl pause latest
      drctl pause dr-sim-20261114-k7qd --reason "waiting for the vendor's call"
    """
    order(invocation, "pause", run, why=reason)


@click.command(short_help="Try a step again that failed, is held or was skipped.")
@RUN
@STEP
@click.option("--reason", default="", metavar="TEXT", help="Why; it is recorded.")
@output
@shared
@click.pass_obj
def retry(invocation: Invocation, run: str, step: str, reason: str) -> None:
    """Try STEP of RUN again, one that has failed, is held or was skipped.

    A step that is held because a call is in doubt sends it again: look first, then order this.
    Where nobody drives the run, `drctl resume RUN` begins the new attempt.

    \b
    Examples:
      drctl retry latest restore-db
      drctl retry latest switch-dns --reason "the record is the old one, I have looked"
    """
    order(invocation, "retry", run, step=step, why=reason)


@click.command(short_help="Go on without a step.")
@RUN
@STEP
@click.option("--reason", required=True, metavar="TEXT", help="Why; it is a finding in the report.")
@output
@shared
@click.pass_obj
def skip(invocation: Invocation, run: str, step: str, reason: str) -> None:
    """Go on without STEP of RUN: what needs it goes on as if it had ended well.

    A finding records who skipped it and why. A run without a critical step proves nothing: it is
    NOT PROVEN at best.

    \b
    Examples:
      drctl skip latest warm-up-caches --reason "the cache is empty anyway"
    """
    order(invocation, "skip", run, step=step, why=reason)


@click.command(short_help="Write a note into the record of a run.")
@RUN
@click.argument("text", metavar="TEXT")
@click.option("--step", default="", metavar="STEP", help="The step that it is about.")
@output
@shared
@click.pass_obj
def note(invocation: Invocation, run: str, text: str, step: str) -> None:
    """Write TEXT into the record of RUN, with who wrote it and when. A run that has ended takes notes too.

    \b
    Examples:
      drctl note latest "status page updated, customers told 30 minutes"
      drctl note latest "the restore was slow because of IOPS" --step restore-db
    """
    order(invocation, "note", run, step=step, why=text)


def order(
    invocation: Invocation, kind: str, run: str, *, step: str = "", why: str = "", by: str = "", **more: Any
) -> None:
    """Give an order, in one's own name or that of `by`, and answer with what has become of it."""
    from drctl.bootstrap import find_run, give, new_order_id
    from drctl.cli.displays import person
    from drctl.model.order import Order, OrderKind

    folder = find_run(invocation.state_dir, run)
    given = Order(id=new_order_id(), kind=OrderKind(kind), by=by or person(), step=step, why=why, **more)
    tell_obeyed(invocation, give(given, folder))


def tell_obeyed(invocation: Invocation, obeyed: Obeyed) -> None:
    """Answer with the event that an order has become, and with what to type next."""
    given = obeyed.order
    paused = given.kind == "pause"
    goes_on = obeyed.driven and not paused
    recorded = given.kind in _RECORDED
    following = "report" if given.kind in ("mark", "assign") else "status" if goes_on or recorded else "resume"
    typed = invocation.command(f"drctl {following} {obeyed.run}")
    if invocation.json:
        document = {
            "order": given.id,
            "kind": given.kind.value,
            "run": obeyed.run,
            "step": given.step or None,
            "by": given.by,
            "reason": given.why,
            "event": obeyed.event,
            "driven": obeyed.driven,
            "next": [typed],
        }
        answer_document(document)
        return
    subject = given.step or given.mark or given.finding
    what = f"{given.kind} of {subject}" if subject else str(given.kind)
    who = "its runner goes on by it" if goes_on else "it is paused" if paused else "nobody drives it now"
    told = f"{what}: event {obeyed.event} of run {obeyed.run}"
    if given.kind == "note":
        answer(told)
        return
    answer(f"{told}\nnext: {typed}" if recorded else f"{told}; {who}\nnext: {typed}")
