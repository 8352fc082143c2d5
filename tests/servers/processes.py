"""Real servers for tests: each on loopback, on a port that is free, in a folder that goes with it.

They come from Debian packages that a machine may lack. A test that needs one is skipped there; with
DRCTL_TEST_SERVERS=required in the environment, as the gate has it, it fails instead.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

USER = "nobody"
"""Who runs a server where the tests are run by root, which some servers refuse to be run by."""
LOOPBACK = "127.0.0.1"
PATIENCE_S = 20.0


def program(name: str, package: str, *places: str) -> str:
    """The path of a server's program; skips the test, or fails it, where the package is not installed."""
    for place in ("/usr/sbin", "/usr/local/sbin", *places):
        for folder in sorted(Path("/").glob(place.lstrip("/")), reverse=True):
            if os.access(folder / name, os.X_OK):
                return str(folder / name)
    return shutil.which(name) or _lacking(name, package)


def _lacking(name: str, package: str) -> NoReturn:
    said = f"{name} is not installed: it is in the Debian package {package}"
    if os.environ.get("DRCTL_TEST_SERVERS") == "required":
        pytest.fail(said, pytrace=False)
    pytest.skip(said)


def free_port() -> int:
    """A port that nobody listens on, neither over TCP nor over UDP."""
    for _ in range(50):
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind((LOOPBACK, 0))
            port = int(tcp.getsockname()[1])
            try:
                udp.bind((LOOPBACK, port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of the server's own user, gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix="drctl-server-"))
    own(path)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def own(path: Path) -> None:
    """Have the server's user own what the tests have written."""
    if os.geteuid() == 0:
        user = pwd.getpwnam(USER)
        os.chown(path, user.pw_uid, user.pw_gid)


def as_user(command: Sequence[str]) -> list[str]:
    """The command, run by a user who is not root."""
    if os.geteuid() != 0:
        return list(command)
    user = pwd.getpwnam(USER)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *command]


def run(command: Sequence[str], **environment: str) -> None:
    """Run a command to its end; AssertionError, with its words, where it fails."""
    done = subprocess.run(
        as_user(command), capture_output=True, text=True, env={**os.environ, **environment}, cwd="/", check=False
    )
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"


@contextmanager
def serving(command: Sequence[str], log: Path, is_up: Callable[[], bool]) -> Iterator[subprocess.Popen[bytes]]:
    """The server of that command, up until the block ends."""
    with log.open("wb") as output:
        own(log)
        process = subprocess.Popen(as_user(command), stdout=output, stderr=output, cwd="/")
    try:
        _await(process, log, is_up)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def listens(port: int) -> bool:
    """Whether somebody takes TCP connections at that port."""
    with socket.socket() as line:
        line.settimeout(1)
        return line.connect_ex((LOOPBACK, port)) == 0


def _await(process: subprocess.Popen[bytes], log: Path, is_up: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not is_up():
        assert process.poll() is None, log.read_text(errors="replace")
        assert time.monotonic() < give_up, log.read_text(errors="replace")
        time.sleep(0.05)  # noqa: TID251 (a server of this machine comes up in its own time)
