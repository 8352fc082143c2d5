"""`drctl beacon`: timed markers in the data stores, and what the newest survivors of them say."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import instant, output, shared

if TYPE_CHECKING:
    from drctl.model.written_beacon import WrittenBeacon


def _span(ctx: click.Context, param: click.Parameter, given: str | None) -> timedelta | None:
    from drctl.model.duration import parse_duration

    if given is None:
        return None
    try:
        return parse_duration(given)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.group(invoke_without_command=True, short_help="Timed markers in the data stores, and what they say was lost.")
@click.pass_context
def beacon(ctx: click.Context) -> None:
    """Timed markers in the data stores of an environment, and what the newest survivors of them say was lost.

    \b
    Examples:
      drctl beacon write --environment production
      drctl beacon read --environment production --region eu-west-1 --onset 2026-11-14T02:41:00Z
    """
    from drctl.cli.printing import answer

    if ctx.invoked_subcommand is None:
        answer(ctx.get_help())


@beacon.command(short_help="Write a timed marker into each data store, again and again.")
@click.option("--environment", required=True, metavar="NAME|PATH", help="Whose stores: its `beacons`.")
@click.option("--store", "stores", multiple=True, metavar="NAME", help="This store only; may be given several times.")
@click.option("--once", is_flag=True, help="One into each store whose time has come, for cron and EventBridge.")
@click.option("--for", "lasting", metavar="DURATION", callback=_span, help="End after that  [default: at Ctrl-C]")
@output
@shared
@click.pass_obj
@click.pass_context
def write(
    ctx: click.Context,
    invocation: Invocation,
    environment: str,
    stores: tuple[str, ...],
    once: bool,
    lasting: timedelta | None,
) -> None:
    """Write beacons into the data stores of an environment, on the cadence that its file says.

    A store that fails is told, and stops no other. Only drctl's own table, key, prefix, queue and
    secret are written, after the guard of the environment has let it pass. Old beacons are deleted.
    Exit code 1: with --once, one was not written; otherwise, a store has got none at all.

    \b
    Examples:
      drctl beacon write --environment production
      drctl beacon write --environment production --once --output json
      drctl beacon write --environment staging --store postgres --for 2h
    """
    from drctl.bootstrap import beacon_writer
    from drctl.cli.confirming import mfa_code
    from drctl.cli.printing import answer_document, tell
    from drctl.report.beacons import written_document, written_line

    if once and lasting is not None:
        raise click.UsageError("--once and --for do not go together", ctx)
    told: list[WrittenBeacon] = []

    def note(written: WrittenBeacon) -> None:
        if once:
            told.append(written)
        # Of a writer that runs for years, only what is wrong is worth a line each time.
        if once or lasting is not None or not written.fine or written.warning or invocation.verbose:
            tell(written_line(written))

    writer = beacon_writer(environment, stores, mfa_code())
    if once:
        fine = writer.once(note)
    else:
        every = ", ".join(f"{store.store} ({store.kind})" for store in writer.stores)
        tell(f"writing beacons of {writer.environment.name} into {every}; Ctrl-C ends it")
        until = writer.now() + lasting if lasting is not None else None
        with _stopped_by_signals() as stop:
            fine = writer.keep_on(until, stop, note)
        tell("no more beacons are written")
    if invocation.json:
        answer_document(written_document(writer.environment.name, told, fine=fine))
    ctx.exit(0 if fine else 1)


@beacon.command(short_help="Find the newest marker in each data store, and what was lost.")
@click.option("--environment", required=True, metavar="NAME|PATH", help="Whose stores: its `beacons`.")
@click.option("--region", metavar="REGION", help="In this Region  [default: where they are written]")
@click.option("--store", "stores", multiple=True, metavar="NAME", help="This store only; may be given several times.")
@click.option("--onset", metavar="TIME", callback=instant, help="When it began; the loss counts back from there.")
@output
@shared
@click.pass_obj
@click.pass_context
def read(
    ctx: click.Context,
    invocation: Invocation,
    environment: str,
    region: str | None,
    stores: tuple[str, ...],
    onset: datetime | None,
) -> None:
    """Find the newest beacon that is in each data store of an environment; with --onset, what was lost.

    Nothing is changed. Exit code 1: a store did not answer, or has no beacon: its loss is not known.

    \b
    Examples:
      drctl beacon read --environment production
      drctl beacon read --environment production --region eu-west-1 --onset 2026-11-14T02:41:00Z
    """
    from drctl.bootstrap import read_beacons
    from drctl.cli.confirming import mfa_code
    from drctl.cli.printing import answer, answer_document
    from drctl.report.beacons import read_text

    found: Any = read_beacons(environment, region, stores, onset, mfa_code())
    if invocation.json:
        answer_document(found)
    else:
        answer(read_text(found))
    ctx.exit(0 if all(store["recovery_point"] for store in found["stores"]) else 1)


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set: the usual ways to end a writer, and no failure."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
