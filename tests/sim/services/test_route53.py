"""The simulated Route 53 behaves as the real one does when names are switched."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from drctl.sim.services.load_balancers import ZONE_IDS, addresses_of
from tests.simulated import PRIMARY, RECOVERY, SHARED_SERVICES, Simulated

NAME = "api.amply.example."


class Zone:
    """A hosted zone with a client that changes it."""

    def __init__(self, simulated: Simulated) -> None:
        self.simulated = simulated
        self.client = simulated.client("route53", "us-east-1", SHARED_SERVICES)
        made = self.client.create_hosted_zone(Name="amply.example", CallerReference="estate")
        self.id = made["HostedZone"]["Id"]

    def change(self, *changes: tuple[str, dict[str, Any]]) -> str:
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record} for action, record in changes]}
        info = self.client.change_resource_record_sets(HostedZoneId=self.id, ChangeBatch=batch)["ChangeInfo"]
        assert info["Status"] == "PENDING"
        return str(info["Id"])

    def settled(self, *changes: tuple[str, dict[str, Any]]) -> None:
        self.change(*changes)
        self.simulated.advance(timedelta(minutes=5))

    def status(self, change: str) -> str:
        return str(self.client.get_change(Id=change)["ChangeInfo"]["Status"])

    def records(self, **start: Any) -> list[dict[str, Any]]:
        listed = self.client.list_resource_record_sets(HostedZoneId=self.id, **start)["ResourceRecordSets"]
        return [record for record in listed if record["Type"] not in ("NS", "SOA")]

    def answer(self, name: str = NAME, type_: str = "A") -> tuple[str, list[str]]:
        told = self.client.test_dns_answer(HostedZoneId=self.id, RecordName=name, RecordType=type_)
        return told["ResponseCode"], told["RecordData"]

    def refused(self, *changes: tuple[str, dict[str, Any]]) -> tuple[str, str]:
        before = self.records()
        with pytest.raises(ClientError) as error:
            self.change(*changes)
        assert self.records() == before
        told = error.value.response["Error"]
        return told["Code"], told["Message"]


@pytest.fixture
def zone(simulated: Simulated) -> Zone:
    return Zone(simulated)


def plain(*values: str, name: str = NAME, ttl: int = 60, **more: Any) -> dict[str, Any]:
    return {"Name": name, "Type": "A", "TTL": ttl, "ResourceRecords": [{"Value": value} for value in values], **more}


def alias(region: str, **more: Any) -> dict[str, Any]:
    target = {
        "HostedZoneId": ZONE_IDS[region],
        "DNSName": f"amply-prod-1.{region}.elb.amazonaws.com",
        "EvaluateTargetHealth": False,
    }
    return {"Name": NAME, "Type": "A", "AliasTarget": {**target, **more}}


def test_a_change_is_listed_at_once_and_answered_when_it_is_in_sync(zone: Zone) -> None:
    zone.settled(("CREATE", plain("192.0.2.1")))

    change = zone.change(("UPSERT", plain("192.0.2.2")))

    assert zone.status(change) == "PENDING"
    assert zone.records()[0]["ResourceRecords"] == [{"Value": "192.0.2.2"}]
    assert zone.answer() == ("NOERROR", ["192.0.2.1"])
    zone.simulated.advance(zone.simulated.world.durations["route53.insync"])
    assert zone.status(change) == "INSYNC"
    assert zone.answer() == ("NOERROR", ["192.0.2.2"])


def test_a_change_that_nobody_made_is_unknown(zone: Zone) -> None:
    with pytest.raises(ClientError) as error:
        zone.status("/change/C000000000000000000XX")
    assert error.value.response["Error"]["Code"] == "NoSuchChange"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_creating_what_exists_is_refused_with_the_whole_batch(zone: Zone) -> None:
    zone.settled(("CREATE", plain("192.0.2.1")))
    code, message = zone.refused(
        ("CREATE", plain("192.0.2.9", name="app.amply.example")), ("CREATE", plain("192.0.2.2"))
    )
    assert code == "InvalidChangeBatch"
    assert "Tried to create resource record set [name='api.amply.example.', type='A'] but it already exists" in message


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(plain("192.0.2.1"), id="a value is missing"),
        pytest.param(plain("192.0.2.1", "192.0.2.3"), id="another value"),
        pytest.param(plain("192.0.2.1", "192.0.2.2", ttl=300), id="another time to live"),
        pytest.param(alias(PRIMARY), id="an alias instead"),
    ],
)
def test_deleting_with_other_values_than_there_are_is_refused(zone: Zone, told: dict[str, Any]) -> None:
    zone.settled(("CREATE", plain("192.0.2.1", "192.0.2.2")))
    code, message = zone.refused(("DELETE", told), ("CREATE", plain("192.0.2.9")))
    assert code == "InvalidChangeBatch"
    assert "the values provided do not match the current values" in message


def test_deleting_what_is_not_there_is_refused(zone: Zone) -> None:
    code, message = zone.refused(("DELETE", plain("192.0.2.1")))
    assert code == "InvalidChangeBatch"
    assert "but it was not found" in message


def test_delete_and_create_in_one_batch_replace_a_record(zone: Zone) -> None:
    zone.settled(("CREATE", alias(PRIMARY)))
    zone.settled(("DELETE", alias(PRIMARY)), ("CREATE", alias(RECOVERY)))
    (record,) = zone.records()
    assert record["AliasTarget"]["DNSName"] == f"amply-prod-1.{RECOVERY}.elb.amazonaws.com."


def test_an_alias_answers_the_addresses_of_its_load_balancer(zone: Zone, simulated: Simulated) -> None:
    subnets = simulated.client("ec2", RECOVERY).describe_subnets()["Subnets"]
    balancer = simulated.client("elbv2", RECOVERY).create_load_balancer(
        Name="amply-prod", Subnets=[subnet["SubnetId"] for subnet in subnets[:2]]
    )["LoadBalancers"][0]
    assert balancer["CanonicalHostedZoneId"] == ZONE_IDS[RECOVERY]

    zone.settled(("CREATE", {**alias(RECOVERY), "AliasTarget": {
        "HostedZoneId": balancer["CanonicalHostedZoneId"], "DNSName": balancer["DNSName"], "EvaluateTargetHealth": True,
    }}))  # fmt: skip
    # Answers come from the zone's account; load balancers are found wherever they are.
    assert zone.answer() == ("NOERROR", addresses_of(balancer["DNSName"]))


def test_an_alias_with_the_hosted_zone_of_another_region_is_refused(zone: Zone) -> None:
    code, message = zone.refused(("CREATE", alias(RECOVERY, HostedZoneId=ZONE_IDS[PRIMARY])))
    assert code == "InvalidChangeBatch"
    assert "the alias target name does not lie within the target zone" in message


def weighted(identifier: str, weight: int, value: str) -> dict[str, Any]:
    return plain(value, SetIdentifier=identifier, Weight=weight)


def test_a_weighted_record_is_one_of_several_and_switching_the_weights_switches_the_answer(zone: Zone) -> None:
    zone.settled(("CREATE", weighted("ec1", 100, "192.0.2.1")), ("CREATE", weighted("ew1", 0, "192.0.2.2")))
    assert {zone.answer()[1][0] for _ in range(20)} == {"192.0.2.1"}

    zone.settled(("UPSERT", weighted("ec1", 0, "192.0.2.1")), ("UPSERT", weighted("ew1", 100, "192.0.2.2")))

    assert {zone.answer()[1][0] for _ in range(20)} == {"192.0.2.2"}
    assert [(r["SetIdentifier"], r["Weight"]) for r in zone.records()] == [("ec1", 0), ("ew1", 100)]
    # Deleting one of them leaves the other.
    zone.settled(("DELETE", weighted("ec1", 0, "192.0.2.1")))
    assert [record["SetIdentifier"] for record in zone.records()] == ["ew1"]
    code, message = zone.refused(("CREATE", plain("192.0.2.3")))
    assert code == "InvalidChangeBatch"
    assert "a weighted RRSet exists with the same name and type" in message


def test_weights_of_zero_everywhere_make_all_records_equal(zone: Zone) -> None:
    zone.settled(("CREATE", weighted("ec1", 0, "192.0.2.1")), ("CREATE", weighted("ew1", 0, "192.0.2.2")))
    assert {zone.answer()[1][0] for _ in range(50)} == {"192.0.2.1", "192.0.2.2"}


@pytest.mark.parametrize(
    ("record", "code"),
    [
        pytest.param({"Name": NAME, "Type": "A"}, "InvalidInput", id="neither alias nor values"),
        pytest.param({**alias(RECOVERY), "TTL": 60}, "InvalidInput", id="an alias with a time to live"),
        pytest.param(plain("192.0.2.1", Weight=1), "InvalidInput", id="a weight without an identifier"),
        pytest.param(plain("192.0.2.1", name="api.other.example"), "InvalidChangeBatch", id="outside the zone"),
        pytest.param(
            {**plain("a.example.", name="amply.example"), "Type": "CNAME"}, "InvalidChangeBatch", id="CNAME at the apex"
        ),
    ],
)
def test_a_record_that_cannot_be_is_refused(zone: Zone, record: dict[str, Any], code: str) -> None:
    assert zone.refused(("UPSERT", record))[0] == code


def test_names_that_do_not_exist_and_types_that_do_not_are_told_apart(zone: Zone) -> None:
    zone.settled(("CREATE", plain("192.0.2.1")), ("CREATE", plain("192.0.2.7", name="*.tenants.amply.example")))
    assert zone.answer("nobody.amply.example") == ("NXDOMAIN", [])
    assert zone.answer(NAME, "AAAA") == ("NOERROR", [])
    assert zone.answer("one.tenants.amply.example") == ("NOERROR", ["192.0.2.7"])


def test_a_listing_can_be_taken_up_at_any_record(zone: Zone) -> None:
    zone.settled(
        ("CREATE", weighted("ec1", 1, "192.0.2.1")),
        ("CREATE", weighted("ew1", 1, "192.0.2.2")),
        ("CREATE", plain("192.0.2.3", name="app.amply.example")),
    )
    first = zone.client.list_resource_record_sets(
        HostedZoneId=zone.id, StartRecordName=NAME, StartRecordType="A", MaxItems="1"
    )
    assert first["IsTruncated"] is True
    assert (first["NextRecordName"], first["NextRecordIdentifier"]) == (NAME, "ew1")
    pages = zone.client.get_paginator("list_resource_record_sets").paginate(
        HostedZoneId=zone.id, PaginationConfig={"PageSize": 1}
    )
    assert [r["Name"] for page in pages for r in page["ResourceRecordSets"]] == [
        "amply.example.", "amply.example.", NAME, NAME, "app.amply.example.",
    ]  # fmt: skip


def test_a_caller_reference_makes_one_zone(zone: Zone) -> None:
    with pytest.raises(ClientError) as error:
        zone.client.create_hosted_zone(Name="amply.example", CallerReference="estate")
    assert error.value.response["Error"]["Code"] == "HostedZoneAlreadyExists"


def test_a_zone_that_has_records_cannot_be_deleted(zone: Zone) -> None:
    zone.settled(("CREATE", plain("192.0.2.1")))
    with pytest.raises(ClientError) as error:
        zone.client.delete_hosted_zone(Id=zone.id)
    assert error.value.response["Error"]["Code"] == "HostedZoneNotEmpty"
    zone.settled(("DELETE", plain("192.0.2.1")))
    zone.client.delete_hosted_zone(Id=zone.id)
    with pytest.raises(ClientError) as error:
        zone.records()
    assert error.value.response["Error"]["Code"] == "NoSuchHostedZone"


def test_a_health_check_of_another_version_is_not_changed(simulated: Simulated) -> None:
    """Each change makes a version; what is not given stays, the children of a calculated check too."""
    route53 = simulated.client("route53", "us-east-1", SHARED_SERVICES)
    config = {"Type": "CALCULATED", "ChildHealthChecks": ["one", "two"], "HealthThreshold": 1}
    made = route53.create_health_check(CallerReference="one", HealthCheckConfig=config)["HealthCheck"]
    assert made["HealthCheckVersion"] == 1
    first = route53.update_health_check(HealthCheckId=made["Id"], HealthCheckVersion=1, Inverted=True)["HealthCheck"]
    assert first["HealthCheckVersion"] == 2

    with pytest.raises(ClientError) as error:
        route53.update_health_check(HealthCheckId=made["Id"], HealthCheckVersion=1, Inverted=False)

    assert error.value.response["Error"]["Code"] == "HealthCheckVersionMismatch"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    present = route53.get_health_check(HealthCheckId=made["Id"])["HealthCheck"]
    assert (present["HealthCheckVersion"], present["HealthCheckConfig"]["Inverted"]) == (2, True)
    assert present["HealthCheckConfig"]["ChildHealthChecks"] == ["one", "two"]
