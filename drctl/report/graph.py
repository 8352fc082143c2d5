"""A plan as a picture: `render_graph(plan, form)` for each of GRAPH_FORMATS."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from drctl.model.plan import Plan
from drctl.report.graph_svg import render_svg
from drctl.report.graph_text import render_dot, render_mermaid

_RENDERERS: Mapping[str, Callable[[Plan], str]] = {"mermaid": render_mermaid, "dot": render_dot, "svg": render_svg}

GRAPH_FORMATS = tuple(_RENDERERS)


def render_graph(plan: Plan, form: str) -> str:
    """`plan` drawn as `form`: mermaid and dot for other tools to lay out, svg laid out and self-contained.

    A need that follows from other needs is not drawn. KeyError for a form that is none of GRAPH_FORMATS.
    """
    return _RENDERERS[form](plan)
