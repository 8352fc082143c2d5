"""A plan in the languages of Mermaid and Graphviz."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from drctl.model.plan import Plan, PlannedStep
from drctl.report.graph_parts import Arrow, Look, arrows_of, facts_of, headline_of, look_of

_MERMAID_SHAPES = {
    Look.STEP: ('["', '"]'),
    Look.APPROVAL: ('{{"', '"}}'),
    Look.IRREVERSIBLE: ('[["', '"]]'),
    Look.DORMANT: ('(["', '"])'),
}
_DOT_SHAPES = {
    Look.STEP: 'shape=box, style="rounded"',
    Look.APPROVAL: "shape=hexagon",
    Look.IRREVERSIBLE: "shape=box, peripheries=2",
    Look.DORMANT: 'shape=box, style="rounded,dashed"',
}


def render_mermaid(plan: Plan) -> str:
    """`plan` as a Mermaid flowchart."""
    names = _names(plan)

    def node(step: PlannedStep) -> str:
        begin, end = _MERMAID_SHAPES[look_of(step)]
        return f"{names[step.id]}{begin}{'<br/>'.join(_mermaid_text(line) for line in _lines(step))}{end}"

    def arrow(arrow: Arrow) -> str:
        kind = "-. instead .->" if arrow.instead else "-->"
        return f"{names[arrow.before]} {kind} {names[arrow.to]}"

    return "\n".join(
        [
            f"%% {_one_line(headline_of(plan))}",
            "flowchart LR",
            *_nested(plan, node, "  subgraph finally", "  end"),
            *(f"  {arrow(each)}" for each in arrows_of(plan)),
            "",
        ]
    )


def render_dot(plan: Plan) -> str:
    """`plan` as a Graphviz digraph."""
    names = _names(plan)

    def node(step: PlannedStep) -> str:
        label = r"\n".join(_dot_text(line) for line in _lines(step))
        return f'{names[step.id]} [label="{label}", {_DOT_SHAPES[look_of(step)]}];'

    def arrow(arrow: Arrow) -> str:
        kind = ' [style=dashed, label="instead"]' if arrow.instead else ""
        return f"{names[arrow.before]} -> {names[arrow.to]}{kind};"

    return "\n".join(
        [
            f'digraph "{_dot_text(plan.runbook)}" {{',
            f'  graph [rankdir=LR, label="{_dot_text(plan.title)}", fontname="sans-serif"];',
            '  node [fontname="sans-serif", fontsize=11];',
            '  edge [fontname="sans-serif", fontsize=9];',
            *_nested(plan, node, '  subgraph cluster_finally {\n    label="finally";', "  }"),
            *(f"  {arrow(each)}" for each in arrows_of(plan)),
            "}",
            "",
        ]
    )


def _nested(plan: Plan, node: Callable[[PlannedStep], str], begin: str, end: str) -> Sequence[str]:
    """All nodes, those of `finally` in a box of their own."""
    lines = [f"  {node(step)}" for step in plan.steps if not step.final]
    final = [f"    {node(step)}" for step in plan.steps if step.final]
    return [*lines, begin, *final, end] if final else lines


def _names(plan: Plan) -> dict[str, str]:
    # Ids have dots, slashes and brackets, which both languages read as their own.
    return {step.id: f"s{number}" for number, step in enumerate(plan.steps, 1)}


def _lines(step: PlannedStep) -> list[str]:
    return [line for line in (step.id, step.title, facts_of(step)) if line]


def _mermaid_text(text: str) -> str:
    return re.sub(r"[^\w .,:~·/()-]", lambda found: f"#{ord(found[0])};", _one_line(text))


def _dot_text(text: str) -> str:
    return _one_line(text).replace("\\", "\\\\").replace('"', '\\"')


def _one_line(text: str) -> str:
    return " ".join(text.split())
