"""What the process of a simulated AWS is told, and what it tells back: two small files of JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from drctl.model.estate import Estate
from drctl.model.instant import parse_instant
from drctl.model.scenario import Scenario
from drctl.sim.adapters import adapter_of

IDLE = timedelta(minutes=15)
"""How long a simulated AWS lives on after the last request, so that a killed drill can be resumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessConfig:
    """One simulated AWS: which world, planted when and with what, and how long it waits for requests."""

    world: str
    onset: datetime
    ready: Path
    estate: str | None = None
    """JSON of an Estate; None for an AWS with nothing in it."""
    scenario: str | None = None
    """JSON of a Scenario; None where nothing breaks."""
    idle: timedelta = IDLE
    port: int = 0

    def write(self, file: Path) -> None:
        """Have `file` hold this."""
        write_json(
            file,
            {
                "world": self.world,
                "onset": self.onset.isoformat(),
                "ready": str(self.ready),
                "estate": json.loads(self.estate) if self.estate is not None else None,
                "scenario": json.loads(self.scenario) if self.scenario is not None else None,
                "idle_s": self.idle.total_seconds(),
                "port": self.port,
            },
        )

    @classmethod
    def read(cls, file: Path) -> ProcessConfig:
        """What `write` wrote."""
        told = json.loads(file.read_text(encoding="utf-8"))
        return cls(
            world=told["world"],
            onset=parse_instant(told["onset"]),
            ready=Path(told["ready"]),
            estate=json.dumps(told["estate"]) if told["estate"] is not None else None,
            scenario=json.dumps(told["scenario"]) if told["scenario"] is not None else None,
            idle=timedelta(seconds=told["idle_s"]),
            port=told["port"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Where a simulated AWS listens, once it does."""

    url: str
    world: str
    onset: datetime
    pid: int

    def write(self, file: Path) -> None:
        """Have `file` hold this, whole or not at all."""
        write_json(file, {"url": self.url, "world": self.world, "onset": self.onset.isoformat(), "pid": self.pid})

    @classmethod
    def read(cls, file: Path) -> Ready | None:
        """What `write` wrote; None while there is no such file."""
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return cls(url=told["url"], world=told["world"], onset=parse_instant(told["onset"]), pid=told["pid"])


def read_estate(text: str) -> Estate:
    """The estate that was dumped as `text`, by its YAML names or by its fields'."""
    return adapter_of(Estate).validate_json(text, by_alias=True, by_name=True)


def read_scenario(text: str) -> Scenario:
    """The scenario that was dumped as `text`, by its YAML names or by its fields'."""
    return adapter_of(Scenario).validate_json(text, by_alias=True, by_name=True)


def write_json(file: Path, told: Mapping[str, Any]) -> None:
    """Have `file` hold `told`: a reader finds the old text or the new one, after a power cut too."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    with unfinished.open("w", encoding="utf-8") as out:
        json.dump(told, out)
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(file)
