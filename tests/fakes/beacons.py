"""A writer of beacons by a clock that a test sets, and what a reader makes of what has survived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.beacons.read import ReadBeacon
from drctl.actions.beacons.read_params import Params
from drctl.model.beacon import Beacon, new_beacon
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.timing import StoreLoss, store_loss
from drctl.ports.action import StepContext
from drctl.ports.probes import Probes
from drctl.testing.outside import no_probes, no_programs

BEGAN = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PERIOD = timedelta(seconds=60)


@dataclass
class Cadence:
    """Beacons of one store, begun every `period`; the time is wherever the test has come to."""

    store: str
    write: Callable[[Beacon], Any]
    period: timedelta = PERIOD
    at: datetime = BEGAN
    environment: str = "production"
    _next: datetime = BEGAN

    def go_on(self, span: timedelta) -> datetime:
        """Let `span` go by, with every beacon that is due in it; the instant it then is."""
        self.at += span
        while self._next <= self.at:
            self.write(new_beacon(self.environment, self.store, self._next, self.period))
            self._next += self.period
        return self.at


def assert_measured(loss: StoreLoss, true: timedelta, period: timedelta = PERIOD) -> None:
    """What is reported is not less than the true loss, and less than a period more."""
    assert loss.loss is not None
    assert true <= loss.loss < true + period
    assert loss.precision == period


@dataclass(frozen=True)
class Opening:
    """AWS that hands out one password, and nothing else."""

    password: str

    def client(self, service: str, region: str, **_: Any) -> Opening:
        assert service == "secretsmanager"
        return self

    def account_id(self) -> str:
        return "111111111111"

    def get_secret_value(self, **_: Any) -> dict[str, str]:
        return {"SecretString": self.password}


def read(params: Params, aws: Any, probes: Probes | None = None) -> Evidence:
    """The evidence of beacon.read, with those parameters."""
    context = StepContext(run="r", step="s", aws=aws, probes=probes or no_probes(), programs=no_programs())
    action, past = ReadBeacon(), Past(run="r", step="s")
    seen = action.observe(params, context)
    assert (seen.failure, seen.missing) == ("", ""), seen.detail
    return action.verify(params, seen, past, context)


def loss_of(evidence: Evidence, onset: datetime) -> StoreLoss:
    """What the store has lost by that evidence."""
    point = evidence.recovery_point
    assert point is not None, evidence.fact
    return store_loss("store", point.at, point.method, onset, precision=point.precision)
