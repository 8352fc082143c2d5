"""`drctl pack` writes the same bytes for the same run, all or nothing; `drctl verify` finds whatever was altered."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import drctl
from drctl.cli import cli
from drctl.journal.reading import read_journal
from drctl.model import events as e
from drctl.pack.manifest import MANIFEST, parse_manifest
from tests.fakes.forged_pack import archived, entries_of, resealed, unsigned
from tests.fakes.packed_run import SOURCES, events, unfinished, write_run
from tests.fakes.sample_run import RUN

Call = Callable[..., Result]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """`drctl` in a folder of its own, its state beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRCTL_STATE_DIR", str(tmp_path / "state"))
    return lambda *words: CliRunner().invoke(cli, [str(word) for word in words], prog_name="drctl")


@pytest.fixture
def signed(call: Call, tmp_path: Path) -> Path:
    """A signed pack of a whole run."""
    write_run(tmp_path / "state")
    assert call("key", "new", "key").exit_code == 0
    answered = call("pack", "latest", "--out", "evidence.zip", "--key", "key")
    assert answered.exit_code == 0, answered.output
    return tmp_path / "evidence.zip"


def document(answered: Result) -> Any:
    return json.loads(answered.stdout)


def test_a_pack_holds_all_that_the_run_leaves_and_is_whole_without_its_state(call: Call, signed: Path) -> None:
    records = read_journal(signed.parent / "state" / "runs" / RUN / "journal.sqlite")
    report = call("report", "latest", "--format", "json", "--out", "report.json")
    assert report.exit_code == 0
    shutil.rmtree(signed.parent / "state")
    found = document(call("verify", signed, "--output", "json"))
    assert (found["whole"], found["run"], found["events"]) == (True, RUN, len(records))
    assert (found["head_hash"], found["finished"], found["simulated"]) == (records[-1].hash, True, True)
    assert (found["recomputed"], found["damage"], found["further_damage"]) == (True, None, [])
    entries = entries_of(signed.read_bytes())
    assert entries["run.json"] == Path("report.json").read_bytes()
    assert entries["runbook/orders-failover.yaml"].decode() == SOURCES["orders-failover"]
    assert json.loads(entries["runbook/names.json"])["parts-restore-me.yaml"] == "parts/restore me.yaml"
    assert b"bea@ops1: it needs longer" in entries["amendments/001/difference.txt"]
    assert b"duration: 2m" in entries["amendments/001/runbook/orders-failover.yaml"]
    requests = [json.loads(line) for line in entries["aws-requests.jsonl"].splitlines()]
    told = {line["change"]: (line["outcome"], line["request_ids"]) for line in requests if line["step"] == "serve"}
    assert told == {"a": ("returned", ["req-1", "req-2"]), "b": ("failed", ["req-3"]), "c": ("in-doubt", [])}
    assert b"/home/me" not in entries["environment.json"]


def test_the_same_run_and_key_are_the_same_bytes_whoever_packs_where_and_when(call: Call, signed: Path) -> None:
    """In another process, time zone, language, folder and mask of modes, and of a copy of the run."""
    folder = signed.parent
    state = folder / "elsewhere" / "state"
    shutil.copytree(folder / "state", state)
    words = ["pack", RUN, "--out", "again.zip", "--key", str(folder / "key"), "--state-dir", str(state)]
    place = {"TZ": "Asia/Kolkata", "LC_ALL": "tr_TR.UTF-8", "COLUMNS": "61", "HOME": str(state), "PYTHONHASHSEED": "7"}
    subprocess.run(
        ["sh", "-c", 'umask 077; exec "$@"', "sh", sys.executable, "-m", "drctl", *words],
        cwd=state,
        env={**place, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
    )
    assert (state / "again.zip").read_bytes() == signed.read_bytes()


def test_a_run_that_has_not_finished_is_packed_and_says_so(call: Call, tmp_path: Path) -> None:
    write_run(tmp_path / "state", unfinished())
    packed = call("pack", "latest", "--out", "part.zip", "--no-sign")
    assert "NOT FINISHED" in packed.stdout
    assert "SIMULATED" in packed.stdout
    assert parse_manifest(entries_of(Path("part.zip").read_bytes())[MANIFEST]).finished is False
    answered = call("verify", "part.zip")
    assert answered.exit_code == 0
    assert "NOT FINISHED" in answered.stdout
    assert "not signed" in answered.stdout


@pytest.mark.parametrize(
    "forgery", ["UPDATE event SET fence = 9 WHERE seq = 7", "DELETE FROM event WHERE seq > 7", "DROP TABLE event"]
)
def test_of_a_damaged_journal_nothing_is_written(call: Call, tmp_path: Path, forgery: str) -> None:
    path = write_run(tmp_path / "state")
    with closing(sqlite3.connect(path)) as forger, forger:
        forger.execute(forgery)
    before = sorted(tmp_path.iterdir())
    answered = call("pack", "latest", "--out", "x.zip", "--no-sign", "--output", "json")
    assert (answered.exit_code, document(answered)["error"]["name"]) == (2, "journal-corrupt")
    assert sorted(tmp_path.iterdir()) == before


def test_a_file_that_is_there_is_written_over_by_force_only(call: Call, signed: Path) -> None:
    whole = signed.read_bytes()
    signed.write_bytes(b"mine")
    refused = call("pack", "latest", "--out", signed, "--key", "key")
    assert (refused.exit_code, signed.read_bytes()) == (2, b"mine")
    assert "--force" in refused.stderr
    assert call("pack", "latest", "--out", signed, "--key", "key", "--force").exit_code == 0
    assert signed.read_bytes() == whole
    assert {path.name for path in signed.parent.iterdir()} == {"state", "key", "evidence.zip"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--out", "state", "--no-sign"], "state is a folder"),
        (["--out", "none/x.zip", "--no-sign"], "there is no folder"),
        (["--out", "/dev/null", "--no-sign", "--force"], "is no file"),
        (["--out", "/proc/x.zip", "--no-sign"], "cannot be written"),
        (["--out", "x.zip"], "say who signs"),
        (["--out", "x.zip", "--no-sign", "--key", "key"], "say who signs"),
        (["--out", "x.zip", "--key", "none"], "there is no key none"),
        (["--out", "x.zip", "--no-sign", "--environment", "e"], "goes with --kms"),
        (["--out", "x.zip", "--kms", "alias/evidence"], "is no ARN of a key"),
        (["--out", "x.zip", "--kms", "arn:aws:kms:eu-west-1:111111111111:key/x"], "--environment NAME"),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_nothing(
    call: Call, tmp_path: Path, words: list[str], told: str
) -> None:
    write_run(tmp_path / "state")
    answered = call("pack", "latest", *words)
    assert answered.exit_code == 2, answered.output
    assert told in answered.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_a_pack_is_signed_by_whom_a_list_names_or_by_a_key_that_nobody_knows(call: Call, signed: Path) -> None:
    key = document(call("key", "show", "key", "--output", "json"))
    assert f"signed by key {key['fingerprint']}, which is not in any list given" in call("verify", signed).stdout
    Path("signers").write_text(f"ops@example.com {key['public_key']}\n")
    assert "signed by ops@example.com" in call("verify", signed, "--signers", "signers").stdout
    found = document(call("verify", signed, "--signers", "signers", "--output", "json"))
    assert found["signed_by"] == {"fingerprint": key["fingerprint"], "name": "ops@example.com", "kms_key": None}
    Path("public").write_text(key["pem"])
    for wanted in (key["fingerprint"], "public"):
        assert call("verify", signed, "--signer", wanted).exit_code == 0


def test_a_pack_of_another_signer_or_of_none_is_not_what_was_asked_for(call: Call, signed: Path) -> None:
    wanted = document(call("key", "show", "key", "--output", "json"))["fingerprint"]
    call("key", "new", "other")
    call("pack", "latest", "--out", "others.zip", "--key", "other")
    Path("nobodys.zip").write_bytes(unsigned(entries_of(signed.read_bytes())))
    for name, told in (("others.zip", "it is signed by SHA256:"), ("nobodys.zip", "it is not signed")):
        answered = call("verify", f"./{name}", "--signer", wanted, "--output", "json")
        assert answered.exit_code == 2
        assert document(answered)["whole"]
        assert document(answered)["error"]["name"] == "signer-wrong"
        assert told in document(answered)["error"]["context"][0]
        assert told in call("verify", f"./{name}", "--signer", wanted).stderr


def test_an_altered_event_is_named_by_its_number(call: Call, signed: Path) -> None:
    entries = entries_of(signed.read_bytes())
    lines = entries["journal.jsonl"].split(b"\n")
    lines[6] = lines[6].replace(b'"fence":1', b'"fence":2')
    signed.write_bytes(archived({**entries, "journal.jsonl": b"\n".join(lines)}))
    answered = call("verify", signed)
    assert answered.exit_code == 2
    assert "journal.jsonl was altered: event 7 " in answered.stderr
    found = document(call("verify", signed, "--output", "json"))
    assert (found["whole"], found["events"], found["damage"]["event"]) == (False, 6, 7)
    assert found["error"]["name"] == "pack-corrupt"


@pytest.mark.parametrize(
    "name", ["run.json", "report.html", "report.txt", "report.md", "junit.xml", "logs.txt", "README.txt"]
)
def test_a_report_that_the_journal_does_not_tell_is_found_even_where_every_hash_is_right(
    call: Call, signed: Path, name: str
) -> None:
    """Whoever packs without a key, or with one, cannot pass off another report as the journal's."""
    entries = unsigned_entries(signed)
    signed.write_bytes(resealed({**entries, name: entries[name].replace(b"e", b"E", 1)}))
    found = document(call("verify", signed, "--output", "json"))
    assert (found["damage"]["entry"], found["recomputed"]) == (name, False)


def unsigned_entries(pack: Path) -> dict[str, bytes]:
    return entries_of(unsigned(entries_of(pack.read_bytes())))


def test_a_manifest_that_the_journal_does_not_tell_is_found(call: Call, signed: Path) -> None:
    entries = unsigned_entries(signed)
    manifest = parse_manifest(entries[MANIFEST])
    for altered in (
        dataclasses.replace(manifest, simulated=False),
        dataclasses.replace(manifest, verdict="PASSED"),
        dataclasses.replace(manifest, journal=dataclasses.replace(manifest.journal, events=3)),
    ):
        signed.write_bytes(archived({**entries, MANIFEST: altered.text()}))
        assert document(call("verify", signed, "--output", "json"))["damage"]["entry"] in (MANIFEST, "journal.jsonl")


def test_another_version_of_drctl_says_that_it_did_not_compute_the_reports_again(
    call: Call, signed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drctl, "__version__", "9.9")
    answered = call("verify", signed)
    assert answered.exit_code == 0
    assert "were not computed again: it was made by drctl 0.1.0, and this is 9.9" in answered.stdout


def test_strange_files_and_entries_that_steer_a_terminal_are_refused_or_escaped(call: Call, signed: Path) -> None:
    entries = unsigned_entries(signed)
    signed.write_bytes(resealed({**entries, "more.txt": b"x"}))
    assert document(call("verify", signed, "--output", "json"))["damage"]["entry"] == "more.txt"
    manifest = dataclasses.replace(parse_manifest(entries[MANIFEST]), run="\x1b[2J\n", drctl="\x1b[2J")
    signed.write_bytes(archived({**entries, MANIFEST: manifest.text()}))
    answered = call("verify", signed)
    assert "\x1b" not in answered.output


def test_the_hash_of_a_report_is_looked_for_in_the_journal_of_the_pack(call: Call, signed: Path) -> None:
    head = document(call("verify", signed, "--output", "json"))["head_hash"]
    assert call("verify", signed, "--head", head).exit_code == 0
    assert call("verify", signed, "--head", "0" * 64).exit_code == 2


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_pack_is_refused(call: Call, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    found = document(call("verify", "x.zip", "--output", "json"))
    assert (found["whole"], found["error"]["exit_code"]) == (False, 2)


def test_a_run_and_a_pack_are_told_apart(call: Call, signed: Path) -> None:
    assert call("verify", RUN).stdout.startswith(f"{len(events())} events, head ")
    assert "signed by" in call("verify", "evidence.zip").stdout
    for missing in ("none.zip", "./none"):
        assert "there is no pack" in call("verify", missing).stderr
    assert "are for packs" in call("verify", RUN, "--signer", "x").stderr


def test_what_programs_have_printed_is_packed_from_the_runs_folder(call: Call, signed: Path) -> None:
    folder = signed.parent / "state" / "runs" / RUN / "programs" / "serve.1"
    folder.mkdir(parents=True)
    (folder / "output").write_bytes(b"applied\n")
    (folder / "request.json").write_bytes(b"{}")
    assert call("pack", "latest", "--out", "x.zip", "--key", "key").exit_code == 0
    entries = entries_of(Path("x.zip").read_bytes())
    assert entries["logs/programs/serve.1.txt"] == b"applied\n"
    assert len(entries) == len(entries_of(signed.read_bytes())) + 1
    assert call("verify", "x.zip").exit_code == 0


def test_names_of_runbooks_never_meet_in_one_file(call: Call, tmp_path: Path) -> None:
    first, *others = events()
    assert isinstance(first, e.RunStarted)
    sources = {**SOURCES, "../../A b": "x", "../a-b": "y", "a-b.yaml": "z", "…": "w"}
    write_run(tmp_path / "state", [dataclasses.replace(first, sources=sources), *others])
    assert call("pack", "latest", "--out", "x.zip", "--no-sign").exit_code == 0
    entries = entries_of(Path("x.zip").read_bytes())
    names = json.loads(entries["runbook/names.json"])
    assert {name: entries[f"runbook/{file}"].decode().strip() for file, name in names.items()} == {
        name: text.strip() for name, text in sources.items()
    }
    assert len({file.lower() for file in names}) == len(sources)


def test_an_encrypted_key_is_asked_for_its_passphrase_on_a_terminal_and_nowhere_else(
    call: Call, signed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        encrypt = ["openssl", "pkcs8", "-topk8", "-in", "key", "-out", "hidden", "-passout", "pass:sesame"]
        subprocess.run(encrypt, check=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    Path("hidden").chmod(0o600)
    refused = call("pack", "latest", "--out", "x.zip", "--key", "hidden")
    assert refused.exit_code == 2
    assert "no terminal to ask for its passphrase" in refused.stderr
    monkeypatch.setattr("drctl.cli.confirming.passphrase", lambda: "sesame")
    assert call("pack", "latest", "--out", "x.zip", "--key", "hidden").exit_code == 0
    assert Path("x.zip").read_bytes() == signed.read_bytes()
    monkeypatch.setattr("drctl.cli.confirming.passphrase", lambda: "barley")
    refused = call("key", "show", "hidden")
    assert refused.exit_code == 2
    assert "passphrase is another one" in refused.stderr
    assert "barley" not in refused.output
