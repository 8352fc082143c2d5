"""Starting drctl must not wait for libraries that the command may never use."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["drctl.actions.catalogue", "drctl.aws.sessions", "drctl.aws.failures"])
def test_boto3_is_loaded_only_when_a_client_is_made(module: str) -> None:
    """A quarter of a second, on each `drctl status`."""
    said = f"import sys, {module}; print(*sorted({{'boto3', 'botocore', 'moto'}} & sys.modules.keys()))"
    assert subprocess.check_output([sys.executable, "-c", said], text=True).strip() == ""


@pytest.mark.parametrize("module", ["postgres", "redis", "dns"])
def test_a_client_of_a_store_is_loaded_only_when_it_is_asked(module: str) -> None:
    """Most commands ask no database."""
    heavy = {"psycopg", "redis", "dns"}
    said = f"import sys, drctl.probes.{module}, drctl.sim.probes; print(*sorted({heavy} & sys.modules.keys()))"
    assert subprocess.check_output([sys.executable, "-c", said], text=True).strip() == ""


def test_signatures_are_loaded_only_when_one_is_made_or_verified() -> None:
    """Every command imports the whole of bootstrap; few sign."""
    said = "import sys, drctl.bootstrap, drctl.cli; print('cryptography' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", said], text=True).strip() == "False"
