"""Real name servers: Knot, which has the zone amply.example, and Unbound, which asks Knot and keeps the answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.servers import processes

ZONE = """\
$ORIGIN amply.example.
@       300 SOA ns1 hostmaster 1 3600 600 86400 60
@       300 NS  ns1
ns1     300 A   127.0.0.1
api      60 A   198.51.100.7
api      60 A   203.0.113.9
www      30 CNAME api
text     60 TXT "v=spf1 -all"
mail     60 MX  10 Mx.amply.example.
"""
LONG = "\n".join(f'long 60 TXT "{"x" * 200}{number}"' for number in range(20))
"""An answer too long for UDP."""

KNOT = """\
server:
    listen: 127.0.0.1@{port}
    rundir: {place}
database:
    storage: {place}/db
log:
  - target: stdout
    any: info
template:
  - id: default
    storage: {place}
    zonefile-sync: -1
    journal-content: none
zone:
  - domain: amply.example
    file: amply.example.zone
"""
UNBOUND = """\
server:
    interface: 127.0.0.1
    port: {port}
    username: ""
    chroot: ""
    directory: "{place}"
    pidfile: "{place}/unbound.pid"
    do-daemonize: no
    use-syslog: no
    do-not-query-localhost: no
    domain-insecure: "amply.example"
    local-zone: "example." nodefault
    module-config: "iterator"
remote-control:
    control-enable: no
stub-zone:
    name: "amply.example"
    stub-addr: 127.0.0.1@{knot}
"""


@dataclass(frozen=True)
class NameServers:
    authoritative: int
    """The port of the one that has the zone."""
    recursive: int
    """The port of the one that asks it."""


@pytest.fixture(scope="session")
def name_servers() -> Iterator[NameServers]:
    """Both servers, up."""
    knot, unbound = processes.program("knotd", "knot"), processes.program("unbound", "unbound")
    with ExitStack() as stack:
        place = stack.enter_context(processes.folder())
        authoritative, recursive = processes.free_port(), processes.free_port()
        files = {
            "amply.example.zone": f"{ZONE}{LONG}\n",
            "knot.conf": KNOT.format(port=authoritative, place=place),
            "unbound.conf": UNBOUND.format(port=recursive, place=place, knot=authoritative),
        }
        for name, text in files.items():
            (place / name).write_text(text)
            processes.own(place / name)
        for command, port in (
            ([knot, "-c", str(place / "knot.conf")], authoritative),
            ([unbound, "-c", str(place / "unbound.conf"), "-d"], recursive),
        ):
            log = place / f"{port}.log"
            stack.enter_context(processes.serving(command, log, lambda port=port: processes.listens(port)))  # type: ignore[misc]
        yield NameServers(authoritative, recursive)
