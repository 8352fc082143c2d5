"""`drctl iam-policy`: one JSON document, for people and for scripts, and mistakes with their places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from drctl.cli import cli

ENVIRONMENT = """\
environment: shop
accounts:
  production: { id: "123456789012", role: "arn:aws:iam::123456789012:role/drctl" }
default_account: production
regions: [eu-central-1, eu-west-1]
modes: [drill]
variables: { api: api.shop.example }
"""
RUNBOOK = """\
runbook: move
title: Move a name
version: 1
objectives: { rto: 10m }
steps:
  - id: find
    uses: elb.find_load_balancer
    with: { region: eu-west-1, name: shop }
  - id: switch
    uses: route53.switch_records
    needs: [find]
    with:
      zone: shop.example
      records:
        - name: ${{ env.api }}
          type: A
          alias: { dns_name: "${{ steps.find.dns_name }}", zone_id: "${{ steps.find.zone_id }}" }
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a runbook and an environment, in which the command is typed."""
    monkeypatch.setenv("DRCTL_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runbooks" / "environments").mkdir(parents=True)
    (tmp_path / "runbooks" / "move.yaml").write_text(RUNBOOK)
    (tmp_path / "runbooks" / "environments" / "shop.yaml").write_text(ENVIRONMENT)
    return tmp_path


def iam_policy(*words: str) -> Result:
    return CliRunner().invoke(cli, ["iam-policy", *words], prog_name="drctl")


def answered(*words: str) -> Any:
    """The one JSON document that the command prints."""
    said = iam_policy(*words)
    assert said.exit_code == 0, said.output
    return json.loads(said.stdout)


def actions_of(document: Any, effect: str = "Allow") -> set[str]:
    named = [one.get("Action", []) for one in document["Statement"] if one["Effect"] == effect]
    return {action for each in named for action in ([each] if isinstance(each, str) else each)}


@pytest.mark.parametrize("output", ["text", "json"])
def test_the_answer_is_one_document_with_the_policies_of_each_account(here: Path, output: str) -> None:
    told = answered("--runbook", "move", "--environment", "shop", "--output", output)
    assert list(told) == ["accounts"]
    (document,) = told["accounts"]["production"]
    assert document["Version"] == "2012-10-17"
    assert "route53:ChangeResourceRecordSets" in actions_of(document)


def test_the_policy_of_one_account_is_a_document_that_iam_takes(here: Path) -> None:
    told = answered("--runbook", "move", "--environment", "shop", "--account", "production")
    assert set(told) == {"Version", "Statement"}


def test_names_of_the_environment_narrow_it(here: Path) -> None:
    (document,) = answered("--runbook", "move", "--environment", "shop")["accounts"]["production"]
    (change,) = [one for one in document["Statement"] if one.get("Action") == "route53:ChangeResourceRecordSets"]
    names = {"route53:ChangeResourceRecordSetsNormalizedRecordNames": "api.shop.example"}
    assert change["Condition"] == {"ForAllValues:StringEquals": names}
    (regions,) = [one for one in document["Statement"] if one["Sid"] == "DenyOtherRegions"]
    assert regions["Condition"]["StringNotEquals"] == {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}


def test_the_only_mode_of_an_environment_is_the_usual_one(here: Path) -> None:
    (document,) = answered("--runbook", "move", "--environment", "shop")["accounts"]["production"]
    assert "rds:FailoverGlobalCluster" in actions_of(document, "Deny")


def test_a_role_that_observes_gets_no_change(here: Path) -> None:
    told = answered("--runbook", "move", "--environment", "shop", "--account", "production", "--mode", "observe")
    assert "route53:ChangeResourceRecordSets" not in actions_of(told)
    assert "route53:ListResourceRecordSets" in actions_of(told)


WRONG = {
    "another mode": (("--mode", "recover"), "allows drill only"),
    "another account": (("--account", "staging"), "it works in: production"),
    "a part that is not there": (("--account", "production", "--part", "2"), "has no part 2"),
    "a part of what": (("--part", "1"), "--part goes with --account"),
    "another input": (("--set", "nowhere=1"), "nowhere"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_answered_is_refused_with_nothing_on_stdout(here: Path, wrong: str) -> None:
    words, says = WRONG[wrong]
    said = iam_policy("--runbook", "move", "--environment", "shop", *words)
    assert said.exit_code == 2
    assert said.stdout == ""
    assert says in said.stderr


def test_a_mistake_in_the_environment_is_told_with_its_place(here: Path) -> None:
    file = here / "runbooks" / "environments" / "shop.yaml"
    file.write_text(ENVIRONMENT.replace('"123456789012", role', '"12345", role'))
    said = iam_policy("--runbook", "move", "--environment", "shop")
    assert said.exit_code == 2
    assert "shop.yaml:3:" in said.stderr


def test_an_account_that_the_environment_lacks_is_told_with_its_place(here: Path) -> None:
    file = here / "runbooks" / "move.yaml"
    file.write_text(RUNBOOK.replace("uses: elb.find", "account: dns\n    uses: elb.find"))
    said = iam_policy("--runbook", "move", "--environment", "shop")
    assert said.exit_code == 2
    assert "move.yaml:7:" in said.stderr


def test_a_policy_that_is_larger_than_iam_takes_is_printed_in_parts(here: Path) -> None:
    said = iam_policy("--runbook", "region-failover-warm")
    documents = json.loads(said.stdout)["accounts"]["production"]
    assert len(documents) > 1
    assert f"production: {len(documents)} documents" in said.stderr
    refused = iam_policy("--runbook", "region-failover-warm", "--account", "production")
    assert refused.exit_code == 2
    assert f"--part 1 to --part {len(documents)}" in refused.stderr
    last = ("--account", "production", "--part", str(len(documents)))
    assert answered("--runbook", "region-failover-warm", *last) == documents[-1]
