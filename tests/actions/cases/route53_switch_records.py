"""route53.switch_records"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from drctl.actions.route53.batch import Swap
from drctl.actions.route53.switch_records import Seen
from drctl.aws.route53 import RecordSet, Zone, read_record
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import SHARED_SERVICES, Simulated

NAME = "status.amply.example"
ZONE = Zone("Z1", "amply.example")
OLD_DOCUMENT = {
    "Name": "status.amply.example.",
    "Type": "CNAME",
    "TTL": 300,
    "ResourceRecords": [{"Value": "old.eu-central-1.example."}],
}
NEW_DOCUMENT = {**OLD_DOCUMENT, "TTL": 60, "ResourceRecords": [{"Value": "new.eu-west-1.example"}]}
OLD, NEW = read_record(OLD_DOCUMENT), read_record(NEW_DOCUMENT)
WANTED = {"name": NAME, "type": "CNAME", "values": ["New.eu-west-1.example."]}
PARAMS: dict[str, Any] = {"zone": "Amply.example.", "records": [WANTED]}


def seen(*records: RecordSet, zones: tuple[Zone, ...] = (ZONE,)) -> Seen:
    return Seen(zones=zones, present=(records,))


def switched(state: ChangeState = ChangeState.RETURNED, *, kind: str = "", old: RecordSet | None = OLD) -> Past:
    change = PastChange(
        name="switch",
        summary="switch it",
        state=state,
        intended_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
        facts={"change": "C1"} if state is ChangeState.RETURNED else {},
        undo={"records": [Swap(old, NEW).entry()]},
        failure_kind=kind,
        failure="route53: InvalidChangeBatch",
    )
    return replace(PAST, changes=(change,))


LOST = switched(ChangeState.INTENDED)
RACED = switched(ChangeState.FAILED, kind="precondition")
EDITED = replace(OLD, values=frozenset({"third.example"}))


def plant(simulated: Simulated) -> None:
    plant_zone(simulated, OLD_DOCUMENT)


def plant_zone(simulated: Simulated, *records: dict[str, Any]) -> str:
    """The zone, with `records` in it; its id."""
    route53 = simulated.client("route53", "us-east-1", SHARED_SERVICES)
    zone = route53.create_hosted_zone(Name="amply.example", CallerReference="planted")["HostedZone"]["Id"]
    if records:
        changes = [{"Action": "CREATE", "ResourceRecordSet": record} for record in records]
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    return str(zone)


def plant_policy(simulated: Simulated) -> None:
    """The name is routed by weight: somebody else's arrangement, which a simple record cannot replace."""
    route53 = simulated.client("route53", "us-east-1", SHARED_SERVICES)
    zone = route53.list_hosted_zones_by_name(DNSName="amply.example")["HostedZones"][0]["Id"]
    weighted = {**OLD_DOCUMENT, "SetIdentifier": "blue", "Weight": 10}
    changes = [
        {"Action": "DELETE", "ResourceRecordSet": OLD_DOCUMENT},
        {"Action": "CREATE", "ResourceRecordSet": weighted},
    ]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def weighted(name: str, weight: int, target: str) -> dict[str, Any]:
    return {
        "Name": r"\052.amply.example.",
        "Type": "A",
        "SetIdentifier": name,
        "Weight": weight,
        "TTL": 60,
        "ResourceRecords": [{"Value": target}],
    }


def plant_weighted(simulated: Simulated) -> None:
    plant_zone(simulated, weighted("central", 100, "192.0.2.1"), weighted("west", 0, "192.0.2.2"))


def failover(role: str, target: str, **more: Any) -> dict[str, Any]:
    return {
        "Name": "api.amply.example.",
        "Type": "A",
        "SetIdentifier": role.lower(),
        "Failover": role,
        "TTL": 60,
        "ResourceRecords": [{"Value": target}],
        **more,
    }


def plant_failover(simulated: Simulated) -> None:
    """A failover pair whose primary follows a health check."""
    route53 = simulated.client("route53", "us-east-1", SHARED_SERVICES)
    config = {"Type": "HTTPS", "FullyQualifiedDomainName": "elsewhere.example", "ResourcePath": "/"}
    check = route53.create_health_check(CallerReference="one", HealthCheckConfig=config)["HealthCheck"]["Id"]
    plant_zone(
        simulated, failover("PRIMARY", "192.0.2.1", HealthCheckId=check), failover("SECONDARY", "192.0.2.2")
    )  # fmt: skip


def records(simulated: Simulated) -> object:
    route53 = simulated.client("route53", "us-east-1", SHARED_SERVICES)
    zone = route53.list_hosted_zones_by_name(DNSName="amply.example")["HostedZones"][0]["Id"]
    return route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]


CASES = (
    Case(
        kind="route53.switch_records",
        account="shared-services",
        params=PARAMS,
        sees=Sightings(
            absent={
                "no record": Sight(seen()),
                "another value": Sight(seen(OLD)),
                "another ttl": Sight(seen(replace(NEW, ttl=300))),
                "raced before the operator's retry": Sight(seen(EDITED), replace(RACED, epoch=2)),
            },
            there={
                "as wanted": Sight(seen(NEW)),
                "as wanted, from an earlier attempt": Sight(seen(NEW), LOST),
                "as wanted, by whoever won the race": Sight(seen(NEW), RACED),
                "as wanted, with a health check of its own": Sight(seen(replace(NEW, health_check="h-1"))),
            },
            dead_end={
                "no zone": Sight(Seen(zones=(), present=())),
                "two zones": Sight(Seen(zones=(ZONE, Zone("Z2", "amply.example")), present=())),
            },
            unknown={"a policy nobody thought of": Sight(seen(replace(OLD, set_identifier="x", policy="Levitation")))},
            foreign={
                "edited while it was being switched": Sight(seen(EDITED), RACED),
                "routed by weight": Sight(seen(replace(OLD, set_identifier="blue", weight=10))),
                "routed by failover": Sight(seen(replace(OLD, set_identifier="one", policy="Failover"))),
            },
            undo_own={
                "switched": Sight(seen(NEW), switched()),
                "switched, the answer lost": Sight(seen(NEW), LOST),
                "created": Sight(seen(NEW), switched(old=None)),
            },
            undo_over={
                "never switched": Sight(seen(NEW)),
                "refused by Route 53": Sight(seen(EDITED), RACED),
                "as before": Sight(seen(OLD), switched()),
                "never arrived": Sight(seen(OLD), LOST),
                "created and gone again": Sight(seen(), switched(old=None)),
            },
        ),
        live=Live(
            plant=plant,
            takes=("switch",),
            undo_takes=("switch-back",),
            fingerprint=records,
            plant_foreign=plant_policy,
        ),
        exempt={"settling": "a batch is stored at once; that the name servers have it is verified"},
    ),
    Case(
        kind="route53.switch_records",
        name="weighted, in one batch",
        account="shared-services",
        params={
            "zone": "amply.example",
            "records": [
                {"name": "*.amply.example", "type": "A", "set_identifier": "central", "weight": 0,
                 "values": ["192.0.2.1"]},
                {"name": "*.amply.example", "type": "A", "set_identifier": "west", "weight": 100,
                 "values": ["192.0.2.2"]},
            ],
        },
        live=Live(plant=plant_weighted, takes=("switch",), undo_takes=("switch-back",), fingerprint=records),
    ),
    Case(
        kind="route53.switch_records",
        name="a failover pair, which changes places",
        account="shared-services",
        params={
            "zone": "amply.example",
            "records": [
                {"name": "api.amply.example", "type": "A", "set_identifier": "primary", "failover": "PRIMARY",
                 "values": ["192.0.2.2"]},
                {"name": "api.amply.example", "type": "A", "set_identifier": "secondary", "failover": "SECONDARY",
                 "values": ["192.0.2.1"]},
            ],
        },
        live=Live(plant=plant_failover, takes=("switch",), undo_takes=("switch-back",), fingerprint=records),
    ),
)  # fmt: skip
