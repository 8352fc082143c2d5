"""What the SDK does by itself against AWS, before the engine hears of anything."""

from __future__ import annotations

from collections import Counter

import pytest
from botocore.exceptions import ClientError

from drctl.aws.client_config import ATTEMPTS
from drctl.aws.credentials import Account, Keys
from drctl.aws.sessions import AwsSessions
from drctl.aws.worlds import World
from drctl.model.scenario import Fault, FaultKind
from drctl.sim.credentials import key_of
from drctl.sim.faults import FaultPlan
from tests.faults.chosen import tally
from tests.simulated import PRODUCTION, RECOVERY, Simulated
from tests.simulated import simulated as simulated


def test_the_sdk_sends_a_throttled_call_again_and_a_flip_once(
    simulated: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run against AWS: three throttled calls are none to the engine; of a flip it hears at the first."""
    waits: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time.sleep", waits.append)
    key = key_of(PRODUCTION)
    real = AwsSessions(
        accounts={"production": Account(id=PRODUCTION)},
        own="production",
        home_region=RECOVERY,
        run="dr-test-1",
        now=simulated.now,
        world=World(simulated=False, endpoint_url=simulated.url),
        keys=Keys(key.access_key, key.secret_key),
    ).for_account("production")
    rule = Fault(service="sqs", operation="CreateQueue", kind=FaultKind.THROTTLE, times=3)

    simulated.app.faults = FaultPlan.of([rule])
    real.client("sqs", RECOVERY).create_queue(QueueName="amply")
    assert [call.outcome for call in simulated.calls("sqs")] == ["ThrottlingException"] * 3 + ["ok"]
    assert len(waits) == 3 < ATTEMPTS

    simulated.app.faults = FaultPlan.of([rule])
    with pytest.raises(ClientError, match="Throttling"):
        real.client("sqs", RECOVERY, flip=True).create_queue(QueueName="amply")
    assert [call.outcome for call in simulated.calls("sqs")][4:] == ["ThrottlingException"]
    assert len(waits) == 3
    tally(
        Counter(injected=4),
        fault="AWS throttles a call of the SDK",
        how="3 calls in a row, by a client as a run against AWS has it; a flip is sent once",
    )
