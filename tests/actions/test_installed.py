"""Actions of installed packages: found by name, imported when they are used, and told where they are wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from drctl import bootstrap
from drctl.actions.catalogue import ActionCatalogue
from drctl.actions.installed import InstalledActionWrong
from drctl.cli import cli
from tests.fakes.distributions import install

ACTION = """\
from dataclasses import dataclass

from drctl.actions.parameters import CLOSED
from drctl.actions.read_only import ReadOnly
from drctl.model.decision import Done
from drctl.model.evidence import Evidence
from drctl.ports.action import ActionSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    word: str = "peace"


class Ponder(ReadOnly):
    spec = ActionSpec(kind="acme.ponder", summary="Ponder", params=Params)

    def observe(self, params, ctx):
        return params.word

    def decide(self, params, seen, past):
        return Done(seen)

    def verify(self, params, seen, past, ctx):
        return Evidence.of(seen)
"""
RUNBOOK = """\
runbook: thoughtful
title: Ponder
version: 1
objectives: { rto: 1h, rpo: 1h }
steps:
  - id: ponder
    uses: acme.ponder
    with: { word: WORD }
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path of modules; what was imported from it is forgotten afterwards."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    known = set(sys.modules)
    yield folder
    for name in set(sys.modules) - known:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
            del sys.modules[name]


def test_an_installed_action_is_one_of_the_catalogue(site: Path) -> None:
    install(site, "acme-dr", {"acme.ponder": "acme_dr:Ponder"}, {"acme_dr": ACTION}, version="2.3")
    catalogue = ActionCatalogue.with_installed()
    assert "acme.ponder" in catalogue.kinds()
    assert str(catalogue.origin("acme.ponder")) == "acme-dr 2.3"
    assert catalogue.fault("acme.ponder") is None
    assert catalogue.bind("acme.ponder", {"word": "why"}).params.word == "why"
    assert catalogue.check("acme.ponder", {"words": 1})[0].suggestion == "word"


def test_a_package_is_imported_when_its_action_is_used_and_not_before(site: Path) -> None:
    """Starting drctl does not wait for it, and what is broken in it stops nobody else."""
    install(site, "acme-dr", {"acme.ponder": "acme_dr:Ponder"}, {"acme_dr": ACTION})
    catalogue = ActionCatalogue.with_installed()
    catalogue.kinds()
    catalogue.spec("check.http")
    catalogue.origin("acme.ponder")
    assert "acme_dr" not in sys.modules
    catalogue.spec("acme.ponder")
    assert "acme_dr" in sys.modules


def test_an_action_may_be_an_object(site: Path) -> None:
    install(site, "acme-dr", {"acme.ponder": "acme_dr:ponder"}, {"acme_dr": f"{ACTION}\n\nponder = Ponder()\n"})
    assert ActionCatalogue.with_installed().spec("acme.ponder") is not None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("check.http", "drctl has an action of that name"),
        ("ponder", "a kind is written namespace.name"),
        ("acme.dr.ponder", "a kind is written namespace.name"),
        ("Acme.Ponder", "a kind is written namespace.name"),
    ],
)
def test_a_name_that_an_action_cannot_have_is_refused(site: Path, name: str, why: str) -> None:
    """Whatever is asked for: a runbook must not mean two things. Whose name it is, is told."""
    install(site, "acme-dr", {name: "acme_dr:Ponder"}, {"acme_dr": ACTION})
    with pytest.raises(InstalledActionWrong) as raised:
        bootstrap.catalogue()
    assert raised.value.exit_code == 2
    (told,) = raised.value.context
    assert told.startswith(f"{name!r} of acme-dr 1.0 (entry point acme_dr:Ponder): {why}")


def test_two_packages_with_one_name_are_refused_and_both_are_told(site: Path) -> None:
    install(site, "acme-dr", {"acme.ponder": "acme_dr:Ponder"}, {})
    install(site, "other-dr", {"acme.ponder": "other_dr:Ponder"}, {})
    with pytest.raises(InstalledActionWrong) as raised:
        ActionCatalogue.with_installed()
    (told,) = raised.value.context
    assert "acme-dr 1.0" in told
    assert "other-dr 1.0" in told


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("import nowhere_at_all\n", "acme_dr:Ponder", "cannot be loaded: ModuleNotFoundError: No module named"),
        ("1 / 0\n", "acme_dr:Ponder", "cannot be loaded: ZeroDivisionError"),
        (ACTION, "acme_dr:Wander", "cannot be loaded: AttributeError"),
        (ACTION, "acme_dr:Params", "is no action: it has no `spec`"),
        (
            ACTION.replace("acme.ponder", "acme.wander"),
            "acme_dr:Ponder",
            "its spec says that its kind is 'acme.wander'",
        ),
        (ACTION.replace("(ReadOnly)", ""), "acme_dr:Ponder", "it has no act, decide_undo, permissions"),
        (ACTION.replace("params=Params", "params=str"), "acme_dr:Ponder", "are no dataclass"),
    ],
)
def test_what_is_no_action_is_told_where_it_is_used(
    site: Path, tmp_path: Path, text: str, place: str, why: str
) -> None:
    """At the step that uses it, with the package and the entry point; no other step and no other command minds."""
    install(site, "acme-dr", {"acme.ponder": place}, {"acme_dr": text})
    (tmp_path / "thoughtful.yaml").write_text(RUNBOOK)
    (checked,) = bootstrap.validate([str(tmp_path / "thoughtful.yaml")])
    (problem,) = checked.problems
    assert (problem.line, problem.column) == (7, 11)
    assert f"'acme.ponder' of acme-dr 1.0 (entry point {place})" in problem.message
    assert why in problem.message
    catalogue = bootstrap.catalogue()
    assert catalogue.spec("acme.ponder") is None
    assert catalogue.spec("check.http") is not None
    assert "acme.ponder" not in str(bootstrap.runbook_schema())


def test_validation_and_the_schema_know_the_parameters(site: Path, tmp_path: Path) -> None:
    install(site, "acme-dr", {"acme.ponder": "acme_dr:Ponder"}, {"acme_dr": ACTION})
    for word, problems in (("why", 0), ("7", 1)):
        (tmp_path / "thoughtful.yaml").write_text(RUNBOOK.replace("WORD", word))
        (checked,) = bootstrap.validate([str(tmp_path / "thoughtful.yaml")])
        assert len(checked.problems) == problems
    schema = bootstrap.runbook_schema()
    assert "word" in str(schema["$defs"]["acme.ponder"])  # type: ignore[index,call-overload]


def test_the_list_marks_what_is_installed_and_tells_what_cannot_be_used(site: Path) -> None:
    install(site, "acme-dr", {"acme.ponder": "acme_dr:Ponder", "acme.lost": "acme_dr:Lost"}, {"acme_dr": ACTION})
    listed = CliRunner().invoke(cli, ["actions"], prog_name="drctl")
    assert listed.exit_code == 0
    told = " ".join(listed.stdout.split())
    assert "acme.ponder Ponder [acme-dr 1.0]" in told
    assert "'acme.lost' of acme-dr 1.0 (entry point acme_dr:Lost) cannot be loaded" in told
    shown = CliRunner().invoke(cli, ["actions", "acme.ponder"], prog_name="drctl")
    assert "comes from the installed package acme-dr 1.0" in shown.stdout
    refused = CliRunner().invoke(cli, ["actions", "acme.lost"], prog_name="drctl")
    assert refused.exit_code == 2
    assert "Traceback" not in refused.stderr
    assert "'acme.lost' of acme-dr 1.0" in refused.stderr
