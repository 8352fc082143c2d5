"""`drctl report`: what a run proved."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drctl.cli.invocation import Invocation, width
from drctl.cli.options import shared
from drctl.cli.printing import answer_or_save
from drctl.errors import Refused

if TYPE_CHECKING:
    from drctl.report.shape import RunDocument


@click.command(short_help="What a run proved.")
@click.argument("run", metavar="RUN")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "junit", "markdown", "html"]),
    default="text",
    show_default=True,
    help="json is the run document (its schema: drctl schema document), junit is for CI systems, "
    "markdown for the summary of a job, html for people: one file, to be opened, printed, mailed and kept.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to FILE.")
@shared
@click.pass_obj
def report(invocation: Invocation, run: str, form: str, out: Path | None) -> None:
    """Report on RUN: the verdict, both objectives against what was measured, and the evidence.

    RUN is a run's name, any unique beginning of it, or `latest`. The report is computed from
    the journal, so it can be made again for any old run.

    \b
    Examples:
      drctl report latest
      drctl report latest --format json --out drill.json
      drctl report latest --format junit --out drill.xml
      drctl report latest --format html --out drill.html
    """
    if form == "html" and out is None and sys.stdout.isatty():
        raise Refused(
            "a page of HTML is nothing to read in a terminal",
            note="nothing was written",
            hint=f"drctl report {run} --format html --out report.html",
        )
    from drctl.bootstrap import read_run
    from drctl.cli.driving import with_state_dir
    from drctl.report.document import run_document
    from drctl.report.plain_json import to_text
    from drctl.report.text import report_text

    found, plan, _ = read_run(run, invocation.state_dir)
    document = run_document(found, plan)
    if form == "json":
        # A file is kept and read elsewhere: it says what the run says, and nothing of this machine.
        answer_or_save(to_text(document if out else with_state_dir(document, invocation)), out)
        return
    if form != "text":
        answer_or_save(_written(document, form), out)
        return
    colour = out is None and invocation.colour(sys.stdout)
    text = report_text(with_state_dir(document, invocation), width=100 if out else width(), colour=colour)
    answer_or_save(text, out)


def _written(document: RunDocument, form: str) -> str:
    """What is made to be read elsewhere."""
    if form == "junit":
        from drctl.report.junit import junit_xml

        return junit_xml(document)
    if form == "html":
        from drctl.report.html import report_html

        return report_html(document)
    from drctl.report.markdown import report_markdown

    return report_markdown(document)
