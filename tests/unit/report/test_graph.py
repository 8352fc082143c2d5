"""A picture of a plan shows every step and every order, whatever they are called."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drctl.model.plan import Objectives, OnDeadline, Plan, PlannedStep, Store
from drctl.model.timing import Mark
from drctl.report.graph import GRAPH_FORMATS, render_graph
from drctl.report.graph_layout import lay_out
from drctl.report.graph_parts import Arrow, arrows_of
from tests.fakes.golden import assert_golden

SVG = "{http://www.w3.org/2000/svg}"


def step(id: str, *needs: str, **more: object) -> PlannedStep:
    return PlannedStep(**{"id": id, "uses": "wait", "params": {}, "needs": needs, **more})  # type: ignore[arg-type]


def plan_of(*steps: PlannedStep) -> Plan:
    return Plan(
        runbook="small",
        title='Fail over & <back> "now"',
        objectives=Objectives(timedelta(hours=4), timedelta(hours=1)),
        steps=steps,
    )


SMALL = plan_of(
    step("find", uses="rds.find_recovery_point", title="Find the newest snapshot"),
    step(
        "restore",
        "find",
        uses="rds.restore_snapshot",
        title="Restore the database\nfrom that snapshot, which may take a good while",
        expect=timedelta(minutes=20),
        marks=Mark.DATA_WRITABLE,
        store=Store("postgres"),
        on_deadline=OnDeadline.FALLBACK,
        fallback="clone",
    ),
    step("clone", "find", dormant=True, critical=False),
    step("data/loop[a]", title='100% of "it"; #1 {x} \\ | <b>', account="shared-services"),
    step("ask", "restore", "data/loop[a]", "find", uses="approval", title="Decide"),
    step("erase", "ask", irreversible=True),
    step("tidy", final=True),
    step("report", "tidy", final=True),
)


@pytest.mark.parametrize("form", GRAPH_FORMATS)
def test_a_plan_is_drawn(form: str) -> None:
    assert_golden(f"graph.{form}", render_graph(SMALL, form))


def test_a_need_that_follows_from_others_is_not_drawn() -> None:
    arrows = arrows_of(SMALL)
    assert Arrow("find", "ask") not in arrows
    assert set(arrows) == {
        Arrow("find", "restore"),
        Arrow("restore", "ask"),
        Arrow("data/loop[a]", "ask"),
        Arrow("ask", "erase"),
        Arrow("tidy", "report"),
        Arrow("restore", "clone", instead=True),
    }


def test_the_picture_is_well_formed_and_needs_nothing_from_outside() -> None:
    text = render_graph(SMALL, "svg")
    root = ET.fromstring(text)  # noqa: S314 - our own text
    assert len(root.findall(f"{SVG}g")) == len(SMALL.steps)
    assert len([path for path in root.iter(f"{SVG}path") if "arrow" in path.get("class", "")]) == len(arrows_of(SMALL))
    assert "prefers-color-scheme" in text
    assert not re.search(r"(?:href|src|url)\s*[=(]\s*[\"']?https?:", text)
    assert "<script" not in text


def test_a_plan_without_final_steps_has_no_band_for_them() -> None:
    for form in GRAPH_FORMATS:
        assert "finally" not in render_graph(plan_of(step("a")), form)


def test_steps_in_one_column_do_not_touch_and_arrows_point_forward() -> None:
    names = [f"s{number}" for number in range(30)]
    arrows = [(names[start], names[end]) for start in range(30) for end in range(start + 1, 30, 7)]
    layout = lay_out(names, arrows)
    assert all(layout.columns[start] < layout.columns[end] for start, end in arrows)
    rows: dict[int, list[float]] = {}
    for name in names:
        rows.setdefault(layout.columns[name], []).append(layout.rows[name])
    for column in rows.values():
        column.sort()
        assert all(below - above >= 0.999 for above, below in itertools.pairwise(column))
    assert min(layout.rows.values()) >= 0
    assert max(layout.rows.values()) <= layout.height - 1


def test_what_is_far_too_big_for_a_picture_is_drawn_all_the_same() -> None:
    chain = [step(f"c{number}", *([f"c{number - 1}"] if number else [])) for number in range(300)]
    late = [step(f"s{number}") for number in range(100)]
    last = step("end", "c299", *(each.id for each in late))
    text = render_graph(plan_of(*late, *chain, last), "svg")
    assert len(ET.fromstring(text).findall(f"{SVG}g")) == 401  # noqa: S314 - our own text


@settings(deadline=None)
@given(st.text(min_size=1, max_size=30), st.text(max_size=120))
def test_no_text_breaks_a_picture(id: str, title: str) -> None:
    plan = plan_of(step(id, title=title, uses=id, account=title or None))
    ET.fromstring(render_graph(plan, "svg"))  # noqa: S314 - our own text
    mermaid = render_graph(plan, "mermaid").splitlines()
    assert len(mermaid) == 3
    assert re.fullmatch(r'  s1\["[^"<>\[\]{}]*(?:<br/>[^"<>\[\]{}]*){1,2}"\]', mermaid[2])
    dot = render_graph(plan, "dot").splitlines()
    assert len(dot) == 6
    assert re.fullmatch(r'  s1 \[label="(?:[^"\\]|\\.)*", shape=box, style="rounded"\];', dot[4])
