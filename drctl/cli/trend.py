"""`drctl trend`: how the recoveries of a runbook change from run to run."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from pathlib import Path

import click

from drctl.cli.invocation import Invocation, width
from drctl.cli.options import duration, output, shared


def _percent(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    if value is None:
        return None
    if (found := re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)\s*%", value.strip())) is None:
        raise click.BadParameter(f"expected a share such as 20%, got {value!r}")
    return float(found[1])


@click.command(short_help="How recoveries change from run to run.")
@click.option("--runbook", required=True, metavar="NAME", help="The runbook whose runs are compared.")
@click.option(
    "--environment", metavar="NAME", help="Of the runs in this one; `simulated` for simulated ones  [default: the last]"
)
@click.option("--mode", type=click.Choice(["drill", "recover"]), help="Of these only  [default: both are shown]")
@click.option(
    "--last", type=click.IntRange(2, 500), default=20, show_default=True, metavar="N", help="Of how many finished runs."
)
@click.option(
    "--max-regression",
    "most",
    metavar="PERCENT",
    callback=_percent,
    help="Exit code 1 where the newest run is slower than the median before by more, such as 20%.",
)
@click.option(
    "--floor", metavar="DURATION", callback=duration, help="Changes up to it are no regression  [default: 5s]"
)
@click.option(
    "--ignore", multiple=True, metavar="NAME", help="No regression either: a step, or `rto`, `rto-exec`, `loss`."
)
@click.option("--format", "form", type=click.Choice(["html"]), help="A page with charts, instead of the answer.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the page to FILE.")
@output
@shared
@click.pass_obj
@click.pass_context
def trend(
    ctx: click.Context,
    invocation: Invocation,
    runbook: str,
    environment: str | None,
    mode: str | None,
    last: int,
    most: float | None,
    floor: timedelta | None,
    ignore: tuple[str, ...],
    form: str | None,
    out: Path | None,
) -> None:
    """Compare the runs of a runbook: both objectives, head-room, and each step, the newest run against the median of
    those before it.

    Only runs in one environment are compared, and simulated ones never with real ones. Runs that failed or were aborted
    are shown, and nothing is compared with them. Where there is nothing to compare, --max-regression lets pass.

    \b
    Examples:
      drctl trend --runbook region-failover
      drctl trend --runbook staging-drill --environment staging --max-regression 20% --ignore loss
      drctl trend --runbook staging-drill --format html --out trend.html
    """
    if out is not None and form is None:
        raise click.UsageError("--out goes with --format html", ctx)
    if form is not None and invocation.json:
        raise click.UsageError("--output json is no page: leave one of them out", ctx)
    if most is None and (floor is not None or ignore):
        raise click.UsageError("--floor and --ignore go with --max-regression", ctx)
    from drctl.bootstrap import TrendRequest, find_trend
    from drctl.cli.printing import answer, answer_document, answer_or_save, tell
    from drctl.model.events import Mode
    from drctl.model.trend import Gate
    from drctl.report.trend_document import trend_document
    from drctl.report.trend_text import trend_text

    found = find_trend(
        TrendRequest(
            runbook=runbook,
            environment=environment,
            mode=Mode(mode) if mode is not None else None,
            last=last,
            state_dir=invocation.state_dir,
        )
    )
    gate = None
    if most is not None:
        gate = Gate(most_percent=most, floor=floor or timedelta(seconds=5), ignored=frozenset(ignore))
        known = {change.name for change in found.trend.changes} or set(ignore)
        for name in sorted(gate.ignored - known):
            tell(f"warning: --ignore {name}: the newest run has no such figure")
    document = trend_document(
        found.trend,
        runbook=found.runbook,
        environment=found.environment,
        simulated=found.simulated,
        mode=found.mode,
        unread=found.unread,
        gate=gate,
    )
    if form == "html":
        from drctl.report.trend_html import trend_html

        answer_or_save(trend_html(document), out)
        for sentence in document["regressions"]:
            tell(sentence)
    elif invocation.json:
        answer_document(document)
    else:
        answer(trend_text(document, width=width(), colour=invocation.colour(sys.stdout)))
    ctx.exit(1 if document["regressions"] else 0)
