"""A drill that asks the recovered data itself, and fences what was left behind: over the process of its own AWS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from drctl.model.estate_services import Secret
from tests.drills.commands import Drctl
from tests.drills.conftest import end_simulations

RUNBOOK = """
runbook: data-checks
title: Restore the database, and ask it
version: 1
objectives: { rto: 4h, rpo: 1h }
scenario: region-down
steps:
  - id: fence
    uses: fence.primary
    source_side: true
    with:
      region: eu-central-1
      instance: amply-prod
      applications: [amply-ecs]
      database: amply
      user: amply
      password_secret: amply/prod/database-password
      password_region: eu-west-1
  - id: newest
    uses: rds.find_recovery_point
    with: { region: eu-west-1, source: amply-prod, engine: postgres }
  - id: restore
    uses: rds.restore_snapshot
    needs: [newest]
    with:
      region: eu-west-1
      instance: amply-prod
      snapshot: ${{ steps.newest.snapshot }}
      instance_class: db.t3.small
      subnet_group: amply-prod-db
      security_groups: [amply-rds]
      parameter_group: amply-prod-postgres16
  - id: data
    uses: check.postgres
    needs: [restore]
    store: postgres
    marks: serving
    with:
      region: eu-west-1
      host: ${{ steps.restore.endpoint }}
      database: amply
      user: amply
      password_secret: amply/prod/database-password
      writable: true
      heartbeat: { table: heartbeat, column: beat_at }
      query: select max(version) from schema_migrations
      equals: 412
      row_counts: { subscriptions: 1180 }
      row_tolerance: 5
      consecutive: 3
  - id: names
    uses: check.dns
    with:
      name: api.amply.example
      alias_target: ${{ steps.balancer.dns_name }}
      resolvers: [1.1.1.1]
      max_ttl: 60s
    needs: [balancer]
    critical: false # nothing here moves the name, so that this check is one that must not hold
  - id: balancer
    uses: elb.find_load_balancer
    with: { region: eu-west-1, name: amply-prod }
"""


@pytest.fixture(scope="module")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drctl]:
    """The drill, run once; what its world says is in the state folder too."""
    folder = tmp_path_factory.mktemp("data-checks")
    drctl = Drctl(state=folder / "state", folder=folder)
    (folder / "data-checks.yaml").write_text(RUNBOOK)
    drctl("drill", "--runbook", "./data-checks.yaml", code=None)
    yield drctl
    end_simulations(drctl.state)


@pytest.fixture(scope="module")
def document(drilled: Drctl) -> Any:
    return drilled("report", "latest", "--format", "json", code=None).document


@pytest.mark.thorough
def test_the_data_is_asked_the_fence_may_fail_and_the_old_name_is_noticed(document: Any) -> None:
    steps = {step["id"]: step for step in document["steps"]}
    assert steps["data"]["state"] == "succeeded"
    assert "takes writes" in str(steps["data"])
    assert "heartbeat row" in str(document), "the recovery point of the store, with its method"
    assert "needs the lost Region" in str(document["findings"]), "it is source_side, and its Region is gone"
    assert steps["names"]["state"] != "succeeded"
    assert "to be answered as it should" in str(steps["names"])


@pytest.mark.thorough
def test_no_password_is_on_disk(drilled: Drctl, document: Any) -> None:
    assert document["steps"]
    assert list(drilled.state.rglob("simulation.log"))
    password = Secret().value_as("amply/prod/database-password").encode()
    held = [path for path in drilled.state.rglob("*") if path.is_file() and password in path.read_bytes()]
    assert held == []
