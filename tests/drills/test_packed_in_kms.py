"""A key of AWS KMS signs a pack through an environment's accounts and its guard, or says why it does not."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from drctl.cli import cli
from drctl.model import events as e
from drctl.model.events import Event
from tests.drills.environment_drills import Staging, staging_at
from tests.fakes.forged_pack import entries_of
from tests.fakes.packed_run import events, write_run
from tests.simulated import PRIMARY, RECOVERY, Simulated
from tests.simulated import simulated as simulated

Pack = Callable[..., Result]


@pytest.fixture
def staging(simulated: Simulated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Staging]:
    with staging_at(simulated, tmp_path, monkeypatch) as staging:
        write_run(staging.state)
        yield staging


def made(staging: Staging, region: str = RECOVERY, **spec: Any) -> str:
    """The ARN of a new key."""
    wanted = {"KeySpec": "ECC_NIST_EDWARDS25519", "KeyUsage": "SIGN_VERIFY", **spec}
    arn: str = staging.simulated.client("kms", region).create_key(**wanted)["KeyMetadata"]["Arn"]
    return arn


def call(staging: Staging, *words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--state-dir", str(staging.state)], prog_name="drctl")


def pack(staging: Staging, key: str, *words: str) -> Result:
    return call(staging, "pack", "latest", "--out", "x.zip", "--kms", key, "--environment", "staging", *words)


def test_a_pack_that_kms_has_signed_is_verified_without_aws_and_names_the_key(staging: Staging) -> None:
    key = made(staging)
    staging.simulated.client("kms", RECOVERY).create_alias(AliasName="alias/evidence", TargetKeyId=key)
    alias = f"{key.rpartition(':')[0]}:alias/evidence"
    assert pack(staging, key).exit_code == 0
    first = Path("x.zip").read_bytes()
    answered = pack(staging, alias, "--force")
    assert answered.exit_code == 0, answered.output
    assert Path("x.zip").read_bytes() == first, "the same key is the same bytes, by whatever name"
    staging.deny("kms", "GetPublicKey")
    found = json.loads(call(staging, "verify", "x.zip", "--output", "json").stdout)
    assert (found["whole"], found["signed_by"]["kms_key"]) == (True, key)


@pytest.mark.parametrize(("operation", "action"), [("Sign", "kms:Sign"), ("GetPublicKey", "kms:GetPublicKey")])
def test_a_denied_call_names_the_action_that_is_missing(staging: Staging, operation: str, action: str) -> None:
    key = made(staging)
    staging.deny("kms", operation)
    refused = pack(staging, key)
    assert refused.exit_code == 2
    assert f"allow {action} on this key" in refused.stderr
    assert not Path("x.zip").exists()


def disabled(staging: Staging) -> str:
    key = made(staging)
    staging.simulated.client("kms", RECOVERY).disable_key(KeyId=key)
    return key


@pytest.mark.parametrize(
    ("key_of", "told"),
    [
        pytest.param(disabled, "look at the key's state", id="disabled"),
        pytest.param(lambda staging: made(staging, KeySpec="ECC_NIST_P256"), "it is ECC_NIST_P256", id="another spec"),
        pytest.param(lambda staging: made(staging)[:-1] + "x", "look at the ARN", id="not there"),
        pytest.param(
            lambda staging: made(staging).replace("111111111111", "9" * 12), "none of staging's", id="account"
        ),
        pytest.param(
            lambda staging: made(staging, PRIMARY), "would change eu-central-1", id="a Region of no environment"
        ),
    ],
)
def test_a_key_that_cannot_sign_is_refused_and_nothing_is_written(
    staging: Staging, key_of: Callable[[Staging], str], told: str
) -> None:
    refused = pack(staging, key_of(staging))
    assert refused.exit_code == 2, refused.output
    assert told in refused.stderr
    assert not Path("x.zip").exists()


def in_staging(staging: Staging) -> list[Event]:
    first, *others = events()
    assert isinstance(first, e.RunStarted)
    file = staging.folder / "runbooks" / "environments" / "staging.yaml"
    settings = {"environment": file.read_text(), "file": "staging.yaml", "folder": "/home/me"}
    return [dataclasses.replace(first, environment="staging", settings=settings), *others]


def test_the_key_is_looked_for_in_the_runs_own_environment_which_is_packed_without_what_is_private(
    staging: Staging,
) -> None:
    write_run(staging.state, in_staging(staging), run="dr-staging-1")
    key = made(staging)
    answered = call(staging, "pack", "dr-staging-1", "--out", "x.zip", "--kms", key)
    assert answered.exit_code == 0, answered.output
    told = json.loads(entries_of(Path("x.zip").read_bytes())["environment.json"])
    assert told["described"]["regions"] == [RECOVERY]
    assert "/home/me" not in json.dumps(told)
    assert call(staging, "verify", "x.zip").exit_code == 0
