"""A plan as a self-contained SVG that reads well on light and on dark paper."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from drctl.model.plan import Plan, PlannedStep
from drctl.report.graph_layout import Layout, lay_out
from drctl.report.graph_parts import Arrow, arrows_of, facts_of, headline_of, look_of

_WIDTH, _HEIGHT = 232, 74
_COLUMN, _ROW = 300, 92
_LEFT, _TOP, _BAND = 24, 84, 40

_STYLE = """
:root{--paper:#fff;--ink:#1b1f24;--soft:#57606a;--line:#8c959f;--card:#f6f8fa;--edge:#d0d7de;
--ask:#fff4d6;--ask-edge:#bf8700;--once:#ffebe9;--once-edge:#cf222e}
@media (prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#e6edf3;--soft:#9198a1;--line:#6e7681;--card:#161b22;
--edge:#3d444d;--ask:#2e2611;--ask-edge:#d29922;--once:#2d1517;--once-edge:#f85149}}
text{font-family:ui-sans-serif,system-ui,'Segoe UI',Helvetica,Arial,sans-serif;fill:var(--ink)}
.paper{fill:var(--paper)}.title{font-size:18px;font-weight:600}.soft{font-size:11px;fill:var(--soft)}
.id{font-size:13px;font-weight:600}.what{font-size:11px}
.card{fill:var(--card);stroke:var(--edge)}.approval .card{fill:var(--ask);stroke:var(--ask-edge)}
.irreversible .card{fill:var(--once);stroke:var(--once-edge)}.dormant .card{stroke-dasharray:5 4}
.arrow{fill:none;stroke:var(--line);stroke-width:1.4}.instead{stroke-dasharray:5 4}.head{fill:var(--line)}
.band{fill:none;stroke:var(--edge);stroke-dasharray:2 4}
""".strip()


@dataclass(frozen=True, slots=True)
class _Part:
    """The normal steps, or those of `finally` below them."""

    layout: Layout
    arrows: Sequence[Arrow]
    top: float

    def x(self, column: int) -> float:
        return _LEFT + column * _COLUMN

    def y(self, row: float) -> float:
        return self.top + row * _ROW

    @property
    def width(self) -> float:
        return self.x(max(self.layout.columns.values(), default=0)) + _WIDTH

    @property
    def bottom(self) -> float:
        return self.y(self.layout.height) - (_ROW - _HEIGHT)


def render_svg(plan: Plan) -> str:
    """`plan` as an SVG document."""
    parts = _parts(plan)
    width = max(part.width for part in parts) + _LEFT
    height = parts[-1].bottom + _LEFT
    title = _text(plan.title)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{title}" '
            f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}">',
            f"<title>{title}</title>",
            f"<style>{_STYLE}</style>",
            '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
            'orient="auto"><path class="head" d="M0 0.8 7.5 4 0 7.2z"/></marker></defs>',
            f'<rect class="paper" width="{width:.0f}" height="{height:.0f}"/>',
            f'<text class="title" x="{_LEFT}" y="36">{title}</text>',
            f'<text class="soft" x="{_LEFT}" y="56">{_text(headline_of(plan))}</text>',
            *(line for part in parts for line in _drawn(plan, part)),
            *_band(parts, width),
            "</svg>",
            "",
        ]
    )


def _parts(plan: Plan) -> list[_Part]:
    parts: list[_Part] = []
    top: float = _TOP
    arrows = arrows_of(plan)
    for final in (False, True):
        names = [step.id for step in plan.steps if step.final is final]
        if not names and parts:
            continue
        inside = frozenset(names)
        own = [arrow for arrow in arrows if arrow.before in inside and arrow.to in inside]
        parts.append(_Part(lay_out(names, [(arrow.before, arrow.to) for arrow in own]), own, top))
        top = parts[-1].bottom + _BAND + 12
    return parts


def _drawn(plan: Plan, part: _Part) -> list[str]:
    arrows = [_arrow(part, arrow, way) for arrow, way in zip(part.arrows, part.layout.ways, strict=True)]
    return [*arrows, *(_card(plan.step(id), part) for id in part.layout.columns)]


def _arrow(part: _Part, arrow: Arrow, way: Sequence[tuple[int, float]]) -> str:
    layout = part.layout
    middle = _HEIGHT / 2
    x, y = part.x(layout.columns[arrow.before]) + _WIDTH, part.y(layout.rows[arrow.before]) + middle
    path = f"M{x:.1f} {y:.1f}"
    # Through a way-point an arrow runs level for the width of a step, as if it passed one.
    stops = [(part.x(column), part.y(row) + middle, _WIDTH) for column, row in way]
    stops.append((part.x(layout.columns[arrow.to]), part.y(layout.rows[arrow.to]) + middle, 0))
    for next_x, next_y, level in stops:
        bend = (x + next_x) / 2
        path += f"C{bend:.1f} {y:.1f} {bend:.1f} {next_y:.1f} {next_x:.1f} {next_y:.1f}"
        path += f"h{level}" if level else ""
        x, y = next_x + level, next_y
    kind = "arrow instead" if arrow.instead else "arrow"
    return f'<path class="{kind}" d="{path}" marker-end="url(#head)"/>'


def _card(step: PlannedStep, part: _Part) -> str:
    x, y = part.x(part.layout.columns[step.id]), part.y(part.layout.rows[step.id])
    lines = textwrap.wrap(step.title, 36, max_lines=2, placeholder="…")
    about = "\n".join(line for line in (step.id, step.title, facts_of(step)) if line)
    return "".join(
        [
            f'<g class="{look_of(step).value}" transform="translate({x:.1f} {y:.1f})"><title>{_text(about)}</title>',
            f'<rect class="card" width="{_WIDTH}" height="{_HEIGHT}" rx="9"/>',
            f'<text class="id" x="12" y="20">{_text(_cut(step.id, 28))}</text>',
            *(f'<text class="what" x="12" y="{36 + 13 * n}">{_text(line)}</text>' for n, line in enumerate(lines)),
            f'<text class="soft" x="12" y="66">{_text(_cut(facts_of(step), 36))}</text></g>',
        ]
    )


def _band(parts: Sequence[_Part], width: float) -> list[str]:
    if len(parts) < 2:
        return []
    y = parts[1].top - _BAND
    return [
        f'<path class="band" d="M{_LEFT} {y:.1f}H{width - _LEFT:.1f}"/>',
        f'<text class="soft" x="{_LEFT}" y="{y + 20:.1f}">finally, whatever happened before</text>',
    ]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _text(text: str) -> str:
    """`text` for XML, which has no place for most control characters."""
    return html.escape("".join(c for c in text if c in "\n\t" or (ord(c) >= 0x20 and not 0x7F <= ord(c) <= 0x9F)))
