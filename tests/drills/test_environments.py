"""A run in an environment: a second simulated AWS, reached by its address through the very code that reaches AWS.

Whatever points to the wrong thing is refused with exit code 2, and nothing is changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from drctl import bootstrap
from drctl.bootstrap.beginning import NeverBegun
from drctl.bootstrap.given_marks import GivenMarks
from drctl.bootstrap.texts import estate_of
from drctl.clock import SystemClock
from drctl.engine.parts import PauseRequest
from drctl.errors import GuardRefused, InputInvalid, JournalUnavailable, Refused
from drctl.journal.sqlite import SqliteJournal
from drctl.loading.validation import adapter_of
from drctl.model.estate import Estate
from drctl.model.events import Mode
from drctl.sim.control_client import Simulation
from drctl.sim.credentials import key_of
from drctl.testing.simulated import client_of
from tests.drills.rehearsing import running_worlds
from tests.fakes.progress import SilentProgress

PRODUCTION, STAGING = "111111111111", "222222222222"
ENVIRONMENT = """\
environment: staging
accounts:
  staging:
    id: "222222222222"
    role: arn:aws:iam::222222222222:role/drctl-recovery
    alias: amply-staging
  shared-services:
    id: "444444444444"
    role: arn:aws:iam::444444444444:role/drctl-recovery
default_account: staging
regions: [eu-central-1, eu-west-1]
modes: [drill, recover]
drill_owned: ["arn:aws:ssm:eu-west-1:222222222222:parameter/drill/*"]
endpoint_url: ENDPOINT
variables: { region: eu-west-1, parameter: /drill/freeze }
"""
RUNBOOK = """\
runbook: freeze
title: Hold deployments back
version: 1
objectives: { rto: 1h }
steps:
  - id: freeze
    uses: ssm.put_parameter
    marks: verified
    with: { region: "${{ env.region }}", name: "${{ env.parameter }}", value: "on" }
"""


@dataclass(frozen=True)
class Staging:
    """An environment of its own for each test, and the world that it leads to."""

    simulation: Simulation
    folder: Path

    def write(self, **changed: str) -> None:
        """Write the environment; each of `changed` is "old text => new text"."""
        text = ENVIRONMENT.replace("ENDPOINT", self.simulation.url)
        for old, new in (pair.split(" => ") for pair in changed.values()):
            assert old in text
            text = text.replace(old, new)
        (self.folder / "runbooks" / "environments" / "staging.yaml").write_text(text)

    def runbook(self, text: str) -> str:
        (self.folder / "own.yaml").write_text(text)
        return "./own.yaml"

    def drill(self, runbook: str = "./freeze.yaml", **options: Any) -> Any:
        request = bootstrap.DrillRequest(
            runbook=runbook, environment="staging", inputs={}, state_dir=self.folder / "state", **options
        )
        return bootstrap.start_drill(request, SilentProgress(), None, PauseRequest())

    def recover(self, runbook: str = "./freeze.yaml", confirms: bool = True, **options: Any) -> Any:
        request = bootstrap.RecoverRequest(
            runbook=runbook,
            environment="staging",
            incident="INC-1",
            inputs={},
            state_dir=self.folder / "state",
            **options,
        )
        return bootstrap.recover(request, SilentProgress(), None, PauseRequest(), confirmed=lambda _: confirms)

    def client(self, service: str, region: str = "eu-west-1", account: str = STAGING) -> Any:
        return client_of(self.simulation.url, service, region, account)

    @property
    def changes(self) -> list[Mapping[str, Any]]:
        """What was changed; to take a role changes nothing."""
        return [call for call in self.simulation.calls() if call["service"] != "sts"]

    @property
    def runs(self) -> list[Path]:
        return list((self.folder / "state").glob("runs/*"))


@pytest.fixture
def staging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Staging]:
    monkeypatch.chdir(tmp_path)
    signed_in(monkeypatch, STAGING)
    estate = adapter_of(Estate).dump_json(estate_of("amply")).decode()
    simulation = running_worlds().launch(tmp_path / "world", estate, None, onset=SystemClock().now())
    (tmp_path / "runbooks" / "environments").mkdir(parents=True)
    (tmp_path / "freeze.yaml").write_text(RUNBOOK)
    made = Staging(simulation, tmp_path)
    made.write()
    yield made
    simulation.stop()


def signed_in(monkeypatch: pytest.MonkeyPatch, account: str) -> None:
    """Whose credentials botocore's own chain finds: those of the terminal."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    key = key_of(account)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key.secret_key)


def test_a_drill_in_an_environment_does_what_its_runbook_says(staging: Staging) -> None:
    outcome = staging.drill()
    assert (outcome.exit_code, outcome.document["environment"], outcome.document["mode"]) == (0, "staging", "drill")
    assert staging.client("ssm").get_parameter(Name="/drill/freeze")["Parameter"]["Value"] == "on"


def test_a_run_on_an_emulator_says_simulated(staging: Staging) -> None:
    assert staging.drill().document["simulated"] is True


def test_no_credential_is_written_down(staging: Staging) -> None:
    staging.drill()
    key = key_of(STAGING)
    for path in (staging.folder / "state").rglob("*"):
        if path.is_file():
            assert key.secret_key.encode() not in path.read_bytes()
            assert key.access_key.encode() not in path.read_bytes()


def test_a_recovery_is_recorded_with_its_incident_and_its_onset(staging: Staging) -> None:
    onset = staging.simulation.clock().replace(microsecond=0)
    detected = onset - timedelta(minutes=5)
    with pytest.raises(InputInvalid, match="detected cannot be before onset"):
        staging.recover(marks=GivenMarks(onset=onset, detected=detected))
    assert staging.runs == []
    document = staging.recover(marks=GivenMarks(onset=onset - timedelta(minutes=9), detected=detected)).document
    assert (document["mode"], document["verdict"]) == ("recover", "PASSED")
    assert document["incident"] == "INC-1"
    assert document["rto"]["marks"]["detected"] == detected.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert document["rto"]["mark_sources"]["onset"] == "said by whoever began the run"


def wrong_region(staging: Staging, patch: pytest.MonkeyPatch) -> None:
    staging.write(region="region: eu-west-1 => region: us-west-2")


def credentials_of_another_account(staging: Staging, patch: pytest.MonkeyPatch) -> None:
    signed_in(patch, PRODUCTION)
    staging.write(role="    role: arn:aws:iam::222222222222:role/drctl-recovery\n => ")


def wrong_marker(staging: Staging, patch: pytest.MonkeyPatch) -> None:
    ssm = staging.client("ssm", "eu-central-1")
    ssm.put_parameter(Name="/drctl/environment", Value="production", Overwrite=True)


def no_marker(staging: Staging, patch: pytest.MonkeyPatch) -> None:
    staging.client("ssm").delete_parameter(Name="/drctl/environment")


def wrong_alias(staging: Staging, patch: pytest.MonkeyPatch) -> None:
    staging.write(alias="alias: amply-staging => alias: amply-production")


def expired_session(staging: Staging, patch: pytest.MonkeyPatch) -> None:
    staging.simulation.inject(["sts:AssumeRole:server-error=ExpiredTokenException:all"])


def unknown_credentials(staging: Staging, patch: pytest.MonkeyPatch) -> None:
    staging.simulation.inject(["sts:*:server-error=InvalidClientTokenId:all"])


def no_credentials(staging: Staging, patch: pytest.MonkeyPatch) -> None:
    patch.delenv("AWS_ACCESS_KEY_ID")
    patch.delenv("AWS_SECRET_ACCESS_KEY")
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(staging.folder / "none"))
    patch.setenv("AWS_CONFIG_FILE", str(staging.folder / "none"))


def missing_role(staging: Staging, patch: pytest.MonkeyPatch) -> None:
    staging.simulation.inject(["sts:AssumeRole:denied:all"])


def arn_of_another_account(staging: Staging, patch: pytest.MonkeyPatch) -> None:
    text = RUNBOOK.replace('value: "on"', f'value: "arn:aws:sqs:eu-west-1:{PRODUCTION}:amply-celery"')
    (staging.folder / "freeze.yaml").write_text(text)


def untagged_target(staging: Staging, patch: pytest.MonkeyPatch) -> None:
    staging.write(name="parameter: /drill/freeze => parameter: /drctl/environment")


def alarm_that_is_not_there(staging: Staging, patch: pytest.MonkeyPatch) -> None:
    staging.write(alarm="drill_owned: => stop_alarms: [{ name: errors, region: eu-west-1 }]\ndrill_owned:")


def mode_that_is_not_allowed(staging: Staging, patch: pytest.MonkeyPatch) -> None:
    staging.write(modes="modes: [drill, recover] => modes: [recover]")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (wrong_region, "us-west-2 is none of its Regions"),
        (credentials_of_another_account, f"these credentials are for account {PRODUCTION}, and staging is {STAGING}"),
        (wrong_marker, "/drctl/environment in eu-central-1 of account 222222222222 holds 'production'"),
        (no_marker, "/drctl/environment in eu-west-1 of account 222222222222 is not there"),
        (wrong_alias, "calls itself amply-staging, and staging is amply-production"),
        (expired_session, "ExpiredTokenException"),
        (unknown_credentials, "InvalidClientTokenId"),
        (no_credentials, "NoCredentialsError"),
        (missing_role, "the role of staging could not be assumed: arn:aws:iam::222222222222:role/drctl-recovery"),
        (arn_of_another_account, f"is in account {PRODUCTION}, which is none of its accounts"),
        (untagged_target, "parameter/drctl/environment, which this drill has not made"),
        (alarm_that_is_not_there, "there is no alarm errors in eu-west-1"),
        (mode_that_is_not_allowed, "staging is not for drill"),
    ],
)
def test_what_points_to_the_wrong_thing_is_refused_and_nothing_is_changed(
    staging: Staging, monkeypatch: pytest.MonkeyPatch, spoil: Any, told: str
) -> None:
    spoil(staging, monkeypatch)
    before = len(staging.changes)
    with pytest.raises(Refused) as refused:
        staging.drill()
    error = refused.value
    assert error.exit_code == 2
    assert told in " ".join([error.what, *error.context])
    assert error.hint
    assert len(staging.changes) == before, "something was changed"
    assert staging.runs == [], "a run was begun"


def test_whoever_does_not_confirm_the_account_recovers_nothing(staging: Staging) -> None:
    with pytest.raises(Refused):
        staging.recover(confirms=False)
    assert (staging.changes, staging.runs) == ([], [])


def test_a_run_whose_first_event_cannot_be_written_leaves_no_folder(
    staging: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(journal: SqliteJournal, *_: object) -> None:
        raise JournalUnavailable("the disk is full")

    monkeypatch.setattr(SqliteJournal, "append", full)
    with pytest.raises(NeverBegun, match="the disk is full"):
        staging.recover()
    assert (staging.changes, staging.runs) == ([], [])


def test_a_recovery_may_change_what_a_drill_may_not(staging: Staging) -> None:
    staging.client("ssm").put_parameter(Name="/amply/staging/deploy-freeze", Value="off", Type="String")
    staging.write(name="parameter: /drill/freeze => parameter: /amply/staging/deploy-freeze")
    with pytest.raises(GuardRefused):
        staging.drill()
    assert staging.recover().document["verdict"] == "PASSED"


def test_a_marker_that_changes_meanwhile_holds_the_run_before_its_next_change(staging: Staging) -> None:
    """The second step comes two minutes later, and what the guard knows is a minute old at most."""
    second = (
        RUNBOOK.partition("steps:\n")[2]
        .replace("id: freeze", "id: again")
        .replace("    marks: verified\n", "    needs: [pause]\n")
        .replace("env.parameter", "env.other")
    )
    runbook = staging.runbook(
        RUNBOOK + "  - id: pause\n    uses: wait\n    needs: [freeze]\n    with: { duration: 2m }\n" + second
    )
    staging.write(variable="parameter: /drill/freeze => parameter: /drill/freeze, other: /drill/other")
    moved = staging.client("ssm", "eu-west-1")

    class Meanwhile(SilentProgress):
        def recorded(self, record: Any, run: Any) -> None:
            if type(record.event).__name__ == "StepStarted" and record.event.step == "pause":
                moved.put_parameter(Name="/drctl/environment", Value="production", Overwrite=True)

    progress = Meanwhile()
    request = bootstrap.RecoverRequest(
        runbook=runbook, environment="staging", incident="INC-1", inputs={}, state_dir=staging.folder / "state"
    )
    outcome = bootstrap.recover(request, progress, None, PauseRequest(), confirmed=lambda _: True)
    assert outcome.exit_code == 3
    (step,) = [step for step in outcome.document["steps"] if step["id"] == "again"]
    assert "holds 'production'" in json.dumps(step)
    names = [call["params"].get("Name") for call in staging.changes if call["operation"] == "PutParameter"]
    assert "/drill/other" not in names


def test_a_plan_changes_nothing_and_says_what_would_be_changed(staging: Staging) -> None:
    found: Any = bootstrap.foresee(
        bootstrap.PlanRequest(runbook="./freeze.yaml", environment="staging", mode=Mode.DRILL, inputs={})
    )
    assert staging.changes == []
    assert staging.runs == []
    (step,) = found["steps"]
    assert (step["outlook"], step["operation"]) == ("changes", "ssm:PutParameter")
    assert step["resources"] == ["arn:aws:ssm:eu-west-1:222222222222:parameter/drill/freeze"]
    assert found["forecast"]["source"]["runs"] == 0
    assert found["forecast"]["path"] == ["freeze"]


def test_what_a_drill_took_is_known_to_the_next_plan_and_the_next_run(staging: Staging) -> None:
    assert staging.recover().exit_code == 0
    request = bootstrap.PlanRequest(
        runbook="./freeze.yaml", environment="staging", mode=Mode.RECOVER, inputs={}, state_dir=staging.folder / "state"
    )
    found: Any = bootstrap.foresee(request)
    assert (found["forecast"]["source"]["runs"], found["forecast"]["steps"][0]["of"]) == (1, 1)
    forecast = staging.recover().document["forecast"]
    assert forecast["source"] == {"runs": 1, "unread": 0, "measured": 1, "guesses": 0}
    assert forecast["steps"][0]["environment"] == "staging"


def test_a_run_is_resumed_only_with_the_right_credentials(staging: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = RUNBOOK.replace("steps:\n", "steps:\n  - id: ask\n    uses: approval\n    with: { role: commander }\n")
    runbook = staging.runbook(asked.replace("    marks: verified\n", "    marks: verified\n    needs: [ask]\n"))
    held = staging.recover(runbook)
    assert held.exit_code == 3
    staging.simulation.inject(["sts:AssumeRole:denied:all"])
    with pytest.raises(GuardRefused):
        bootstrap.resume(held.run, staging.folder / "state", SilentProgress(), None, pause=PauseRequest())
    assert staging.changes == []


def test_a_switch_that_is_thrown_holds_every_run_before_it_changes_anything(staging: Staging) -> None:
    staging.client("ssm").put_parameter(Name="/drctl/stop", Value="the bank has called", Type="String")
    before = len(staging.changes)
    outcome = staging.recover()
    assert outcome.exit_code == 3
    assert "the bank has called" in json.dumps(outcome.document)
    assert len(staging.changes) == before


def test_an_alarm_of_the_environment_holds_every_run_before_it_changes_anything(staging: Staging) -> None:
    staging.write(alarm="drill_owned: => stop_alarms: [{ name: errors, region: eu-west-1 }]\ndrill_owned:")
    cloudwatch = staging.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="errors",
        MetricName="e",
        Namespace="n",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
        Statistic="Sum",
    )
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="3 datapoints were above 1")
    before = len(staging.changes)
    outcome = staging.recover()
    assert outcome.exit_code == 3
    assert "3 datapoints were above 1" in json.dumps(outcome.document)
    assert len(staging.changes) == before


def subscribed(staging: Staging) -> Any:
    """A queue that has everything which is published to the topic `runs`."""
    sns, sqs = staging.client("sns"), staging.client("sqs")
    topic = sns.create_topic(Name="runs")["TopicArn"]
    queue = sqs.create_queue(QueueName="told")["QueueUrl"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:eu-west-1:{STAGING}:told")
    return queue


def told(staging: Staging, queue: str) -> list[str]:
    messages = staging.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"])["Message"] for message in messages]


def test_people_are_told_that_a_run_begins_waits_and_ends(staging: Staging) -> None:
    queue = subscribed(staging)
    staging.write(notify="drill_owned: => notify: [{ region: eu-west-1, topic: runs }]\ndrill_owned:")
    run = staging.drill().document["run"]
    first, last = told(staging, queue)
    assert first.startswith(f"SIMULATED drctl {run}: drill of freeze has begun in staging, by ")
    assert last.startswith(f"SIMULATED drctl {run}: PASSED. ")


@pytest.mark.thorough
def test_a_run_does_not_mind_that_nobody_could_be_told(staging: Staging) -> None:
    staging.write(notify="drill_owned: => notify: [{ region: eu-west-1, topic: nowhere }]\ndrill_owned:")
    assert staging.drill().document["verdict"] == "PASSED"


def test_a_drill_passes_under_exactly_its_own_policy_and_no_less(staging: Staging) -> None:
    staging.write(notify="drill_owned: => notify: [{ region: eu-west-1, topic: runs }]\ndrill_owned:")
    queue = subscribed(staging)
    request = bootstrap.PolicyRequest(runbooks=("./freeze.yaml",), environment="staging", inputs={}, mode="drill")
    documents = {account: [one.plain() for one in found] for account, found in bootstrap.iam_policies(request).items()}
    role = "arn:aws:iam::222222222222:role/drctl-recovery"
    staging.simulation.enforce({role: documents["staging"]})
    assert staging.drill().document["verdict"] == "PASSED"
    assert len(told(staging, queue)) == 2
    staging.simulation.enforce({role: []})
    with pytest.raises(GuardRefused, match="it could not be made sure that this is staging"):
        staging.drill()
