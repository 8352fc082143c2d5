"""Everything by which a step looks at the world from outside AWS's own API."""

from __future__ import annotations

from dataclasses import dataclass

from drctl.ports.dns import DnsProbe
from drctl.ports.http import HttpProbe
from drctl.ports.postgres import PostgresProbe
from drctl.ports.redis import RedisProbe


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """One probe for each protocol. In a simulated run all of them ask the simulated world, and nothing else."""

    http: HttpProbe
    postgres: PostgresProbe
    redis: RedisProbe
    dns: DnsProbe
