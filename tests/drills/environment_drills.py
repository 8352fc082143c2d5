"""Drills in an environment whose AWS is a simulated one in this process, reached by its address as AWS is."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from drctl.bootstrap import DrillRequest, PauseRequest, start_drill
from drctl.bootstrap.requests import Outcome
from drctl.model.scenario import Fault, FaultKind
from drctl.sim.control import Control, Identity
from drctl.sim.faults import FaultPlan
from tests.fakes.progress import SilentProgress
from tests.simulated import PRODUCTION, RECOVERY, START, Simulated

ENVIRONMENT = """\
environment: staging
accounts: {{ main: {{ id: "{account}" }} }}
default_account: main
regions: [{region}]
modes: [drill, recover]
marker: null
endpoint_url: {url}
{more}
"""
RUNBOOK = """\
runbook: small
title: Make a queue and a parameter
version: 1
objectives: { rto: 1h }
after_drill: AFTER
steps:
  - id: queue
    uses: sqs.ensure
    with: { region: eu-west-1, queue: drill-tasks, dead_letter_queue: drill-tasks-dlq }
  - id: parameter
    uses: ssm.put_parameter
    needs: [queue]
    marks: verified
    with: { region: eu-west-1, name: /drill/on, value: "yes" }
"""


class Staging:
    """An environment in a folder of its own, and the AWS that it leads to."""

    def __init__(self, simulated: Simulated, folder: Path) -> None:
        self.simulated, self.folder, self.state = simulated, folder, folder / "state"
        self.environment(more="")

    def environment(self, *, more: str) -> None:
        """Write the environment's file, with `more` at its end."""
        path = self.folder / "runbooks" / "environments" / "staging.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ENVIRONMENT.format(account=PRODUCTION, region=RECOVERY, url=self.simulated.url, more=more))

    def drill(self, runbook: str = RUNBOOK, *, after: str = "undo", progress: SilentProgress | None = None) -> Outcome:
        """Drive a drill to its end."""
        path = self.folder / "small.yaml"
        path.write_text(runbook.replace("AFTER", after))
        request = DrillRequest(
            runbook=str(path), environment="staging", inputs={}, state_dir=self.state, skip_if_blocked=False
        )
        return start_drill(request, progress or SilentProgress(), None, PauseRequest())

    def deny(self, service: str, operation: str) -> None:
        """Have calls of that operation be denied from now on."""
        fault = Fault(service=service, operation=operation, kind=FaultKind.DENIED, times=None)
        self.simulated.app.faults = FaultPlan.of([fault])

    def allow(self) -> None:
        """Have nothing be denied any more."""
        self.simulated.app.faults = FaultPlan.of([])

    def queues(self) -> list[str]:
        """The names of the queues that there are."""
        urls = self.simulated.client("sqs", RECOVERY).list_queues().get("QueueUrls", [])
        return sorted(url.rpartition("/")[2] for url in urls)

    def parameters(self) -> list[str]:
        """The names of the parameters that there are."""
        found: list[dict[str, Any]] = self.simulated.client("ssm", RECOVERY).describe_parameters()["Parameters"]
        return sorted(str(one["Name"]) for one in found)


@contextmanager
def staging_at(simulated: Simulated, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Staging]:
    """The environment, and this terminal signed in to its account."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", f"DRCTLSIM{PRODUCTION}")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    identity = Identity("staging", START, os.getpid(), "instant")
    simulated.app.control = Control(simulated.app, identity, threading.Event())
    yield Staging(simulated, folder)
    simulated.app.control = None
