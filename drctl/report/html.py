"""The after-action report as one HTML file, made from the run document alone, so that its figures are the JSON's."""

from __future__ import annotations

from drctl import __version__
from drctl.report.deviations import deviations
from drctl.report.html_figures import Figures
from drctl.report.html_pages import render_page
from drctl.report.shape import RunDocument
from drctl.report.text_steps import state_of
from drctl.report.timeline import timeline_of
from drctl.report.wording import counted

_SHAPES = {
    "PASSED": "passed",
    "PASSED WITH EXCEPTIONS": "exceptions",
    "FAILED": "failed",
    "NOT PROVEN": "unproven",
    "ABORTED": "aborted",
}


def report_html(document: RunDocument) -> str:
    """The report: without script, and without anything that would have to be fetched."""
    return render_page(
        "report.html.j2",
        {
            "document": document,
            "figures": Figures(document),
            "timeline": timeline_of(document),
            "deviations": deviations(document),
            "usual": {
                one["id"]: f"forecast.steps.{index}.p50_s"
                for index, one in enumerate(document["forecast"]["steps"])
                if not one["guess"]
            },
            "shape": _SHAPES.get(document["verdict"] or "", "open"),
            "state_of": state_of,
            "counted": counted,
            "version": __version__,
        },
    )
