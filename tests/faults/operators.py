"""Several operators, each a process of its own, that do things at the same moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SOON = 0.001
"""Seconds within which every process has its command and waits for the moment."""


class Operator:
    """A process that holds journals."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.pid = self._process.pid

    def tell(self, do: str, **words: Any) -> None:
        """Give a command; its answer is read later."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps({'do': do, **words})}\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """The answer to the oldest command that has not been answered."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"process {self.pid} has ended"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def does(self, do: str, **words: Any) -> dict[str, Any]:
        """Give a command and wait for its answer."""
        self.tell(do, **words)
        return self.answer()

    def stop(self) -> None:
        """Stop the process where it is, and wait until it stands still."""
        os.kill(self.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WNOWAIT)

    def go_on(self) -> None:
        """Let a stopped process go on."""
        os.kill(self.pid, signal.SIGCONT)

    def end(self) -> None:
        """End the process, stopped or not."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def operators(count: int) -> Iterator[Sequence[Operator]]:
    """So many processes, ended afterwards."""
    with ExitStack() as ended:
        started = []
        for _ in range(count):
            started.append(Operator())
            ended.callback(started[-1].end)
        yield started


def race(racers: Sequence[Operator], path: Path, *, create: bool = False) -> tuple[Operator, dict[Operator, Any]]:
    """All open the journal at one moment: the one that has it, and what the others were told.

    Fails unless exactly one has it, and every other is told who does, since when, and what to type.
    """
    moment = time.monotonic() + SOON
    for racer in racers:
        racer.tell("open", path=str(path), create=create, moment=moment)
    answers = {racer: racer.answer() for racer in racers}
    (winner,) = (racer for racer, answer in answers.items() if "fence" in answer)
    losers = {racer: answer for racer, answer in answers.items() if racer is not winner}
    for answer in losers.values():
        check_told(answer, winner)
    return winner, losers


def check_told(answer: dict[str, Any], holder: Operator) -> None:
    """Whoever is refused is told who holds the run, since when, and what to type."""
    assert (answer.get("error"), answer.get("exit_code")) == ("lease-held", 4), answer
    assert f"(process {holder.pid}) drives this run" in answer["what"]
    assert answer["context"][0].startswith("since 20")
    assert f"kill {holder.pid}" in answer["hint"]
