from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import drctl
from drctl.cli import cli
from tests.fakes.stand_in_bootstrap import StandInBootstrap

Call = Callable[..., Result]


@pytest.fixture
def bootstrap(monkeypatch: pytest.MonkeyPatch) -> StandInBootstrap:
    """What commands find instead of the real thing."""
    stand_in = StandInBootstrap()
    monkeypatch.setitem(sys.modules, "drctl.bootstrap", stand_in)
    monkeypatch.setattr(drctl, "bootstrap", stand_in, raising=False)
    return stand_in


@pytest.fixture
def call(bootstrap: StandInBootstrap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """`drctl` with those arguments, its state in a folder of this test."""
    monkeypatch.setenv("DRCTL_STATE_DIR", str(tmp_path / "state"))
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    before = list(logging.getLogger().handlers)
    yield lambda *arguments: CliRunner().invoke(cli, [str(argument) for argument in arguments], prog_name="drctl")
    for handler in [one for one in logging.getLogger().handlers if one not in before]:
        logging.getLogger().removeHandler(handler)
        handler.close()
