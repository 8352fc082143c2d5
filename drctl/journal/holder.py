"""Who holds a lease, and whether that process can still be alive.

A killed runner leaves its lease behind. On the same boot of the same machine we can
see that the process is gone and need not wait for the lease to run out.
"""

from __future__ import annotations

import getpass
import os
import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Holder:
    """One runner: person, machine, process. `born` tells a process from a later one with the same number."""

    user: str
    host: str
    boot: str
    pid: int
    born: str
    space: str = ""
    """Whose process numbers `pid` is one of: containers on one machine each count their own."""
    since: str = ""
    """When it took the lease, by its machine's wall clock: for people, and never compared."""

    def __str__(self) -> str:
        return f"{self.user}@{self.host} (process {self.pid})"

    @property
    def here(self) -> bool:
        """Whether this holder's machine and boot are ours, so that its clock and processes can be compared."""
        return self.boot == boot_id() and (bool(self.boot) or self.host == socket.gethostname())

    @property
    def gone(self) -> bool:
        """Whether this process is known to have ended. One on another machine is never known to have."""
        if self.here:
            # Another container's processes cannot be seen from here, and may be alive for all we know.
            return self.space == _space() and (not _alive(self.pid) or _born(self.pid) != self.born)
        return self.host == socket.gethostname()


def this_process() -> Holder:
    """The runner that this process is."""
    pid = os.getpid()
    return Holder(_user(), socket.gethostname(), boot_id(), pid, _born(pid), _space())


def boot_id() -> str:
    """What tells this boot of the machine from the one before; empty where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _space() -> str:
    """The process numbers that this process sees; empty where the system does not say."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _zombie(pid)


def _zombie(pid: int) -> bool:
    # A killed child that nobody has waited for still has a number, but it runs nothing.
    return _stat(pid)[:1] == ["Z"]


def _born(pid: int) -> str:
    return (_stat(pid) or [""])[-1]


def _stat(pid: int) -> list[str]:
    """The process's state and start time as Linux tells them; empty elsewhere."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    # The second field is the command in parentheses and may hold anything; what follows is regular.
    fields = text.rpartition(")")[2].split()
    return [fields[0], fields[19]]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
