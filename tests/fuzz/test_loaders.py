"""Whatever a runbook, an estate, a scenario or an environment holds: it is read, or its problems have their places."""

from __future__ import annotations

import json
import subprocess
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.actions.catalogue import ActionCatalogue
from drctl.errors import InputInvalid, NotFound
from drctl.loading.environment import load_environment
from drctl.loading.estate import load_estate
from drctl.loading.language.structure import KEYS
from drctl.loading.runbook import Surroundings, load_plan
from drctl.loading.scenario import load_scenario
from drctl.loading.sources import Files, Kind, Source, folders
from drctl.loading.yaml_source import read_yaml
from drctl.model.environment import Environment
from drctl.model.estate import Estate
from drctl.model.scenario import Scenario
from drctl.sim.durations import DEFAULTS
from tests.fuzz.effort import examples
from tests.fuzz.judging import in_time, judge
from tests.fuzz.yaml_texts import any_text, spoilt
from tests.loading.shipped import AMPLY, RUNBOOKS, SCENARIOS

FILE = "fuzzed.yaml"
CATALOGUE = ActionCatalogue()
SHIPPED = Files(Kind.RUNBOOK, folders(RUNBOOKS.parent))
AROUND = Surroundings(accounts=("production", "staging"), scenarios=tuple(path.stem for path in SCENARIOS))
EXTENDED = Files(Kind.SCENARIO, folders(RUNBOOKS.parent))
ESTATE, _ = load_estate(AMPLY.read_text(encoding="utf-8"), "amply.yaml")
SMALL = [RUNBOOKS / f"{name}.yaml" for name in ("aurora-failover", "az-return", "rebuild-from-terraform", "redis-loss")]


def keys_of(first: str, wanted: type[Any]) -> tuple[str, ...]:
    return (first, *(field.name for field in fields(wanted)))


def find_scenario(name: str) -> tuple[str, str] | None:
    try:
        found = EXTENDED(name)
    except (InputInvalid, NotFound):
        return None
    return found.text, found.file


@pytest.fixture(autouse=True)
def nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_given: object, **_named: object) -> None:
        raise AssertionError("reading a file started a program")

    monkeypatch.setattr(subprocess, "Popen", started)
    monkeypatch.setattr("os.system", started)


def load_runbook(text: str, *, complete: bool) -> None:
    def read(name: str, beside: Source | None = None) -> Source:
        return Source("fuzzed", FILE, text) if name == "fuzzed" else SHIPPED(name, beside)

    with in_time():
        loaded = load_plan("fuzzed", read, CATALOGUE, AROUND, complete=complete)
    assert (loaded.plan is None) is bool(loaded.problems)
    judge(loaded.problems, text)
    if loaded.plan is not None:
        # What is going to be recorded of it is JSON.
        json.dumps(dict(loaded.plan.variables), allow_nan=False).encode()
        for step in loaded.plan.steps:
            f"{step.id} {step.title}".encode()


@examples(25)
@given(any_text(SMALL, KEYS), st.booleans())
def test_any_runbook(text: str, complete: bool) -> None:
    load_runbook(text, complete=complete)


@examples(6)
@given(spoilt(sorted(RUNBOOKS.glob("*.yaml"))))
def test_any_shipped_runbook_that_is_spoilt(text: str) -> None:
    load_runbook(text, complete=False)


@examples(60)
@given(any_text([RUNBOOKS / "estates" / "aurora.yaml"], keys_of("estate", Estate)))
def test_any_estate(text: str) -> None:
    with in_time():
        estate, problems = load_estate(text, FILE)
    assert (estate is None) is bool(problems)
    judge(problems, text)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@examples(6)
@given(spoilt([AMPLY]))
def test_any_large_estate_that_is_spoilt(text: str) -> None:
    with in_time():
        estate, problems = load_estate(text, FILE)
    assert (estate is None) is bool(problems)
    judge(problems, text)


@examples(60)
@given(any_text(SCENARIOS, keys_of("scenario", Scenario)), st.sampled_from([None, ESTATE]))
def test_any_scenario(text: str, estate: Estate | None) -> None:
    with in_time():
        scenario, problems = load_scenario(text, FILE, find=find_scenario, durations=tuple(DEFAULTS), estate=estate)
    assert (scenario is None) is bool(problems)
    judge(problems, text)


@examples(40)
@given(any_text([RUNBOOKS / "environments" / "example.yaml"], keys_of("environment", Environment)))
def test_any_environment(text: str) -> None:
    with in_time():
        environment, problems = load_environment(text, FILE)
    assert (environment is None) is bool(problems)
    judge(problems, text)


@examples(40)
@given(st.binary(max_size=300) | st.binary(max_size=60).map(lambda raw: b"runbook: x\nsteps:\n- " + raw), st.data())
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(Kind))
    path = tmp_path_factory.getbasetemp() / FILE
    path.write_bytes(content)
    try:
        source = Files(kind, [])(str(path))
    except InputInvalid:
        return
    document, problems = read_yaml(source.text, FILE)
    assert document is not None or problems
    judge(problems, source.text)


@examples(60)
@given(
    st.text(min_size=1, max_size=20)
    | st.sampled_from(["x" * 5000, "/" * 5000, "x/" * 3000, "\0", "a\0/b", ".", "..", "/dev/zero", "/dev/tty", "~"])
)
def test_any_name_of_a_file(name: str) -> None:
    for kind in Kind:
        try:
            found = Files(kind, folders(RUNBOOKS.parent))(name)
        except (InputInvalid, NotFound):
            continue
        assert found.text


K = 1_000_000 - 10
BOMBS = {
    "lists": "[" * K,
    "mappings": "{a: " * (K // 4),
    "items": "- " * (K // 2),
    "questions": "? " * (K // 2),
    "blocks": "".join(f"{' ' * depth}a:\n" for depth in range(900)),
    "laughs": "a: &a [x, x]\n"
    + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    "a cycle": "a: &a [*a]\n",
    "a long key": f"? {'k' * K}\n",
    "a long tag": f"a: {'!' * K}",
    "a long anchor": f"a: &{'a' * K}",
    "a long number": f"a: {'9' * K}",
    "a long line": f"a: {'x' * K}",
    "a long version": f"%YAML {'9' * 5000}.1\n--- x",
    "beyond Unicode": 'a: "\\U00110000"',
    "beyond C": 'a: "\\UFFFFFFFF"',
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_with_its_place_or_read(name: str) -> None:
    text = BOMBS[name]
    with in_time():
        document, problems = read_yaml(text, FILE)
    assert document is not None or problems
    judge(problems, text)
    assert problems or name in ("a long line", "items"), "this was not meant to be read"
