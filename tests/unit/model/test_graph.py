"""Orders, cycles and ancestors, of any graph."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from drctl.model.graph import Ancestors, find_cycles, in_order

NAMES = "abcdef"
GRAPHS = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=3), max_size=6)


def test_names_come_as_given_where_the_needs_allow_it() -> None:
    assert in_order("dcba", {"d": ["a"], "c": ["d"]}) == ("b", "a", "d", "c")


def test_what_hangs_on_a_cycle_is_left_out() -> None:
    assert in_order("abcd", {"a": ["b"], "b": ["a"], "c": ["b"]}) == ("d",)


def test_a_cycle_begins_with_the_name_given_first_and_each_needs_the_next() -> None:
    assert find_cycles("abcd", {"a": ["c"], "b": ["a"], "c": ["b"], "d": ["a"]}) == (("a", "c", "b"),)
    assert find_cycles("ab", {"a": ["a"], "b": ["b"]}) == (("a",), ("b",))


def test_needs_that_nobody_has_named_are_no_obstacle() -> None:
    assert in_order("ab", {"a": ["zz"]}) == ("a", "b")
    assert not Ancestors("ab", {"a": ["zz"]}).has("a", "zz")


@settings(deadline=None)
@given(GRAPHS)
def test_in_an_order_everything_follows_what_it_needs(needs: dict[str, list[str]]) -> None:
    ordered = in_order(NAMES, needs)
    for index, name in enumerate(ordered):
        assert set(needs.get(name, [])) <= set(ordered[:index])


@settings(deadline=None)
@given(GRAPHS)
def test_there_is_a_cycle_where_and_only_where_names_are_left_out(needs: dict[str, list[str]]) -> None:
    cycles = find_cycles(NAMES, needs)
    assert bool(cycles) is (len(in_order(NAMES, needs)) < len(NAMES))
    for cycle in cycles:
        for one, other in zip(cycle, (*cycle[1:], cycle[0]), strict=True):
            assert other in needs[one]
    ancestors = Ancestors(NAMES, needs)
    told = [name for cycle in cycles for name in cycle]
    assert len(told) == len(set(told))
    for name in set(NAMES) - set(in_order(NAMES, needs)) - set(told):
        assert any(ancestors.has(name, other) for other in told)


@settings(deadline=None)
@given(GRAPHS)
def test_an_ancestor_is_what_can_be_reached(needs: dict[str, list[str]]) -> None:
    ancestors = Ancestors(NAMES, needs)
    for name in NAMES:
        reached: set[str] = set()
        ahead = list(needs.get(name, []))
        while ahead:
            need = ahead.pop()
            if need not in reached:
                reached.add(need)
                ahead += needs.get(need, [])
        assert {other for other in NAMES if ancestors.has(name, other)} == reached
