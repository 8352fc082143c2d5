"""`python -I supervise.py FOLDER`: run one program, watch over it, and write down how it ended.

It is a process of its own so that it outlives a killed drctl. It uses the standard library alone and
starts in a few hundredths of a second. For as long as it lives it holds the lock that it was
started with: whoever can take the lock knows that nobody watches over the program any more.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

if __name__ == "__main__":
    # Isolated, so that nothing of the program's environment reaches us: the path to our own files is not there either.
    sys.path.append(str(Path(__file__).resolve().parents[2]))

from drctl.programs.files import ENDED, OUTPUT, REQUEST, RESULT, STARTED, write_json
from drctl.programs.identity import identity_of
from drctl.programs.redaction import RedactedStream, Redaction

GRACE_S = 10.0
"""From asking a program to end to ending it."""
DRAIN_S = 1.0
"""How long output is waited for that was written before the end and has not been read."""
OUTPUT_MOST = 1 << 20
"""Bytes of output in one file; there are two, the newer and the older half."""
ANSWER_MOST = 64 << 20
RESULT_MOST = 1 << 20


class _Kept:
    """The end of the output on disk: at most twice `OUTPUT_MOST`, whatever the program says."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._out = file.open("ab")

    def write(self, piece: bytes) -> None:
        for start in range(0, len(piece), OUTPUT_MOST):
            if self._out.tell() > OUTPUT_MOST:
                self._out.close()
                self._file.replace(self._file.with_suffix(".before"))
                self._out = self._file.open("ab")
            self._out.write(piece[start : start + OUTPUT_MOST])
        self._out.flush()


class _Answer:
    """Standard output as a whole, for a program whose answer it is."""

    def __init__(self, file: Path) -> None:
        self._out = file.open("wb")
        self.overflown = False

    def write(self, piece: bytes) -> None:
        self.overflown = self.overflown or self._out.tell() + len(piece) > ANSWER_MOST
        if not self.overflown:
            self._out.write(piece)
            self._out.flush()


class Supervisor:
    """One program from its start to its end."""

    def __init__(self, folder: Path, umask: int) -> None:
        self._folder, self._umask = folder, umask
        self._asked = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
        self._redaction = Redaction(os.environ[name] for name in self._asked["secrets"] if os.environ.get(name))
        self._kept = _Kept(folder / OUTPUT)
        name = self._asked["answer"]
        self._answer = _Answer(folder / name) if name else None
        self._stopping = False

    def run(self) -> None:
        """Run it to its end; `ended.json` is there afterwards."""
        woken = _wake_on(signal.SIGCHLD, signal.SIGTERM)
        signal.signal(signal.SIGTERM, self._stop)
        try:
            process = self._start()
        except (OSError, ValueError) as error:
            self._end({"state": "unstartable", "exit_code": None, "detail": f"{self._asked['argv'][0]}: {error}"})
            return
        told = {"pid": process.pid, "identity": identity_of(process.pid), "at": time.time()}
        write_json(self._folder / STARTED, {**told, "supervisor": os.getpid(), "own": identity_of(os.getpid())})
        late = self._watch(process, woken)
        self._end(self._ending(process.returncode, late))

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 (what is run is what the operator's runbook says; no shell reads it)
            self._asked["argv"],
            cwd=self._asked["folder"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if self._answer is not None else subprocess.STDOUT,
            # A session of its own: it has no terminal, and all its children can be ended together.
            start_new_session=True,
            umask=self._umask,
        )

    def _stop(self, *_: Any) -> None:
        self._stopping = True

    def _watch(self, process: subprocess.Popen[bytes], woken: int) -> bool:
        """Keep what it says until it has ended, by itself or because of us; whether that was for its time limit."""
        due = time.monotonic() + self._asked["limit_s"]
        late, killing_at = False, None
        with selectors.DefaultSelector() as waiting:
            waiting.register(woken, selectors.EVENT_READ, None)
            for pipe, sink in self._pipes(process):
                os.set_blocking(pipe.fileno(), False)
                waiting.register(pipe, selectors.EVENT_READ, (RedactedStream(self._redaction), sink))
            while not _has_ended(process):
                now = time.monotonic()
                if killing_at is None and (self._stopping or now >= due):
                    late = not self._stopping
                    _signal_group(process.pid, signal.SIGTERM)
                    killing_at = now + GRACE_S
                elif killing_at is not None and now >= killing_at:
                    _signal_group(process.pid, signal.SIGKILL)
                    killing_at = now + GRACE_S
                until = due if killing_at is None else killing_at
                _read(waiting, max(until - now, 0.0))
            # What it left running in its group ends with it: nobody would know of it, and it has the secrets.
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()
            _drain(waiting)
        return late

    def _pipes(self, process: subprocess.Popen[bytes]) -> list[tuple[Any, _Kept | _Answer]]:
        if self._answer is None:
            return [(process.stdout, self._kept)]
        return [(process.stdout, self._answer), (process.stderr, self._kept)]

    def _ending(self, code: int, late: bool) -> dict[str, Any]:
        if late:
            took = f"it was ended after {self._asked['limit_s']:.0f}s, its limit"
            return {"state": "late", "exit_code": None, "detail": took}
        ended = f"it was ended by {signal.Signals(-code).name}" if code < 0 else ""
        if self._answer is not None and self._answer.overflown:
            code, ended = code or 1, f"its answer is longer than {ANSWER_MOST} bytes"
        return {"state": "ended", "exit_code": 128 - code if code < 0 else code, "detail": ended}

    def _end(self, ending: dict[str, Any]) -> None:
        result = self._folder / RESULT
        if result.is_file():
            # Written by the program itself, so it is blacked out before anybody is told that the program has ended.
            with result.open("rb") as written:
                text = written.read(RESULT_MOST + 1)
            if len(text) > RESULT_MOST:
                text, ending = b"", {**ending, "detail": f"{RESULT} is longer than {RESULT_MOST} bytes"}
            clean = result.with_suffix(".tmp")
            clean.write_bytes(self._redaction(text))
            clean.replace(result)
        write_json(self._folder / ENDED, ending)


def _wake_on(*signals: signal.Signals) -> int:
    """A descriptor that can be read from once one of these signals has come."""
    woken, wakes = os.pipe()
    for end in (woken, wakes):
        os.set_blocking(end, False)
    for each in signals:
        signal.signal(each, lambda *_: None)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    return woken


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended. It is not reaped, so that its pid, and with it its group, stays its own."""
    if not hasattr(os, "waitid"):
        return process.poll() is not None
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):  # macOS says the latter where only zombies are left in a group
        return


def _read(waiting: selectors.BaseSelector, patience_s: float) -> bool:
    """Take what has come; whether anything had."""
    some = False
    for key, _ in waiting.select(patience_s):
        if key.data is None:
            os.read(key.fd, 1024)
            continue
        stream, sink = key.data
        piece = os.read(key.fd, 1 << 16)
        if piece:
            sink.write(stream.take(piece))
            some = True
        else:
            _close(waiting, key)
    return some


def _drain(waiting: selectors.BaseSelector) -> None:
    """Take what was written before the end. Who left the group may hold the pipe open: it is not waited for."""
    until = time.monotonic() + DRAIN_S
    while (left := [key for key in waiting.get_map().values() if key.data]) and time.monotonic() < until:
        if not _read(waiting, 0.05) and len(left) == len([key for key in waiting.get_map().values() if key.data]):
            break
    for key in [key for key in waiting.get_map().values() if key.data]:
        _close(waiting, key)


def _close(waiting: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    stream, sink = key.data
    sink.write(stream.rest())
    waiting.unregister(key.fileobj)
    pipe: BinaryIO = key.fileobj  # type: ignore[assignment]  # registered by us: a pipe of the program
    pipe.close()


if __name__ == "__main__":
    # What is ours is for its owner alone; what the program makes is as its user wants it.
    usual = os.umask(0o077)
    Supervisor(Path(sys.argv[1]), usual).run()
