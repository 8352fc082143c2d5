"""Where the steps of a picture go: columns by when they can start, rows so that arrows are short and cross little.

This is the method of Sugiyama, Tagawa and Toda (1981) in its plainest form. Arrows that
cross several columns get a way-point in each, so that they run between the steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 6
_MOST_WAYPOINTS = 20_000
"""With more than these, arrows go straight: it is no picture for people any more, but must still be drawn."""

Row = float
"""How far down, in rows; a step is one row high."""


@dataclass(frozen=True, slots=True)
class Layout:
    """For each name its column and row, and for each arrow (by its index) the places it passes on its way."""

    columns: Mapping[str, int]
    rows: Mapping[str, Row]
    ways: Sequence[Sequence[tuple[int, Row]]]
    height: Row


def lay_out(names: Sequence[str], arrows: Sequence[tuple[str, str]]) -> Layout:
    """A layout of `names`, which are in an order in which every arrow points forward."""
    columns = _columns(names, arrows)
    routes = _routes(arrows, columns)
    layers = _layers(names, columns, routes)
    neighbours = _neighbours(layers, routes)
    _untangle(layers, neighbours)
    rows = _straighten(layers, neighbours)
    top = min(rows.values(), default=0.0)
    rows = {node: row - top for node, row in rows.items()}
    return Layout(
        columns=columns,
        rows={name: rows[name] for name in names},
        ways=[[(columns[route[0]] + index, rows[node]) for index, node in enumerate(route)][1:-1] for route in routes],
        height=max(rows.values(), default=0.0) + 1,
    )


def _columns(names: Sequence[str], arrows: Sequence[tuple[str, str]]) -> dict[str, int]:
    before: dict[str, list[str]] = {name: [] for name in names}
    for start, end in arrows:
        before[end].append(start)
    columns: dict[str, int] = {}
    for name in names:
        columns[name] = max((columns[start] + 1 for start in before[name]), default=0)
    return columns


def _routes(arrows: Sequence[tuple[str, str]], columns: Mapping[str, int]) -> list[list[str]]:
    """Each arrow as the nodes it passes; a way-point is named by what no step can be named."""
    spans = [columns[end] - columns[start] for start, end in arrows]
    direct = sum(spans) > _MOST_WAYPOINTS
    return [
        [start, *(f"\0{number}/{step}" for step in range(1, 1 if direct else span)), end]
        for number, ((start, end), span) in enumerate(zip(arrows, spans, strict=True))
    ]


def _layers(names: Sequence[str], columns: Mapping[str, int], routes: Sequence[Sequence[str]]) -> list[list[str]]:
    layers: list[list[str]] = [[] for _ in range(max(columns.values(), default=-1) + 1)]
    for name in names:
        layers[columns[name]].append(name)
    for route in routes:
        for index, node in enumerate(route[1:-1], 1):
            layers[columns[route[0]] + index].append(node)
    return layers


def _neighbours(layers: Sequence[Sequence[str]], routes: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    neighbours: dict[str, list[str]] = {node: [] for layer in layers for node in layer}
    for route in routes:
        for one, other in pairwise(route):
            neighbours[one].append(other)
            neighbours[other].append(one)
    return neighbours


def _untangle(layers: list[list[str]], neighbours: Mapping[str, Sequence[str]]) -> None:
    """Order each layer by where the neighbours of its nodes are, back and forth."""
    place = {node: float(index) for layer in layers for index, node in enumerate(layer)}
    for sweep in range(_SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            wish = {node: _mean([place[n] for n in neighbours[node]], place[node]) for node in layer}
            layer.sort(key=lambda node: wish[node])
            place |= {node: float(index) for index, node in enumerate(layer)}


def _straighten(layers: Sequence[Sequence[str]], neighbours: Mapping[str, Sequence[str]]) -> dict[str, Row]:
    """Rows in each layer's order, a row apart, as near to their neighbours as that allows."""
    rows = {node: float(index) for layer in layers for index, node in enumerate(layer)}
    for sweep in range(_SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            wishes = [_mean([rows[n] for n in neighbours[node]], rows[node]) for node in layer]
            rows |= dict(zip(layer, _apart(wishes), strict=True))
    return rows


def _apart(wishes: Sequence[Row]) -> list[Row]:
    """The rows nearest to `wishes` that are in order and at least one apart (pooling adjacent violators)."""
    pools: list[tuple[float, int]] = []
    for index, wish in enumerate(wishes):
        total, count = wish - index, 1
        while pools and pools[-1][0] / pools[-1][1] >= total / count:
            before, members = pools.pop()
            total, count = total + before, count + members
        pools.append((total, count))
    rows: list[Row] = []
    for total, count in pools:
        rows += [total / count + len(rows) + member for member in range(count)]
    return rows


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default
