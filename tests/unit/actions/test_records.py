"""Records of a runbook, and what Route 53 makes of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.actions.parameters import check_params, make_params
from drctl.actions.route53.records import Record
from drctl.actions.route53.switch_records import Params
from drctl.aws.route53 import plain_name, read_record

VALUES = {"A": "192.0.2.1", "AAAA": "2001:DB8::0:1", "CNAME": "Target.Example.Org", "TXT": 'with "quotes" \\ in it'}


def record(**given: Any) -> Record:
    made: Record = make_params(Record, {"name": "api.amply.example", **given})
    return made


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("API.Amply.Example.", "api.amply.example"),
        (r"\052.amply.example.", "*.amply.example"),
        (r"a\055b.example", "a-b.example"),
    ],
)
def test_names_are_compared_in_one_spelling(one: str, other: str) -> None:
    """Case, the last dot, and the escapes that Route 53 writes."""
    assert plain_name(one) == plain_name(other) == other


@pytest.mark.parametrize("type_", sorted(VALUES))
def test_what_is_written_reads_back_as_the_same(type_: str) -> None:
    """Otherwise a record that is as wanted would be switched again and again."""
    wanted = record(type=type_, values=[VALUES[type_]]).record_set(None)
    assert read_record(wanted.document) == wanted


@given(ttl=st.integers(0, 86400), values=st.lists(st.ip_addresses(v=4).map(str), min_size=1, max_size=5, unique=True))
def test_the_order_of_values_is_no_difference(ttl: int, values: list[str]) -> None:
    """Route 53 answers them in any order."""
    forth = record(type="A", ttl=ttl, values=values).record_set(None)
    assert forth == record(type="A", ttl=ttl, values=values[::-1]).record_set(None)


def test_an_alias_is_compared_with_all_that_it_has() -> None:
    """The zone of the load balancer tells its Region, and is easily copied wrong."""
    alias = {"dns_name": "ALB.eu-west-1.elb.amazonaws.com.", "zone_id": "Z1"}
    wanted = record(type="A", alias=alias).record_set(None)
    assert read_record(wanted.document) == wanted
    assert wanted != record(type="A", alias={**alias, "zone_id": "Z2"}).record_set(None)
    assert wanted != record(type="A", alias={**alias, "evaluate_target_health": True}).record_set(None)


def test_a_health_check_stays_on_the_record() -> None:
    """A switch of target does not quietly switch off the watch over it."""
    assert record(type="A", values=["192.0.2.1"]).record_set("h-1").document["HealthCheckId"] == "h-1"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"type": "A"}, "either `values` or `alias`"),
        ({"type": "A", "values": ["1"], "alias": {"dns_name": "x", "zone_id": "y"}}, "either `values` or `alias`"),
        ({"type": "A", "values": ["1"], "weight": 1}, "go with it"),
        ({"type": "A", "values": ["1"], "set_identifier": "x"}, "go with it"),
        ({"type": "A", "ttl": 60, "alias": {"dns_name": "x", "zone_id": "y"}}, "an alias has the `ttl`"),
        ({"type": "MX", "values": ["1"]}, "'A', 'AAAA', 'CNAME' or 'TXT'"),
    ],
)
def test_what_no_record_can_be_is_told_before_the_run(given: dict[str, Any], told: str) -> None:
    """With the place in the runbook."""
    (problem,) = check_params(Params, {"zone": "amply.example", "records": [{"name": "api.amply.example", **given}]})
    assert told in problem.message
    assert problem.path[:2] == ("records", 0)
