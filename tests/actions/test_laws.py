"""drctl's own actions keep the laws of `drctl.testing`."""

from __future__ import annotations

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.testing.laws import AllCases
from drctl.testing.table import LAWS, spread
from tests.actions.laws import every_case

CASES = every_case()
KINDS = ActionCatalogue().kinds()

globals().update({law.__name__: law for law in LAWS})


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    spread(metafunc, CASES, KINDS)


@pytest.fixture
def all_cases() -> AllCases:
    return lambda kind: [case for case in CASES if case.kind == kind]
