"""Programs on this machine (the Programs port), each in a folder of its own in the run's folder.

One key runs once, whoever asks how often: its folder appears as a whole, by a rename that only one
can win, and before anything is started. A crash in between leaves a folder whose lock nobody holds
and in which nothing is written of an end: a program that is lost, and is never started again by itself.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from drctl.ports.programs import OUTPUT_FILE, Program, ProgramRequest, ProgramState
from drctl.programs import supervise
from drctl.programs.files import ENDED, LOCK, LOG, OUTPUT, REQUEST, STARTED, read_json, sync_folder, write_json
from drctl.programs.identity import identity_of
from drctl.programs.surroundings import AwsSurroundings, environment_of

SHOWN_MOST = 8192
"""How much of the end of an output is told; all that is kept of it lies in the program's folder."""
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


class LocalPrograms:
    """Programs that run beside drctl, watched over by `drctl.programs.supervise`.

    `folder` is where they are kept, `machine` the environment of which a few names are passed on.
    """

    def __init__(self, folder: Path, aws: AwsSurroundings, machine: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._aws = aws
        self._machine = os.environ if machine is None else machine

    def find(self, key: str) -> Program | None:
        """The program that was started under `key`; None where there was none."""
        folder = self._of(key)
        if not (folder / REQUEST).exists():
            return None
        watched = _is_locked(folder / LOCK)
        # In this order: it may have ended since we looked at the lock, but not have ended without a word before that.
        if (told := read_json(folder / ENDED)) is not None:
            return Program(
                state=ProgramState(told["state"]),
                exit_code=told["exit_code"],
                detail=told["detail"],
                output=_end_of(folder / OUTPUT),
            )
        if watched:
            return Program(state=ProgramState.RUNNING, output=_end_of(folder / OUTPUT))
        return self._unwatched(folder)

    def start(self, request: ProgramRequest) -> None:
        """Start it, unless there is one under its key already."""
        folder = self._of(request.key)
        if (folder / REQUEST).exists():
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=".making-", dir=self._folder))
        lock = os.open(making / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            write_json(making / REQUEST, _asked(request))
            if _renamed(making, folder):
                sync_folder(self._folder)
                # A crash here leaves a program that is lost; one just before leaves nothing that anybody finds.
                self._spawn(request, folder, lock)
        finally:
            # The supervisor has inherited the lock, and holds it until it ends.
            os.close(lock)

    def read(self, key: str, name: str) -> bytes | None:
        """A file that the program left in its own folder, or several in one they share; None where there is none."""
        try:
            return (self._of(key) / _name(name)).read_bytes()
        except (FileNotFoundError, IsADirectoryError):
            return None

    def shared(self, name: str) -> Path:
        """A folder of this run for programs that hand files to one another."""
        folder = self._of(name)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def stop(self, key: str) -> None:
        """End it, if it is running: it is asked to, and ended where it does not within ten seconds."""
        folder = self._of(key)
        told = read_json(folder / STARTED)
        if told is None or (folder / ENDED).exists():
            return
        if _is_still(told["supervisor"], told["own"]):
            os.kill(told["supervisor"], signal.SIGTERM)
        elif _is_still(told["pid"], told["identity"]):
            _end_group(told["pid"])

    def _unwatched(self, folder: Path) -> Program:
        """Nobody watches over it, and no end was written down: it goes on alone, or it is gone."""
        told, output = read_json(folder / STARTED), _end_of(folder / OUTPUT)
        if told is None:
            return Program(state=ProgramState.LOST, output=output, detail="it was not started before drctl ended")
        if not _is_still(told["pid"], told["identity"]):
            return Program(state=ProgramState.LOST, output=output, detail="it is gone, and left no exit code")
        if time.time() - told["at"] > read_json(folder / REQUEST)["limit_s"]:
            _end_group(told["pid"])
            return Program(state=ProgramState.LATE, output=output, detail="it was ended at its limit")
        return Program(state=ProgramState.RUNNING, output=output, detail="nobody watches over it any more")

    def _spawn(self, request: ProgramRequest, folder: Path, lock: int) -> None:
        log = str(folder / LOG)
        own = {"DRCTL_PROGRAM_FOLDER": str(folder), "DRCTL_OUTPUT": str(folder / OUTPUT_FILE)}
        environment = environment_of(
            self._machine,
            {**request.environment, **request.secrets},
            self._aws.variables(request.account, request.region),
            own,
        )
        # By its own number in the child: made inheritable here, it would go to whatever another thread starts now.
        passed_on = 3 if lock != 3 else 4
        try:
            pid = os.posix_spawn(
                sys.executable,
                # Isolated and without site-packages: nothing of the program's environment is for its supervisor.
                [sys.executable, "-I", "-S", supervise.__file__, str(folder)],
                environment,
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
                    (os.POSIX_SPAWN_DUP2, 1, 2),
                    (os.POSIX_SPAWN_DUP2, lock, passed_on),
                ],
                # Its own session: Ctrl-C and the end of the terminal are not for it.
                setsid=True,
            )
        except (OSError, ValueError) as error:
            write_json(folder / ENDED, {"state": "unstartable", "exit_code": None, "detail": str(error)})
            return
        _reap(pid)

    def _of(self, key: str) -> Path:
        return self._folder / _name(key)


def _reap(pid: int) -> None:
    # Whoever starts a process has to take note of its end, or it stays in the process table as a zombie.
    threading.Thread(target=os.waitpid, args=(pid, 0), name="supervisor-reaper", daemon=True).start()


def _asked(request: ProgramRequest) -> dict[str, Any]:
    """What is written down of a request: no value of its environment, and so no secret."""
    return {
        "argv": list(request.argv),
        "folder": str(request.folder),
        "limit_s": request.limit.total_seconds(),
        "secrets": sorted(request.secrets),
        "answer": _name(request.answer) if request.answer is not None else None,
    }


def _renamed(making: Path, folder: Path) -> bool:
    """Whether the folder got its name; where another has it, this one is taken away."""
    try:
        making.rename(folder)
    except OSError as error:
        shutil.rmtree(making, ignore_errors=True)
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        return False
    return True


def _is_locked(file: Path) -> bool:
    try:
        lock = os.open(file, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _is_still(pid: int, identity: str | None) -> bool:
    return identity is not None and identity_of(pid) == identity


def _end_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _end_of(file: Path) -> str:
    """The end of what was said, as text."""
    said = b""
    for part in (file.with_suffix(".before"), file):
        try:
            with part.open("rb") as kept:
                kept.seek(max(os.fstat(kept.fileno()).st_size - SHOWN_MOST, 0))
                said += kept.read()
        except FileNotFoundError:
            continue
    return said[-SHOWN_MOST:].decode("utf-8", "replace")


def _name(name: str) -> str:
    if not _KEY.fullmatch(name):
        raise ValueError(f"a program's key or file is letters, digits, dots, hyphens and underscores, not {name!r}")
    return name
