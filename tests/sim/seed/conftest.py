"""Planting takes a second: tests that only look share one planted estate."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drctl.loading.estate import load_estate
from drctl.model.estate import Estate
from drctl.sim.seed.plant import plant
from tests.loading.shipped import AMPLY
from tests.simulated import START, Simulated, _running


@pytest.fixture(scope="session")
def amply() -> Estate:
    """The estate that comes with drctl, as it is described."""
    estate, problems = load_estate(AMPLY.read_text(), "amply.yaml")
    assert estate is not None, problems
    return estate


@pytest.fixture(scope="module")
def planted(amply: Estate) -> Iterator[Simulated]:
    """The estate that comes with drctl, planted at START. For looking only."""
    running = _running()
    running.renew()
    plant(amply, running.app, START)
    yield running
    running.renew()
