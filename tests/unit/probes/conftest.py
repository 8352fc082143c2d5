"""Real servers for the probes that ask them."""

from __future__ import annotations

from tests.servers.dns import name_servers as name_servers
from tests.servers.postgres import postgres_server as postgres_server
from tests.servers.redis import redis_server as redis_server
