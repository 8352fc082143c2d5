"""A recovery is approved by others than whoever began it, from other terminals and from the chat, with real commands.

The AWS of its environment is a simulated one that somebody else has started, at the pace of life.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from drctl.errors import DrctlError
from drctl.journal.reading import read_journal
from drctl.model import events as e
from drctl.sim.control_client import attach
from drctl.sim.credentials import key_of
from tests.drills.commands import Drctl, Said

RUNBOOK = """\
runbook: asks
title: Ask, and go on
version: 1
objectives: { rto: 4h }
steps:
  - id: breathe
    uses: wait
    with: { duration: 1s }
  - id: ask
    uses: approval
    needs: [breathe]
    with: { role: commander, shows: [breathe], approvers: 2 }
  - id: last
    uses: wait
    needs: [ask]
    marks: verified
    with: { duration: 1s }
"""
ESTATE = """\
estate: small
title: Enough to be asked in
accounts: { main: "111111111111" }
default_account: main
regions: { primary: eu-central-1, recovery: eu-west-1 }
recovery_role: drctl-recovery
places:
  main:
    eu-west-1:
      secrets:
        chat/webhook: { value: "https://hooks.slack.example/services/T0/B0/very-secret" }
        chat/signing: { value: a-key-that-signs-and-is-shown-to-nobody }
web:
  hooks.slack.example: { kind: webhook, secret: chat/webhook, FAILS }
"""
ENVIRONMENT = """\
environment: production
accounts:
  main: { id: "111111111111", role: "arn:aws:iam::111111111111:role/drctl-recovery" }
default_account: main
regions: [eu-central-1, eu-west-1]
modes: [recover]
marker: null
endpoint_url: URL
approvals:
  expires: 10m
  roles: { commander: [anna, bea, carl] }
  chat: { webhook_secret: chat/webhook, signing_secret: chat/signing, region: eu-west-1 }
"""
RECOVER = ("recover", "--runbook", "./asks.yaml", "--environment", "production", "--incident", "INC-1")
SECRETS = ("very-secret", "a-key-that-signs")


class Ops:
    """One machine with several people on it."""

    def __init__(self, drctl: Drctl, url: str) -> None:
        self.drctl, self.url = drctl, url

    def __call__(self, person: str, *words: str, code: int = 0, stdin: str = "") -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "drctl", *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=self.surroundings(person),
            cwd=self.drctl.folder,
        )
        assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return Said(done.returncode, done.stdout, done.stderr)

    def surroundings(self, person: str) -> dict[str, str]:
        key = key_of("111111111111")
        return {
            **self.drctl._surroundings(checkout=True),
            "LOGNAME": person,
            "AWS_ACCESS_KEY_ID": key.access_key,
            "AWS_SECRET_ACCESS_KEY": key.secret_key,
        }

    @contextmanager
    def recovering(self, person: str) -> Iterator[subprocess.Popen[bytes]]:
        """A recovery that `person` has begun, with nobody at its terminal."""
        process = subprocess.Popen(
            [sys.executable, "-m", "drctl", *RECOVER, "--yes-i-mean", "main"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self.surroundings(person),
            cwd=self.drctl.folder,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def events(self) -> tuple[e.Event, ...]:
        journal = self.drctl.state / "runs" / self.drctl.wait_for_run() / "journal.sqlite"
        return tuple(record.event for record in read_journal(journal))

    def posted(self) -> list[str]:
        """What the channel has received."""
        return re.findall(r'"text": "((?:[^"\\]|\\.)*)"', json.dumps(attach(self.url).state()))

    def recorded(self) -> str:
        """Everything that is kept of the run."""
        return "".join(
            path.read_bytes().decode("latin-1") for path in self.drctl.state.rglob("*") if path.is_file()
        ) + json.dumps([str(event) for event in self.events()])


def until(found: Callable[[], Any]) -> Any:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if result := found():
                return result
        except DrctlError:
            pass
        time.sleep(0.1)  # noqa: TID251 - waiting for another process, not for a step
    raise AssertionError("it did not come")


@contextmanager
def serving(drctl: Drctl, fails: str) -> Iterator[Ops]:
    (drctl.folder / "asks.yaml").write_text(RUNBOOK)
    (drctl.folder / "small.yaml").write_text(ESTATE.replace(", FAILS", fails))
    process = subprocess.Popen(
        [sys.executable, "-m", "drctl", "sim", "serve", "--estate", "./small.yaml", "--speed", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=drctl._surroundings(checkout=True),
        cwd=drctl.folder,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        environments = drctl.folder / "runbooks" / "environments"
        environments.mkdir(parents=True)
        (environments / "production.yaml").write_text(ENVIRONMENT.replace("URL", url))
        yield Ops(drctl, url)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def ops(drctl: Drctl) -> Iterator[Ops]:
    with serving(drctl, "") as found:
        yield found


def asked(ops: Ops) -> e.ApprovalAsked:
    return until(lambda: next((event for event in ops.events() if isinstance(event, e.ApprovalAsked)), None))  # type: ignore[no-any-return]


@pytest.mark.thorough
def test_two_others_than_whoever_began_approve_one_by_hand_and_one_by_a_token_of_the_chat(ops: Ops) -> None:
    with ops.recovering("anna") as runner:
        request = asked(ops)
        assert request.not_by[0].startswith("anna@")
        status = ops("anna", "status").out
        for shown in (request.sha256[:12], "0 of 2 have approved", "anna, bea, carl", "drctl approve"):
            assert shown in status

        refused = ops("anna", "approve", "latest", "ask", code=2)
        assert "began this run" in refused.err
        assert "none of those who answer as commander" in ops("eve", "approve", "latest", "ask", code=2).err
        assert "has changed" in ops("bea", "approve", "latest", "ask", "--evidence", "0" * 12, code=2).err

        given = ops("bea", "approve", "latest", "ask", "--evidence", request.sha256[:12], "--comment", "go")
        assert "breathe" in given.err
        assert "nobody counts twice" in ops("bea", "approve", "latest", "ask", code=2).err
        assert "1 of 2 have approved: approved by bea@" in ops("anna", "status").out

        (text,) = until(ops.posted)
        yes, no = re.findall(r"`([\w-]{40,}\.[\w-]+)`", text)
        by_token = ("approve", "latest", "ask", "--token", "-")
        assert "--by go together" in ops("carl", *by_token, code=2, stdin=yes).err
        changed = yes[:-1] + ("A" if yes[-1] != "A" else "B")
        assert "signature" in ops("carl", *by_token, "--by", "carl", code=2, stdin=changed).err
        assert "something else" in ops("carl", *by_token, "--by", "carl", code=2, stdin=no).err
        assert "began this run" in ops("carl", *by_token, "--by", "anna", code=2, stdin=yes).err
        assert "cannot hand in" in ops("anna", *by_token, "--by", "carl", code=2, stdin=yes).err
        ops("carl", *by_token, "--by", "carl", stdin=yes)
        assert runner.wait(60) in (0, 1)
    answers = [event for event in ops.events() if isinstance(event, e.AnswerGiven)]
    assert [(answer.by.partition("@")[0], answer.via) for answer in answers] == [("bea", "order"), ("carl", "token")]
    assert {answer.evidence for answer in answers} == {request.sha256}
    kept = ops.recorded()
    assert not any(secret in kept for secret in (*SECRETS, yes, no))


@pytest.mark.thorough
def test_a_chat_that_is_down_is_a_finding_and_approvals_go_on_without_it(drctl: Drctl) -> None:
    with serving(drctl, ", fails_with: 503") as ops, ops.recovering("anna") as runner:
        asked(ops)
        until(lambda: [event for event in ops.events() if isinstance(event, e.FindingRecorded)])
        ops("bea", "approve", "latest", "ask")
        ops("carl", "approve", "latest", "ask")
        assert runner.wait(60) in (0, 1)
        document = ops("anna", "report", "latest", "--format", "json").document
    assert document["steps"][2]["state"] == "succeeded"
    (finding,) = document["findings"]
    assert finding["kind"] == "not-told"
    assert "could not be asked for in the chat" in finding["what"]
    assert not any(secret in ops.recorded() for secret in SECRETS)


def test_nobody_but_people_approves_a_recovery(ops: Ops) -> None:
    with ops.recovering("anna"):
        asked(ops)
        ops("anna", "pause", "latest")
    assert "approved by people" in ops("anna", "resume", "latest", "--approve", "auto", code=2).err


@pytest.mark.thorough
def test_a_recovery_that_nobody_could_approve_is_not_begun(ops: Ops) -> None:
    file = ops.drctl.folder / "runbooks" / "environments" / "production.yaml"
    file.write_text(file.read_text().replace("[anna, bea, carl]", "[anna, bea]"))
    refused = ops("anna", *RECOVER, "--yes-i-mean", "main", code=2)
    assert "ask: 2 have to approve as commander, and there are bea besides anna@" in refused.err
    assert not list(ops.drctl.state.glob("runs/*"))
