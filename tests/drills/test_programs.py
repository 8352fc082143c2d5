"""A drill with programs of the user's own: they find the simulated AWS, and Terraform builds what was not there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from drctl.model.estate_services import Secret
from tests.drills.commands import Drctl

ESTATE = """
estate: small
accounts: { production: "111111111111" }
default_account: production
regions: { primary: eu-central-1, recovery: eu-west-1 }
places:
  production:
    eu-west-1:
      secrets: { amply/prod/token: {} }
      queues: { amply-celery: {}, amply-mail: {} }
      parameters: { /amply/mode: standby }
"""
SCENARIO = """
scenario: nothing-there
title: The queues of the recovery Region were never built
declared_after: 5m
estate: { unbuilt: { recovery: [queues] } }
"""
RUNBOOK = f"""
runbook: build
title: Build what is missing
version: 1
objectives: {{ rto: 1h, rpo: 1h }}
scenario: nothing-there
steps:
  - id: plan
    uses: terraform.plan
    with: {{ region: eu-west-1, folder: . }}
  - id: apply
    uses: terraform.apply
    needs: [plan]
    with:
      region: eu-west-1
      folder: .
      plan: ${{{{ steps.plan.plan }}}}
      sha256: ${{{{ steps.plan.sha256 }}}}
  - id: count
    uses: command
    needs: [apply]
    marks: serving
    with:
      argv: [{sys.executable}, count.py]
      region: eu-west-1
      secrets: {{ TOKEN: amply/prod/token }}
      outputs_json: true
"""
TOKEN = Secret().value_as("amply/prod/token")
COUNT = f"""
import json, os, boto3
assert os.environ["TOKEN"] == {TOKEN!r}
print("the token is", os.environ["TOKEN"], flush=True)
queues = boto3.client("sqs").list_queues()["QueueUrls"]
account = boto3.client("sts").get_caller_identity()["Account"]
print(json.dumps({{"queues": sorted(url.rsplit("/", 1)[1] for url in queues), "account": account}}))
"""
NOT_PROVEN = 1
"""The exit code of a drill that recovers no data: nothing shows its RPO."""


def prepared(drctl: Drctl, count: str = COUNT) -> None:
    for name, text in (("estates/small", ESTATE), ("scenarios/nothing-there", SCENARIO), ("build", RUNBOOK)):
        file = drctl.folder / "runbooks" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (drctl.folder / "count.py").write_text(count)


@pytest.mark.thorough
def test_terraform_builds_what_is_missing_and_a_script_finds_it(drctl: Drctl) -> None:
    # With a world of its own, whose log is in the state folder with everything else.
    drctl = replace(drctl, pipe=None)
    prepared(drctl)
    told = drctl("drill", "--runbook", "build", "--estate", "small", "--output", "json", code=NOT_PROVEN).document
    steps = {step["id"]: step for step in told["steps"]}
    assert {id: step["state"] for id, step in steps.items()} == dict.fromkeys(("plan", "apply", "count"), "succeeded")
    assert steps["plan"]["evidence"]["outputs"]["adds"] == 2
    assert steps["count"]["evidence"]["outputs"]["result"] == {
        "queues": ["amply-celery", "amply-mail"], "account": "111111111111"
    }  # fmt: skip
    everything = b"".join(file.read_bytes() for file in drctl.state.rglob("*") if file.is_file())
    assert TOKEN.encode() not in everything


@pytest.mark.thorough
def test_a_killed_drill_leaves_its_program_running_and_the_resumed_one_takes_its_answer(drctl: Drctl) -> None:
    """kill -9 of drctl while the program runs: it runs once, to its end"""
    waits = "import os, time\nopen('runs', 'a').write('x')\nwhile not os.path.exists('go'): time.sleep(0.02)\n"
    prepared(drctl, waits + COUNT)
    environment = {**drctl._surroundings(checkout=True)}
    words = ("drill", "--runbook", "build", "--estate", "small", "--output", "json")
    drill = subprocess.Popen(
        drctl.command(*words),
        env=environment,
        cwd=drctl.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_for(drctl.folder / "runs", drill)
    os.killpg(drill.pid, signal.SIGKILL)
    drill.wait()
    (drctl.folder / "go").touch()
    told = drctl("resume", "latest", "--output", "json", code=NOT_PROVEN).document
    (count,) = [step for step in told["steps"] if step["id"] == "count"]
    assert count["state"] == "succeeded"
    assert (drctl.folder / "runs").read_text() == "x"


def wait_for(file: Path, drill: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while not file.exists():
        assert time.monotonic() < end, f"{file} never came"
        assert drill.poll() is None, "the drill ended before"
        time.sleep(0.02)  # noqa: TID251 - waiting for another process, not for a step
