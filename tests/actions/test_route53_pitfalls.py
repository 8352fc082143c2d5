"""What Route 53 would accept, and clients would not be served as was meant: route53.switch_records says so instead."""

from __future__ import annotations

from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.model.decision import Change, Done, Refuse
from drctl.sim.services.load_balancers import ZONE_IDS
from tests.actions.cases.route53_switch_records import (
    OLD_DOCUMENT,
    PARAMS,
    WANTED,
    failover,
    plant_failover,
    plant_weighted,
    plant_zone,
)
from tests.actions.cases.route53_switch_records import records as stored
from tests.actions.driving import Driver
from tests.actions.laws import Case, Live
from tests.simulated import RECOVERY, SHARED_SERVICES, Simulated

API = "api.amply.example"
ALIAS = {"dns_name": f"amply-prod-1.{RECOVERY}.elb.amazonaws.com", "zone_id": ZONE_IDS[RECOVERY]}


def driver(simulated: Simulated, *records: dict[str, Any], **params: Any) -> Driver:
    given = {**PARAMS, "records": list(records) or PARAMS["records"], **params}
    live = Live(plant=lambda _: None)
    return Driver(Case(kind="route53.switch_records", params=given, account="shared-services", live=live), simulated)


def document(type_: str, value: str, name: str = API, ttl: int = 60) -> dict[str, Any]:
    return {"Name": f"{name}.", "Type": type_, "TTL": ttl, "ResourceRecords": [{"Value": value}]}


def record(type_: str, value: str, name: str = API, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type_, "values": [value], **more}


@pytest.mark.parametrize(
    ("switched", "left"), [(("A", "192.0.2.2"), "AAAA"), (("AAAA", "2001:db8::2"), "A")]
)  # fmt: skip
def test_half_of_a_name_is_not_switched(simulated: Simulated, switched: tuple[str, str], left: str) -> None:
    """Clients with IPv6 would go on where they were; named as well, both are switched in one batch."""
    plant_zone(simulated, document("A", "192.0.2.1"), document("AAAA", "2001:db8::1"))
    refused = driver(simulated, record(*switched)).converge().decision
    assert isinstance(refused, Refuse)
    assert f"{left} records" in refused.because
    assert simulated.calls("route53", "ChangeResourceRecordSets")[1:] == []

    both = driver(simulated, record("A", "192.0.2.2"), record("AAAA", "2001:DB8:0::2"))
    done = both.converge()
    assert isinstance(done.decision, Done)
    assert done.changes == ["switch"]
    assert isinstance(driver(simulated, record(*switched)).converge().decision, Done)


def test_weights_that_are_all_zero_are_refused(simulated: Simulated) -> None:
    """To take the weight off one only has to leave it on another, in the step or in the zone."""
    plant_weighted(simulated)
    off = {"type": "A", "set_identifier": "central", "weight": 0, "values": ["192.0.2.1"], "name": "*.amply.example"}
    before = stored(simulated)
    refused = driver(simulated, off).converge().decision
    assert isinstance(refused, Refuse)
    assert "weight 0" in refused.because
    assert stored(simulated) == before
    on = {**off, "set_identifier": "west", "weight": 1, "values": ["192.0.2.2"]}
    assert isinstance(driver(simulated, off, on).converge().decision, Done)


def test_a_long_ttl_is_told_and_refused_where_there_is_a_limit(simulated: Simulated) -> None:
    """Lowered at the moment of the switch it would not make a resolver forget."""
    plant_zone(simulated, {**OLD_DOCUMENT, "TTL": 3600})
    refused = driver(simulated, max_ttl="5m").converge().decision
    assert isinstance(refused, Refuse)
    assert "clients would keep the old answer for up to 1h" in refused.because
    assert refused.hint
    for limit in ({"max_ttl": "1h"}, {}):
        step = driver(simulated, **limit)
        done = step.converge()
        assert done.evidence is not None
        assert "clients may keep the old answer for up to 1h" in done.evidence.fact
        step.converge(undo=True)


def test_a_name_is_the_same_however_it_is_written(simulated: Simulated) -> None:
    """Case, the last dot, and the asterisk as its octal code."""
    plant_zone(simulated, document("A", "192.0.2.1", r"\052.amply.example"))
    for name in ("*.Amply.Example", "*.amply.example.", r"\052.amply.example"):
        done = driver(simulated, record("A", "192.0.2.1", name), zone="AMPLY.example").converge()
        assert isinstance(done.decision, Done), name
        assert done.changes == []


def test_an_alias_takes_the_place_of_addresses_and_back(simulated: Simulated) -> None:
    """The two share no field but the name; undo brings the TTL and the values back."""
    plant_zone(simulated, document("A", "192.0.2.1", ttl=300))
    before = stored(simulated)
    step = driver(simulated, {"name": API, "type": "A", "alias": ALIAS})
    change, _ = step.look()
    assert isinstance(change, Change)
    step.act(change)
    assert "192.0.2.1" not in str(stored(simulated))
    assert isinstance(step.converge(undo=True).decision, Done)
    assert stored(simulated) == before


def test_a_failover_record_keeps_its_health_check_and_its_role(simulated: Simulated) -> None:
    """Unless the step names another check; and there is one primary of a name."""
    plant_failover(simulated)
    route53 = simulated.client("route53", "us-east-1", SHARED_SERVICES)
    (check,) = route53.list_health_checks()["HealthChecks"]
    wanted = {"set_identifier": "primary", "failover": "PRIMARY"}

    def primary() -> dict[str, Any]:
        found: Any = stored(simulated)
        return next(one for one in found if one.get("Failover") == "PRIMARY")

    driver(simulated, record("A", "192.0.2.3", **wanted)).converge()
    assert primary() == failover("PRIMARY", "192.0.2.3", HealthCheckId=check["Id"])
    driver(simulated, record("A", "192.0.2.3", **wanted, health_check="h-2")).converge()
    assert primary()["HealthCheckId"] == "h-2"
    second = driver(simulated, record("A", "192.0.2.3", set_identifier="other", failover="PRIMARY")).converge()
    assert isinstance(second.decision, Refuse)
    assert "'primary'" in second.decision.because


@pytest.mark.parametrize(
    "wrong",
    [
        [{**WANTED, "name": "amply.example"}],
        [WANTED, {**WANTED, "name": "STATUS.amply.example."}],
        [record("A", "192.0.2.1", failover="PRIMARY")],
        [record("A", "192.0.2.1", set_identifier="one")],
        [record("A", "192.0.2.1", set_identifier="one", failover="PRIMARY", weight=1)],
        [{"name": API, "type": "A", "alias": ALIAS, "set_identifier": "one", "failover": "PRIMARY"}],
        [{"name": API, "type": "A", "alias": {**ALIAS, "zone_id": "Z2FDTNDATAQYW2", "evaluate_target_health": True}}],
    ],
)
def test_records_that_route_53_would_not_take_are_mistakes_in_the_runbook(wrong: list[dict[str, Any]]) -> None:
    """A CNAME at the apex, one record twice, half of a routing policy, a health that nobody evaluates."""
    catalogue = ActionCatalogue()
    assert catalogue.check("route53.switch_records", PARAMS) == ()
    assert catalogue.check("route53.switch_records", {**PARAMS, "records": wrong})
