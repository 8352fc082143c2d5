"""`drctl graph`: a runbook as a picture."""

from __future__ import annotations

from pathlib import Path

import click

from drctl.cli.options import shared
from drctl.cli.printing import answer_or_save


@click.command(short_help="Draw a runbook.")
@click.argument("name", metavar="NAME|PATH")
@click.option("--format", "form", type=click.Choice(["mermaid", "dot", "svg"]), default="mermaid", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to FILE.")
@shared
def graph(name: str, form: str, out: Path | None) -> None:
    """Draw the runbook: which step waits for which, how long each should take, where people decide.

    \b
    Examples:
      drctl graph region-failover
      drctl graph region-failover --format svg --out region-failover.svg
    """
    from drctl.bootstrap import load_graph
    from drctl.report.graph import render_graph

    answer_or_save(render_graph(load_graph(name), form), out)
