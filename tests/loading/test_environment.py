"""An environment is strict: what is not understood, or cannot be meant, is told with its place."""

from __future__ import annotations

from datetime import timedelta

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drctl.loading.environment import environment_schema, load_environment
from drctl.loading.sources import Files, Kind, folders
from drctl.loading.yaml_source import read_yaml
from drctl.model.approval_policy import ApprovalChat, ApprovalPolicy
from drctl.model.environment import Environment, EnvironmentAccount, StopAlarm
from drctl.model.events import Mode
from drctl.model.finding_policy import FindingDue, FindingPolicy
from tests.loading.shipped import RUNBOOKS

FULL = """\
environment: staging
title: Before production
accounts:
  main:
    id: "111111111111"
    role: arn:aws:iam::111111111111:role/ops/drctl-recovery
    alias: amply-staging
    external_id: secret-handshake
  dns: { id: "222222222222" }
default_account: main
regions: [eu-central-1, eu-west-1]
modes: [drill, recover]
variables: { class: db.t3.small, count: 2, on: true, names: [a, b] }
endpoint_url: https://localhost:4566
stop_alarms:
  - { name: errors, region: eu-west-1, account: dns }
"""


def problems(text: str) -> list[str]:
    environment, found = load_environment(text, "e.yaml")
    assert (environment is None) is bool(found)
    return [str(problem).removeprefix("e.yaml:") for problem in found]


def test_everything_that_is_said_is_in_the_environment() -> None:
    environment, found = load_environment(FULL, "e.yaml")
    assert found == ()
    assert environment == Environment(
        name="staging",
        title="Before production",
        accounts={
            "main": EnvironmentAccount(
                id="111111111111",
                role="arn:aws:iam::111111111111:role/ops/drctl-recovery",
                alias="amply-staging",
                external_id="secret-handshake",
            ),
            "dns": EnvironmentAccount(id="222222222222"),
        },
        default_account="main",
        regions=("eu-central-1", "eu-west-1"),
        modes=(Mode.DRILL, Mode.RECOVER),
        variables={"class": "db.t3.small", "count": 2, "on": True, "names": ["a", "b"]},
        endpoint_url="https://localhost:4566",
        stop_alarms=(StopAlarm(name="errors", region="eu-west-1", account="dns"),),
    )


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("staging", "simulated", "1:14  environment  'simulated' is built in; choose another name"),
        ("staging", "my env", "1:14  environment  expected a name of letters, digits, - and _, got 'my env'"),
        (
            '"111111111111"',
            "111111111111",
            "5:9  accounts.main.id  expected text, got the number 111111111111; put it in quotes",
        ),
        ('"222222222222"', '"2222"', "9:14  accounts.dns.id  expected twelve digits in quotes, got '2222'"),
        (
            "arn:aws:iam::111111111111:role/ops/drctl-recovery",
            "drctl-recovery",
            "6:11  accounts.main.role  expected the ARN of a role, such as "
            "arn:aws:iam::111111111111:role/drctl-recovery, got 'drctl-recovery'",
        ),
        (
            "iam::111111111111",
            "iam::333333333333",
            "6:11  accounts.main.role  is a role of account 333333333333, and this account is 111111111111",
        ),
        ("amply-staging", "Amply", "7:12  accounts.main.alias  expected an account alias such as"),
        ("    alias", "    alais", "7:5  accounts.main.alais  unknown key 'alais'; did you mean 'alias'?"),
        (
            "default_account: main",
            "default_account: mian",
            "10:18  default_account  there is no account 'mian' in accounts; did you mean 'main'?",
        ),
        ("eu-central-1,", "frankfurt,", "11:11  regions[0]  expected a Region such as eu-west-1, got 'frankfurt'"),
        ("eu-central-1,", "eu-west-1,", "11:22  regions[1]  'eu-west-1' is here twice"),
        ("[drill, recover]", "[]", "12:8  modes  expected at least one"),
        ("[drill, recover]", "[dril]", "12:9  modes[0]  expected one of drill, recover, got 'dril'"),
        ("count: 2", "count: null", "13:41  variables.count  expected text, a number, true or false"),
        ("https://localhost:4566", "localhost", "14:15  endpoint_url  expected a URL such as"),
        ("https://localhost:4566", "http://[", "14:15  endpoint_url  expected a URL such as"),
        ("account: dns", "account: dnss", "16:49  stop_alarms[0].account  there is no account 'dnss' in accounts"),
    ],
)
def test_a_mistake_is_told_at_its_place(right: str, wrong: str, problem: str) -> None:
    assert right in FULL
    (told,) = problems(FULL.replace(right, wrong, 1))
    assert told.startswith(problem)


def test_what_must_be_said_is_missed() -> None:
    missing = ("accounts", "default_account", "environment", "modes", "regions")
    assert sorted(problems("title: x\n")) == [f"1:1  {key}  is missing" for key in missing]


def test_the_shipped_environments_load_and_follow_the_schema() -> None:
    files = Files(Kind.ENVIRONMENT, folders(RUNBOOKS.parent))
    assert "example" in files.names()
    for name in files.names():
        source = files(name)
        environment, found = load_environment(source.text, source.file)
        assert found == ()
        assert environment is not None
        assert environment.name == name
        document, _ = read_yaml(source.text, source.file)
        assert document is not None
        jsonschema.validate(document.data, environment_schema())


@settings(deadline=None)
@given(st.text() | st.text(alphabet='environmt:accounts{}[]-" \n1'))
def test_no_text_breaks_the_loader(text: str) -> None:
    problems(text)


APPROVALS = """\
approvals:
  quorum: 2
  expires: 5m
  roles: { incident-commander: [anna@ops1, bea] }
  initiator_may_approve: true
  chat:
    webhook_secret: amply/slack
    signing_secret: amply/signing
    region: eu-west-1
    account: dns
    link: https://approve.example/answer
    hands_in: [web@page]
"""


def test_what_is_asked_of_approvals_is_read_and_can_be_left_out() -> None:
    environment, found = load_environment(FULL + APPROVALS, "e.yaml")
    assert found == ()
    assert environment is not None
    assert environment.approvals == ApprovalPolicy(
        quorum=2,
        expires=timedelta(minutes=5),
        roles={"incident-commander": ("anna@ops1", "bea")},
        initiator_may_approve=True,
        chat=ApprovalChat(
            webhook_secret="amply/slack",
            signing_secret="amply/signing",
            region="eu-west-1",
            account="dns",
            link="https://approve.example/answer",
            hands_in=("web@page",),
        ),
    )
    plain, _ = load_environment(FULL, "e.yaml")
    assert plain is not None
    assert (plain.approvals.quorum, plain.approvals.expires) == (1, timedelta(minutes=10))


@pytest.mark.parametrize(
    ("said", "instead", "problem"),
    [
        ("quorum: 2", "quorum: 0", "18:11 expected 1 to 20 people"),
        ("quorum: 2", "quorum: 3", "20:32 has 2 different, and 3 have to approve: it could never be met"),
        ("[anna@ops1, bea]", "[anna@ops1, anna]", "20:32 has 1 different, and 2 have to approve"),
        ("[anna@ops1, bea]", "[]", "20:32 has nobody"),
        ("anna@ops1", '"anna b@ops1"', "20:33 expected a person such as anna@ops1"),
        ("anna@ops1", "bea", "20:38 'bea' is here twice"),
        ("5m", "5s", "19:12 expected 1m to 24h"),
        ("5m", "never", "19:12 expected a duration"),
        ("amply/slack", "https://hooks.example/a?b", "23:21 expected the name of a secret"),
        ("amply/signing", "amply/slack", "24:21 is the webhook's secret"),
        ("eu-west-1\n    account", "eu-wset\n    account", "25:13 "),
        ("account: dns\n    link", "account: dsn\n    link", "26:14 there is no account 'dsn' in accounts"),
        ("https://approve", "http://approve", "27:11 expected a URL"),
        ("approve.example", "a:b@approve.example", "27:11 has a user or a password"),
        ("/answer", "/answer#x", "27:11 expected a URL"),
        ("web@page", '"@"', "28:16 expected a person"),
        ("signing_secret", "signing_secrets", "24:5 unknown key 'signing_secrets'"),
    ],
)
def test_what_is_wrong_with_approvals_is_told_with_its_place(said: str, instead: str, problem: str) -> None:
    assert said in APPROVALS
    found = problems(FULL + APPROVALS.replace(said, instead, 1))
    place, _, words = problem.partition(" ")
    assert any(line.startswith(f"{place}  ") and words in line for line in found), found


def test_a_secret_that_is_written_where_its_name_belongs_is_not_repeated() -> None:
    (problem,) = problems(FULL + APPROVALS.replace("amply/slack", "https://hooks.example/T0/B0/secret?x"))
    assert "T0/B0" not in problem


FINDINGS = """\
findings:
  owner: team-resilience
  due: { serious: 7d, info: 120d }
"""


def test_whose_findings_are_and_by_when_is_read_and_can_be_left_out() -> None:
    environment, found = load_environment(FULL + FINDINGS, "e.yaml")
    assert found == ()
    assert environment is not None
    due = FindingDue(serious=timedelta(days=7), warning=timedelta(days=30), info=timedelta(days=120))
    assert environment.findings == FindingPolicy(owner="team-resilience", due=due)
    plain, _ = load_environment(FULL, "e.yaml")
    assert plain is not None
    assert plain.findings == FindingPolicy()


@pytest.mark.parametrize(
    ("said", "instead", "problem"),
    [
        ("serious: 7d", "serious: 0s", "19:19  findings.due.serious  expected a duration longer than nothing"),
        ("serious", "grave", "19:10  findings.due.grave  unknown key 'grave'"),
        ("team-resilience", '" "', "18:10  findings.owner  expected text, got nothing but blanks"),
        ("team-resilience", "3", "18:10  findings.owner  expected text"),
    ],
)
def test_findings_that_cannot_be_meant_are_told_at_their_place(said: str, instead: str, problem: str) -> None:
    (told,) = problems(FULL + FINDINGS.replace(said, instead))
    assert told.startswith(problem)
