"""A simulated AWS in a process of its own: it outlives who started it, and it ends when it should."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from pydantic import TypeAdapter

from drctl.errors import Refused, SimulationGone
from drctl.model.scenario import LostRegion, Scenario
from drctl.sim.control_client import Simulation, attach
from drctl.sim.credentials import key_of
from drctl.sim.launch import launch
from drctl.sim.process import serve_here
from drctl.sim.process_config import Ready
from tests.simulated import PRODUCTION, RECOVERY, START

PATIENCE_S = 20.0


@pytest.fixture
def started() -> Iterator[Callable[[Simulation], Simulation]]:
    """Whatever is handed to this is stopped when the test is over."""
    running: list[Simulation] = []

    def remember(simulation: Simulation) -> Simulation:
        running.append(simulation)
        return simulation

    yield remember
    for simulation in running:
        simulation.stop()


def ends(simulation: Simulation) -> bool:
    """Whether nobody answers for the world any more, within the patience of a test."""
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / 0.05)):
        try:
            attach(simulation.url, simulation.world)
        except SimulationGone:
            return True
        pause.wait(0.05)
    return False


def dumped(scenario: Scenario) -> str:
    return TypeAdapter(Scenario).dump_json(scenario).decode()


def test_a_world_comes_up_struck_and_at_its_declaration(
    tmp_path: Path, started: Callable[[Simulation], Simulation]
) -> None:
    scenario = Scenario(
        name="region-down",
        lost_regions=(LostRegion(region=RECOVERY),),
        declared_after=timedelta(minutes=10),
    )
    simulation = started(launch(tmp_path, None, dumped(scenario), onset=START, world="w1"))
    assert (simulation.world, simulation.onset) == ("w1", START)
    assert simulation.clock() == START + timedelta(minutes=10)
    assert simulation.calls() == []
    key = key_of(PRODUCTION)
    ssm = boto3.session.Session().client(
        "ssm",
        region_name="eu-central-1",
        endpoint_url=simulation.url,
        aws_access_key_id=key.access_key,
        aws_secret_access_key=key.secret_key,
        config=Config(proxies={}),
    )
    ssm.put_parameter(Name="/a", Value="b", Type="String")
    assert [call["operation"] for call in simulation.calls()] == ["PutParameter"]


def test_stop_ends_the_process(tmp_path: Path) -> None:
    simulation = launch(tmp_path, None, None, onset=START)
    simulation.stop()
    assert ends(simulation)
    simulation.stop()


def test_a_world_outlives_the_process_that_started_it(
    tmp_path: Path, started: Callable[[Simulation], Simulation]
) -> None:
    script = (
        "import os, signal, sys\n"
        "from datetime import datetime\n"
        "from pathlib import Path\n"
        "from drctl.sim.launch import launch\n"
        "launch(Path(sys.argv[1]), None, None, onset=datetime.fromisoformat(sys.argv[2]), world='w1')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), START.isoformat()], cwd=Path(__file__).parents[2], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    ready = Ready.read(tmp_path / "simulation.ready.json")
    assert ready is not None
    simulation = started(attach(ready.url, "w1"))
    assert simulation.clock() == START
    assert os.getsid(ready.pid) == ready.pid
    simulation.stop()
    assert ends(simulation)


def test_a_world_that_nobody_asks_ends_by_itself(tmp_path: Path) -> None:
    simulation = launch(tmp_path, None, None, onset=START, idle=timedelta(seconds=0.2))
    log = tmp_path / "simulation.log"
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / 0.05)):
        if "nobody has asked" in log.read_text():
            break
        pause.wait(0.05)
    assert "nobody has asked" in log.read_text()
    assert ends(simulation)


def test_a_world_that_does_not_come_up_says_why(tmp_path: Path) -> None:
    impossible = Scenario(name="slow", durations={"rds.restor": timedelta(hours=1)})
    with pytest.raises(Refused, match="ended while it started") as refused:
        launch(tmp_path, None, dumped(impossible), onset=START)
    assert "no lag of the simulated AWS is called rds.restor" in "\n".join(refused.value.context)
    assert refused.value.hint is not None
    assert str(tmp_path / "simulation.log") in refused.value.hint


def test_an_earlier_worlds_address_is_not_taken_for_this_ones(
    tmp_path: Path, started: Callable[[Simulation], Simulation]
) -> None:
    Ready(url="http://127.0.0.1:9", world="old", onset=START, pid=1).write(tmp_path / "simulation.ready.json")
    assert started(launch(tmp_path, None, None, onset=START, world="new")).world == "new"


def test_the_surroundings_do_not_reach_the_world(
    tmp_path: Path, started: Callable[[Simulation], Simulation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "999999999999")
    monkeypatch.setenv("AWS_PROFILE", "somebody-elses")
    simulation = started(launch(tmp_path, None, None, onset=START))
    key = key_of(PRODUCTION)
    monkeypatch.delenv("AWS_PROFILE")
    sts = boto3.session.Session().client(
        "sts",
        region_name=RECOVERY,
        endpoint_url=simulation.url,
        aws_access_key_id=key.access_key,
        aws_secret_access_key=key.secret_key,
        config=Config(proxies={}),
    )
    assert sts.get_caller_identity()["Account"] == PRODUCTION


def test_a_world_served_from_here_has_time_that_runs_until_it_is_stopped() -> None:
    address: queue.Queue[str] = queue.Queue()
    with ThreadPoolExecutor(1) as pool:
        serving = pool.submit(
            serve_here, estate=None, scenario=None, port=0, speed="3600", start=START, announce=address.put
        )
        simulation = attach(address.get(timeout=PATIENCE_S))
        pause = threading.Event()
        for _ in range(int(PATIENCE_S / 0.05)):
            if simulation.clock() > START + timedelta(minutes=5):
                break
            pause.wait(0.05)
        assert simulation.clock() > START + timedelta(minutes=5)
        simulation.stop()
        serving.result(timeout=PATIENCE_S)
