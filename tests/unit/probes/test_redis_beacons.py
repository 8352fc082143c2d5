"""Beacons in a real Redis: what a replica has of them when it is promoted is what was not lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import redis

from drctl.actions.beacons.read_params import Params, beacon_key
from drctl.model.beacon import Beacon, BeaconKind, new_beacon, parse_beacon
from drctl.model.password import Password
from drctl.ports.redis import RedisQuestion
from drctl.probes.beacon_writers import write_key
from drctl.probes.redis import RedisPyProbe
from drctl.testing.outside import no_probes
from tests.fakes.beacons import BEGAN, PERIOD, Cadence, Opening, assert_measured, loss_of, read
from tests.servers.processes import PATIENCE_S
from tests.servers.redis import PASSWORD, RedisServer

KEY = beacon_key("sessions")
MISSED = 4
"""Beacons that the replica never gets."""
PROBES = replace(no_probes(), redis=RedisPyProbe())


@pytest.fixture
def question(redis_server: RedisServer) -> RedisQuestion:
    return RedisQuestion(
        host="localhost", port=redis_server.tls_port, password=Password(PASSWORD), ca_file=redis_server.ca_file
    )


@pytest.fixture
def replica(redis_server: RedisServer) -> Iterator[redis.Redis]:
    """The replica, which follows its master again afterwards."""
    client = redis.Redis(port=redis_server.replica_port, password=PASSWORD, decode_responses=True)
    yield client
    client.replicaof("127.0.0.1", str(redis_server.port))
    client.close()


def params(port: int, **changes: object) -> Params:
    wanted = Params(
        beacon="sessions", kind=BeaconKind.REDIS, region="eu-west-1", host="127.0.0.1", port=port, tls=False,
        password_secret="beacons",
    )  # fmt: skip
    return replace(wanted, **changes)  # type: ignore[arg-type]


def test_a_promoted_replica_has_lost_what_never_reached_it(
    redis_server: RedisServer, question: RedisQuestion, replica: redis.Redis
) -> None:
    written: list[Beacon] = []

    def write(beacon: Beacon) -> None:
        assert write_key(question, KEY, beacon).failure == ""
        written.append(beacon)

    cadence = Cadence("sessions", write)
    frozen_at = cadence.go_on(timedelta(minutes=2, seconds=41))
    _await(replica, written[-1])
    # It stops to follow, as when the master's Region is gone, and is the master from then on.
    replica.replicaof("NO", "ONE")
    onset = cadence.go_on(MISSED * PERIOD)
    evidence = read(params(redis_server.replica_port), Opening(PASSWORD), PROBES)
    assert evidence.recovery_point is not None
    assert evidence.recovery_point.method == "beacon key"
    assert_measured(loss_of(evidence, onset), onset - frozen_at)
    at_home = params(redis_server.tls_port, tls=True, host="localhost", ca_file=redis_server.ca_file)
    assert_measured(loss_of(read(at_home, Opening(PASSWORD), PROBES), onset), timedelta(0))


def test_what_is_no_beacon_of_the_store_is_none(redis_server: RedisServer, question: RedisQuestion) -> None:
    beacon = new_beacon("production", "sessions", BEGAN, PERIOD)
    with redis.Redis(port=redis_server.port, password=PASSWORD) as master:
        for held in ("somebody else's", replace(beacon, store="other").text, replace(beacon, environment="x").text):
            master.set(KEY, held)
            evidence = read(params(redis_server.port, environment="production"), Opening(PASSWORD), PROBES)
            assert (evidence.holds, evidence.recovery_point, evidence.outputs) == (True, None, {"found": False})


def test_a_replica_takes_no_beacon_and_says_so(redis_server: RedisServer, question: RedisQuestion) -> None:
    to_replica = replace(question, port=redis_server.replica_port, tls=False)
    answer = write_key(to_replica, KEY, new_beacon("production", "sessions", BEGAN, PERIOD))
    assert answer.failure == "denied"
    assert "read only replica" in answer.detail


def _await(replica: redis.Redis, beacon: Beacon) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while parse_beacon(str(replica.get(KEY) or "")) != beacon:
        assert time.monotonic() < give_up, "the replica never got it"
        time.sleep(0.01)  # noqa: TID251 (the servers replicate in their own time)
