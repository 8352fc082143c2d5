"""`/_sim/` moves the world, breaks it and tells of it; the client of it knows when the world has ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from drctl.errors import GuardRefused, SimulationGone
from drctl.sim.control import Control, Identity
from drctl.sim.control_client import Simulation, attach
from drctl.sim.server import serve
from tests.simulated import RECOVERY, START, Simulated

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stopping() -> threading.Event:
    return threading.Event()


@pytest.fixture
def simulation(simulated: Simulated, stopping: threading.Event) -> Iterator[Simulation]:
    simulated.app.control = Control(simulated.app, Identity("world-1", START, 1), stopping)
    yield attach(simulated.url, "world-1")
    simulated.app.control = None


def test_the_clock_is_read_and_moved_to_the_microsecond(simulated: Simulated, simulation: Simulation) -> None:
    later = START + timedelta(minutes=3, microseconds=7)
    assert simulation.clock() == START
    assert simulation.advance(later) == later == simulation.clock() == simulated.now()
    assert simulation.advance(START) == later


def test_calls_are_told_from_where_the_reader_left_off(simulated: Simulated, simulation: Simulation) -> None:
    for name in ("/a", "/b", "/c"):
        simulated.client("ssm").put_parameter(Name=name, Value="x", Type="String")
    assert [call["params"]["Name"] for call in simulation.calls()] == ["/a", "/b", "/c"]
    assert [call["seq"] for call in simulation.calls(since=2)] == [3]
    assert simulation.calls(since=3) == []


def test_regions_are_lost_and_healed(simulated: Simulated, simulation: Simulation) -> None:
    simulation.lose(RECOVERY)
    with pytest.raises(ConnectionClosedError):
        simulated.client("ssm", RECOVERY).describe_parameters()
    simulation.lose(RECOVERY, "503")
    with pytest.raises(ClientError):
        simulated.client("ssm", RECOVERY).describe_parameters()
    simulation.heal(RECOVERY)
    assert simulated.client("ssm", RECOVERY).describe_parameters()["Parameters"] == []


def test_faults_replace_those_before(simulated: Simulated, simulation: Simulation) -> None:
    simulation.inject(["ssm:*:denied:all"])
    with pytest.raises(ClientError):
        simulated.client("ssm").describe_parameters()
    simulation.inject([])
    assert simulated.client("ssm").describe_parameters()["Parameters"] == []


def test_what_cannot_be_done_is_refused_in_words(simulation: Simulation) -> None:
    with pytest.raises(ValueError, match="a Region is lost by reset, hang, 503, not by 'flood'"):
        simulation.lose(RECOVERY, "flood")
    with pytest.raises(ValueError, match="no fault is called 'explode'"):
        simulation.inject(["rds:*:explode"])
    with httpx.Client(trust_env=False, base_url=simulation.url) as client:
        assert client.post("/_sim/advance", json={"to": "tomorrow"}).status_code == 400
        assert client.get("/_sim/calls?since=minus").status_code == 400
        assert client.post("/_sim/faults", content=b"[]").status_code == 400
        assert client.get("/_sim/nothing").status_code == 404


def test_the_state_of_two_equal_worlds_is_equal(simulated: Simulated, simulation: Simulation) -> None:
    def build_and_tell() -> object:
        simulated.app.reset()
        simulated.client("ssm").put_parameter(Name="/amply/prod/storage-bucket", Value="b", Type="String")
        s3 = simulated.client("s3", RECOVERY)
        s3.create_bucket(Bucket="widgets", CreateBucketConfiguration={"LocationConstraint": RECOVERY})
        s3.put_object(Bucket="widgets", Key="k", Body=b"x")
        simulated.client("route53", "us-east-1").create_hosted_zone(Name="amply.example", CallerReference="1")
        simulated.client("secretsmanager").create_secret(
            Name="s", SecretString="x", AddReplicaRegions=[{"Region": RECOVERY}]
        )
        simulated.client("ecs").register_task_definition(
            family="api", containerDefinitions=[{"name": "api", "image": "api:1", "cpu": 1, "memory": 8}]
        )
        return simulation.state()

    first = build_and_tell()
    simulated.advance(MINUTE)
    assert first == build_and_tell()
    assert isinstance(first, dict)
    assert first["parameters"]["111111111111/eu-central-1//amply/prod/storage-bucket"]["value"] == "b"
    assert first["buckets"]["111111111111/widgets"]["objects"] == 1
    assert first["secrets"]["111111111111/eu-west-1/s"]["replica_of"] == "eu-central-1"


def test_stop_is_heard(simulation: Simulation, stopping: threading.Event) -> None:
    simulation.stop()
    assert stopping.is_set()


def test_a_world_that_has_ended_is_told_from_a_bug() -> None:
    with serve(lambda environ, start: []) as serving:
        pass
    with pytest.raises(SimulationGone) as gone:
        attach(serving.url)
    assert gone.value.hint is not None
    Simulation(serving.url, "world-1", START).stop()


def test_another_world_at_the_same_address_is_not_taken_for_this_one(simulation: Simulation) -> None:
    with pytest.raises(SimulationGone, match="has ended") as gone:
        attach(simulation.url, "world-2")
    assert "world-1" in gone.value.context[0]


def test_no_proxy_is_asked_for_loopback(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert simulation.clock() == START


def test_nothing_but_loopback_is_asked() -> None:
    with pytest.raises(GuardRefused):
        attach("http://192.0.2.1:5000")
