"""No secret is in the journal, the logs, a report or the list of processes, whatever prints it and whatever breaks."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ParamValidationError
from click.testing import CliRunner, Result

from drctl.actions.catalogue import ActionCatalogue
from drctl.actions.checks.authorization import without
from drctl.aws.secretsmanager import copy_value
from drctl.cli import cli
from drctl.cli.invocation import Invocation
from drctl.cli.logging import FILE, start_logging
from drctl.loading.environment import load_environment
from drctl.loading.estate import load_estate
from drctl.ports.action import ParamsInvalid
from drctl.ports.http import HttpAnswer
from drctl.sim.credentials import key_of
from tests.drills.rehearsing import Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds
from tests.faults.canaries import forms, kept_in, leaks
from tests.loading.shipped import AMPLY

ACCOUNT = "111111111111"
READING = (
    ("status",),
    ("status", "--output", "json"),
    ("logs", "latest"),
    ("logs", "latest", "--output", "json"),
    ("report", "latest"),
    ("report", "latest", "--format", "json"),
    ("runs",),
    ("runs", "--output", "json"),
)


def of_estate() -> dict[str, str]:
    """The value of every secret of the estate, by its name."""
    estate, _ = load_estate(AMPLY.read_text(encoding="utf-8"), "amply.yaml")
    assert estate is not None
    return {
        name: secret.value_as(name) for _, _, place in estate.each_place() for name, secret in place.secrets.items()
    }


def client(url: str, service: str, region: str = "eu-central-1") -> Any:
    key = key_of(ACCOUNT)
    return boto3.session.Session().client(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id=key.access_key,
        aws_secret_access_key=key.secret_key,
    )


def call(*words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--state-dir", str(Path("state").absolute())], prog_name="drctl")


def everything(drill: Result) -> Iterator[tuple[str, bytes]]:
    """All that a run says and leaves."""
    yield "stdout of the drill", drill.stdout_bytes
    yield "stderr of the drill", drill.stderr_bytes
    for words in READING:
        answered = call(*words, "-vv")
        assert answered.exit_code == 0, answered.output
        yield f"drctl {' '.join(words)}", answered.stdout_bytes + answered.stderr_bytes
    yield from packed()
    yield from kept_in(Path("state"))


def packed() -> Iterator[tuple[str, bytes]]:
    """The run as evidence, of which nothing is compressed; and what is said of the key that it is signed with."""
    said = [call("key", "new", "key"), call("pack", "latest", "--out", "evidence.zip", "--key", "key", "-vv")]
    said.append(call("verify", "./evidence.zip"))
    for answered in said:
        assert answered.exit_code == 0, answered.output
    yield "the evidence pack", Path("evidence.zip").read_bytes()
    told = [("drctl pack", answered.stdout_bytes + answered.stderr_bytes) for answered in said]
    yield from told
    seed = Path("key").read_text().splitlines()[1]
    private = {"the private key": seed, "its last bytes": seed[-32:]}
    places = [*told, ("the evidence pack", Path("evidence.zip").read_bytes()), *kept_in(Path("state"))]
    assert leaks(private, places) == []


def test_a_canary_is_found_in_each_of_its_forms() -> None:
    secret = 'canary-Zx9/+= "q"\n~é'
    for form in forms(secret):
        assert leaks({"it": secret}, [("there", b"x" + form + b"x")]) == ["it in there"]
    assert leaks({"it": secret}, [("there", b"canary")]) == []


@pytest.mark.thorough
def test_the_recovery_from_leaked_secrets_leaks_none(rehearse: Rehearsal) -> None:
    drill = call("drill", "--runbook", "secrets-compromise", "-vv", "--keep")
    assert drill.exit_code == 0, drill.output
    canaries = of_estate()
    manager = client(rehearse.simulations[-1].url, "secretsmanager")
    for name in ("amply/prod/django-secret-key", "amply/prod/jwt-signing-key"):
        new = manager.get_secret_value(SecretId=name)["SecretString"]
        assert new != canaries[name], "it was given no new value"
        canaries[f"the new {name}"] = new
    assert leaks(canaries, everything(drill)) == []


def test_a_traceback_in_a_log_has_no_values_of_variables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRCTL_STATE_DIR", str(tmp_path))
    before = list(logging.getLogger().handlers)
    invocation = Invocation([])
    invocation.verbose = 2
    start_logging(invocation)
    try:
        password = "canary-in-a-variable"
        raise LookupError("it broke")
    except LookupError:
        logging.getLogger("drctl.test").exception("something broke")
    finally:
        for handler in [one for one in logging.getLogger().handlers if one not in before]:
            logging.getLogger().removeHandler(handler)
            handler.close()
    logged, shown = (tmp_path / "log" / FILE).read_text(), capsys.readouterr().err
    assert "LookupError" in logged
    assert "LookupError" in shown
    assert password not in logged + shown


@pytest.mark.parametrize(
    "url", ["https://amply:canary-pw@api.example.org/", "http://canary-pw@x", "https://:canary-pw@x?a"]
)
def test_a_password_in_a_url_is_refused_and_not_repeated(url: str) -> None:
    for kind in ("check.http", "notify.pagerduty"):
        given = {"url": url, "key_secret": "x", "region": "eu-west-1"} if kind == "notify.pagerduty" else {"url": url}
        with pytest.raises(ParamsInvalid) as refused:
            ActionCatalogue().bind(kind, given)
        assert "canary" not in "".join(f"{problem}" for problem in refused.value.problems)
    _, problems = load_environment(f"environment: x\nendpoint_url: {url!r}\n", "x.yaml")
    told = [problem for problem in problems if problem.path == "endpoint_url"]
    assert told
    assert "canary" not in "".join(str(problem) for problem in problems)


AWKWARD = 'canary-Zx9/+= "q" ~%41&k=v'
LINES = "-----BEGIN KEY-----\nAAAAcanaryAAAA0123456789\nBBBBcanaryBBBB9876543210\n-----END KEY-----\n"
HOOK = "https://hooks.elsewhere.example/services/T0CANARY/B0CANARY/canary-in-the-url?token=canary-token"
PAGER = "canary-routing-key-0123456789abcd"
OLD = "canary-of-an-old-parameter"
PLANTED = {
    "fuzz/awkward": AWKWARD,
    "fuzz/lines": LINES,
    "fuzz/hook": HOOK,
    "fuzz/pager": PAGER,
    "fuzz/json": json.dumps({"user": "amply", "password": "canary-in-json-0987"}),
    "fuzz/copy": "canary-before-it-was-copied",
    "fuzz/broken": "canary-of-what-cannot-be-set",
}
TELL_ALL = """
import base64, json, os, sys, urllib.parse
from pathlib import Path

def seen(pid):
    try:
        return [(pid / "cmdline").read_bytes().hex(), (pid / "environ").read_bytes().hex()]
    except OSError:
        return None

found = {pid.name: told for pid in Path("/proc").iterdir() if pid.name.isdigit() and (told := seen(pid))}
own = {name: os.environ[name] for name in ("AWKWARD", "LINES", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
       if name in os.environ}
Path(FOLDER, "seen.json").write_text(json.dumps({"found": found, "own": own, "given": [os.getpid(), os.getppid()]}))
secret = os.environ["AWKWARD"]
print(dict(os.environ), flush=True)
print(os.environ["LINES"], flush=True)
print(json.dumps(secret), urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret))
print(base64.b64encode(secret.encode()).decode(), file=sys.stderr)
Path(os.environ["DRCTL_OUTPUT"]).write_text(json.dumps({"said": secret, "environment": dict(os.environ)}))
print("at the end", secret)
sys.exit(CODE)
"""
STEPS = f"""\
runbook: tell-all
title: Everything that has a secret, and everything that prints one
version: 1
objectives: {{ rto: 24h }}
scenario: quiet
steps:
  - id: program
    uses: command
    with:
      argv: [{sys.executable}, tells.py]
      region: eu-central-1
      secrets: {{ AWKWARD: fuzz/awkward, LINES: fuzz/lines }}
      outputs_json: true
  - id: broken-program
    uses: command
    needs: [program]
    critical: false
    with:
      argv: [{sys.executable}, fails.py]
      region: eu-central-1
      secrets: {{ AWKWARD: fuzz/awkward, LINES: fuzz/lines }}
  - id: parameter
    uses: ssm.put_parameter
    with: {{ region: eu-central-1, name: /fuzz/new, type: SecureString, from_secret: fuzz/awkward }}
  - id: overwritten
    uses: ssm.put_parameter
    with: {{ region: eu-central-1, name: /fuzz/old, type: SecureString, from_secret: fuzz/json }}
  - id: not-overwritten
    uses: ssm.put_parameter
    critical: false
    with: {{ region: eu-central-1, name: /fuzz/old, value: "plain" }}
  - id: copy
    uses: secrets.put
    with: {{ region: eu-central-1, secret: fuzz/copy, copy_from: {{ secret: fuzz/awkward }} }}
  - id: made-up
    uses: secrets.put
    needs: [copy]
    with: {{ region: eu-central-1, secret: fuzz/copy, generate: {{ length: 40, punctuation: true }} }}
  - id: hook
    uses: notify.webhook
    with: {{ region: eu-central-1, url_secret: fuzz/hook, text: "it goes on" }}
  - id: no-hook
    uses: notify.webhook
    with: {{ region: eu-central-1, url_secret: fuzz/awkward, text: "it goes on" }}
  - id: page
    uses: notify.pagerduty
    with: {{ region: eu-central-1, key_secret: fuzz/pager, summary: "it goes on" }}
  - id: page-elsewhere
    uses: notify.pagerduty
    with: {{ region: eu-central-1, key_secret: fuzz/pager, summary: x, url: "https://pager.elsewhere.example/" }}
  - id: answer
    uses: check.http
    marks: serving
    with:
      url: https://api.amply.example/health/deep
      authorization_secret: {{ name: fuzz/json, key: password, region: eu-central-1 }}
  - id: no-answer
    uses: check.http
    critical: false
    deadline: 1m
    with:
      url: https://nobody.elsewhere.example/
      authorization_secret: {{ name: fuzz/pager, region: eu-central-1 }}
  - id: broken-look
    uses: check.http
    critical: false
    with:
      url: https://broken.elsewhere.example/
      authorization_secret: {{ name: fuzz/json, key: password, region: eu-central-1 }}
  - id: broken-call
    uses: secrets.put
    critical: false
    needs: [made-up]
    with: {{ region: eu-central-1, secret: fuzz/broken, copy_from: {{ secret: fuzz/lines }} }}
"""


def plant(url: str) -> None:
    """Beside what the estate has."""
    manager, ssm = client(url, "secretsmanager"), client(url, "ssm")
    for name, value in PLANTED.items():
        manager.create_secret(Name=name, SecretString=value)
    ssm.put_parameter(Name="/fuzz/old", Value=OLD, Type="SecureString")


@pytest.fixture
def told(rehearse: Rehearsal) -> Rehearsal:
    Path("tell-all.yaml").write_text(STEPS)
    for name, code in (("tells", 0), ("fails", 3)):
        Path(f"{name}.py").write_text(f"FOLDER, CODE = {str(Path.cwd())!r}, {code}\n{TELL_ALL}")
    rehearse._before = plant
    return rehearse


def break_with_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Libraries quote what they were given: httpx a header, botocore a parameter."""

    def broken_look(secret: str, answer: HttpAnswer) -> HttpAnswer:
        if answer.failure and "broken." in answer.detail:
            raise RuntimeError(f"Illegal header value b'Bearer {secret}'")
        return without(secret, answer)

    def broken_call(here: Any, name: str, token: str, there: Any, source: str, version: Any) -> str:
        if name == "fuzz/broken":
            value = there.get_secret_value(SecretId=source)["SecretString"]
            raise ParamValidationError(report=f"Invalid type for parameter SecretString, value: {value!r}, type: str")
        return copy_value(here, name, token, there, source, version)

    monkeypatch.setattr("drctl.actions.checks.http.without", broken_look)
    monkeypatch.setattr("drctl.actions.secrets.put.copy_value", broken_call)


EXPECTED = {
    **dict.fromkeys(("program", "parameter", "overwritten", "copy", "made-up", "answer"), "succeeded"),
    # A notification never fails a run.
    **dict.fromkeys(("hook", "no-hook", "page", "page-elsewhere"), "succeeded"),
    **dict.fromkeys(("broken-program", "not-overwritten", "broken-look", "broken-call"), "failed"),
    "no-answer": "held",
}


def test_what_programs_print_and_services_say_and_libraries_quote_leaks_none(
    told: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_with_secrets(monkeypatch)
    drill = call("drill", "--runbook", "./tell-all.yaml", "-vv", "--keep")
    steps = {step["id"]: step for step in json.loads(call("status", "--output", "json").stdout)["steps"]}
    assert {id: step["state"] for id, step in steps.items()} == EXPECTED, drill.output
    assert "Illegal header value b'Bearer ***'" in steps["broken-look"]["failure"]
    canaries = {**PLANTED, **of_estate(), "old parameter": OLD}
    canaries["in JSON"] = json.loads(PLANTED["fuzz/json"])["password"]
    canaries |= {f"line of fuzz/lines: {line}": line for line in LINES.splitlines()[1:3]}
    made_up = client(told.simulations[-1].url, "secretsmanager").get_secret_value(SecretId="fuzz/copy")["SecretString"]
    assert made_up not in canaries.values()
    canaries["made up"] = made_up
    seen = json.loads(Path("seen.json").read_text())
    assert seen["own"]["AWKWARD"] == AWKWARD
    canaries |= {name: value for name, value in seen["own"].items() if name.startswith("AWS_")}
    assert leaks(canaries, everything(drill)) == []
    given = [str(pid) for pid in seen["given"]]
    others = {pid: told for pid, told in seen["found"].items() if pid not in given}
    lines = {pid: bytes.fromhex(told[0]) for pid, told in seen["found"].items()}
    command_lines = [(f"a command line: {line!r}", line) for line in lines.values()]
    # The program's environment is its way to the secret, and only its own user can read it. Its supervisor has handed
    # it on; nobody else has it, drctl itself and the simulated AWS among them.
    environments = [(f"the environment of {lines[pid]!r}", bytes.fromhex(told[1])) for pid, told in others.items()]
    assert len(others) >= 2, "drctl itself and the simulated AWS were there to be seen"
    assert leaks({**PLANTED, **of_estate()}, [*command_lines, *environments]) == []
