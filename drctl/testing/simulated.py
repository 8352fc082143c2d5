"""One simulated AWS for each test process, as good as new for each test."""

from __future__ import annotations

import atexit
import functools
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config

from drctl.sim.app import SimulatedAws
from drctl.sim.calls import RecordedCall
from drctl.sim.clock import SimClock
from drctl.sim.credentials import key_of
from drctl.sim.durations import DEFAULTS
from drctl.sim.overlay import World
from drctl.sim.server import Serving, serve
from drctl.sim.world import build

START = datetime(2026, 11, 23, 3, 42, tzinfo=UTC)
PRODUCTION = "111111111111"
SHARED_SERVICES = "444444444444"
PRIMARY = "eu-central-1"
RECOVERY = "eu-west-1"


class Simulated:
    """A simulated AWS in this process, on a real socket."""

    def __init__(self, app: SimulatedAws, serving: Serving) -> None:
        self.app = app
        self.url = serving.url
        self._clients: dict[str, Any] = {}

    @property
    def world(self) -> World:
        return self.app.world

    def client(self, service: str, region: str = PRIMARY, account: str = PRODUCTION, **config: Any) -> Any:
        """A client that speaks to this AWS and to nothing else; `config` goes to botocore's Config."""
        wanted = f"{service} {region} {account} {sorted(config.items())}"
        if wanted not in self._clients:
            self._clients[wanted] = client_of(self.url, service, region, account, **config)
        return self._clients[wanted]

    def now(self) -> datetime:
        return self.world.now()

    def advance(self, span: timedelta) -> datetime:
        """Let `span` of virtual time go by."""
        with self.app.lock:
            return self.world.clock.advance_to(self.world.now() + span)

    def calls(self, service: str | None = None, operation: str | None = None) -> list[RecordedCall]:
        """The mutating calls so far, those of one service or operation where it is given."""
        return [
            call
            for call in self.app.calls.since(0)
            if service in (None, call.service) and operation in (None, call.operation)
        ]

    def renew(self) -> None:
        """Forget everything, and start the clock again."""
        self.app.control = None
        self.app.reset()
        self.world.clock = SimClock(START)
        self.world.durations = DEFAULTS


def client_of(url: str, service: str, region: str, account: str = PRODUCTION, **config: Any) -> Any:
    """A client that speaks to the simulated AWS at `url` and to nothing else; `config` goes to botocore's Config."""
    key = key_of(account)
    settings: dict[str, Any] = {
        "proxies": {},
        "inject_host_prefix": False,
        "retries": {"total_max_attempts": 1},
        **config,
    }
    client = _session().client(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id=key.access_key,
        aws_secret_access_key=key.secret_key,
        config=Config(**settings),
    )
    if service == "s3control":
        # It puts the account before the host, and 111111111111.127.0.0.1 is no host at all.
        client.meta.events.register("before-send", lambda request, **_: _without_prefix(request, url))
    return client


def _without_prefix(request: Any, url: str) -> None:
    request.url = url + "/" + request.url.split("/", 3)[3]


@functools.cache
def _session() -> Any:
    # The models of the services are read once for all clients of a session.
    return boto3.session.Session()


@functools.cache
def running() -> Simulated:
    """The simulated AWS of this process; it ends with it."""
    app = build(World(clock=SimClock(START), durations=DEFAULTS))
    serving = serve(app)
    atexit.register(serving.close)
    return Simulated(app, serving)
