"""What needs what: orders, cycles and ancestors of named things. Pure, and safe for graphs with cycles."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping, Sequence

Needs = Mapping[str, Collection[str]]
"""For each name, the names that must come before it."""


def in_order(names: Sequence[str], needs: Needs) -> tuple[str, ...]:
    """`names`, each after what it needs, and as given where that leaves a choice.

    What is part of a cycle, or needs something that is, is left out.
    """
    place = {name: index for index, name in enumerate(names)}
    waiting_for = {name: {need for need in needs.get(name, ()) if need in place} for name in names}
    wanted_by: dict[str, list[str]] = {name: [] for name in names}
    for name, needed in waiting_for.items():
        for need in needed:
            wanted_by[need].append(name)
    ready = [place[name] for name in names if not waiting_for[name]]
    heapq.heapify(ready)
    ordered: list[str] = []
    while ready:
        name = names[heapq.heappop(ready)]
        ordered.append(name)
        for dependent in wanted_by[name]:
            waiting_for[dependent].discard(name)
            if not waiting_for[dependent]:
                heapq.heappush(ready, place[dependent])
    return tuple(ordered)


def find_cycles(names: Sequence[str], needs: Needs) -> tuple[tuple[str, ...], ...]:
    """One cycle for each knot of names that need each other, each beginning with the name that is given first.

    In a cycle every name needs the one after it, and the last one needs the first.
    """
    done = set(in_order(names, needs))
    left = [name for name in names if name not in done]
    cycles: list[tuple[str, ...]] = []
    told: set[str] = set()
    for name in left:
        if name in told:
            continue
        cycle = _way_back(name, needs)
        if cycle:
            cycles.append(cycle)
            # Everything that both needs this name and is needed by it belongs to the same knot.
            told |= _reached(name, needs) & _reached(name, _turned(left, needs))
    return tuple(cycles)


class Ancestors:
    """For each name, everything that it needs, directly or through others."""

    def __init__(self, names: Sequence[str], needs: Needs) -> None:
        self._bit = {name: 1 << index for index, name in enumerate(names)}
        self._above = dict.fromkeys(names, 0)
        ordered = in_order(names, needs)
        self._pass(ordered, needs)
        # Only what hangs on a cycle needs more than one pass.
        placed = set(ordered)
        left = [name for name in names if name not in placed]
        while self._pass(left, needs):
            pass

    def has(self, name: str, ancestor: str) -> bool:
        """Whether `name` needs `ancestor`, directly or through others."""
        return bool(self._above.get(name, 0) & self._bit.get(ancestor, 0))

    def _pass(self, names: Sequence[str], needs: Needs) -> bool:
        changed = False
        for name in names:
            above = self._above[name]
            for need in needs.get(name, ()):
                above |= self._bit.get(need, 0) | self._above.get(need, 0)
            changed = changed or above != self._above[name]
            self._above[name] = above
        return changed


def _way_back(start: str, needs: Needs) -> tuple[str, ...]:
    """The shortest way along `needs` from `start` to itself; nothing where there is none."""
    came_from: dict[str, str] = {}
    ahead = [start]
    while ahead:
        further: list[str] = []
        for name in ahead:
            for need in needs.get(name, ()):
                if need == start:
                    way = [name]
                    while way[-1] != start:
                        way.append(came_from[way[-1]])
                    return tuple(reversed(way))
                if need not in came_from:
                    came_from[need] = name
                    further.append(need)
        ahead = further
    return ()


def _reached(start: str, needs: Needs) -> set[str]:
    seen, ahead = {start}, [start]
    while ahead:
        for need in needs.get(ahead.pop(), ()):
            if need not in seen:
                seen.add(need)
                ahead.append(need)
    return seen


def _turned(names: Sequence[str], needs: Needs) -> dict[str, list[str]]:
    turned: dict[str, list[str]] = {}
    for name in names:
        for need in needs.get(name, ()):
            turned.setdefault(need, []).append(name)
    return turned
