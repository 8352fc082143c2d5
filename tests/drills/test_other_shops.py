"""What Amply's estate has no use for is drilled too, on worlds to which each test adds what it needs."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from drctl.testing.simulated import PRODUCTION, client_of
from tests.drills.rehearsing import Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

RUNBOOKS = Path(__file__).parent / "runbooks"
PANEL = f"arn:aws:route53-recovery-control::{PRODUCTION}:controlpanel/{1:032x}"
CENTRAL, WEST = (f"{PANEL}/routingcontrol/{number:016x}" for number in (1, 2))
ENDPOINTS = [
    {"region": region, "url": f"https://1a2b.route53-recovery-cluster.{region}.amazonaws.com/v1"}
    for region in ("us-west-2", "ap-northeast-1", "eu-west-1")
]


def plant_controls(url: str) -> None:
    """Two routing controls, the first of them on."""
    config = client_of(url, "route53-recovery-control-config", "us-west-2")
    cluster = config.create_cluster(ClusterName="shop")["Cluster"]["ClusterArn"]
    for name in ("central", "west"):
        config.create_routing_control(ClusterArn=cluster, ControlPanelArn=PANEL, RoutingControlName=name)
    data_plane(url).update_routing_control_state(RoutingControlArn=CENTRAL, RoutingControlState="On")


def data_plane(url: str) -> Any:
    return client_of(url, "route53-recovery-cluster", "us-west-2")


def test_routing_controls_move_traffic_through_the_data_plane(rehearse: Rehearsal) -> None:
    inputs = {"endpoints": json.dumps(ENDPOINTS), "on": WEST, "off": CENTRAL}
    drilled = rehearse(str(RUNBOOKS / "routing-control.yaml"), inputs=inputs, before=plant_controls)
    assert drilled.document["verdict"] == "PASSED", drilled.reasons
    now = data_plane(drilled.simulation.url)
    states = [now.get_routing_control_state(RoutingControlArn=arn)["RoutingControlState"] for arn in (CENTRAL, WEST)]
    assert states == ["Off", "On"]


def test_what_a_safety_rule_forbids_turns_the_drill_red(rehearse: Rehearsal) -> None:
    def plant(url: str) -> None:
        plant_controls(url)
        client_of(url, "route53-recovery-control-config", "us-west-2").create_safety_rule(
            AssertionRule={
                "Name": "central-stays-on",
                "ControlPanelArn": PANEL,
                "AssertedControls": [CENTRAL],
                "RuleConfig": {"Type": "ATLEAST", "Threshold": 1, "Inverted": False},
                "WaitPeriodMs": 5000,
            }
        )

    inputs = {"endpoints": json.dumps(ENDPOINTS), "on": WEST, "off": CENTRAL}
    drilled = rehearse(str(RUNBOOKS / "routing-control.yaml"), inputs=inputs, before=plant)
    assert drilled.exit_code == 1
    assert "central-stays-on" in drilled.reasons


def test_an_access_point_is_turned_to_the_recovery_region(rehearse: Rehearsal) -> None:
    # S3 makes aliases up; the simulated one always makes up the same for a name.
    alias = f"m{hashlib.sha256(f'{PRODUCTION}/storage'.encode()).hexdigest()[:12]}.mrap"
    arn = f"arn:aws:s3::{PRODUCTION}:accesspoint/{alias}"
    buckets = ("amply-storage-prod", "amply-storage-prod-eu-west-1")

    def plant(url: str) -> None:
        control = client_of(url, "s3control", "us-west-2")
        control.create_multi_region_access_point(
            AccountId=PRODUCTION,
            ClientToken="planted",
            Details={"Name": "storage", "Regions": [{"Bucket": bucket} for bucket in buckets]},
        )
        made = control.get_multi_region_access_point(AccountId=PRODUCTION, Name="storage")["AccessPoint"]
        assert made["Alias"] == alias

    inputs = {"access_point": arn, "bucket": buckets[1]}
    drilled = rehearse(str(RUNBOOKS / "access-point.yaml"), inputs=inputs, before=plant)
    assert drilled.document["verdict"] == "PASSED", drilled.reasons
    routes = client_of(drilled.simulation.url, "s3control", "eu-west-1").get_multi_region_access_point_routes(
        AccountId=PRODUCTION, Mrap=arn
    )["Routes"]
    assert {route["Bucket"]: route["TrafficDialPercentage"] for route in routes} == {buckets[0]: 0, buckets[1]: 100}


def test_a_copy_is_made_for_a_program_and_deleted_again(rehearse: Rehearsal) -> None:
    code = "import json, os; print(json.dumps({'host': os.environ['DATABASE_HOST']}))"
    program = json.dumps([sys.executable, "-I", "-c", code])
    drilled = rehearse(str(RUNBOOKS / "copy-and-delete.yaml"), inputs={"program": program})
    assert drilled.document["verdict"] == "PASSED", drilled.reasons
    assert "amply-prod-for-a-look" in json.dumps(drilled.step("look"))
    instances = drilled.simulation.state()["rds_instances"]
    assert not [name for name in instances if name.endswith("/amply-prod-for-a-look")]
