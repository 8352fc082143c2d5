"""AWS for actions under test: the real sessions, pointed at a simulated AWS."""

from __future__ import annotations

from drctl.aws.credentials import Account, Keys
from drctl.aws.sessions import AwsSessions
from drctl.aws.worlds import World
from drctl.sim.credentials import key_of
from drctl.testing.simulated import PRODUCTION, RECOVERY, SHARED_SERVICES, Simulated

ACCOUNTS = {
    name: Account(id=id, role=f"arn:aws:iam::{id}:role/drctl-recovery")
    for name, id in {"production": PRODUCTION, "shared-services": SHARED_SERVICES}.items()
}


def simulated_access(simulated: Simulated, run: str = "dr-test-1") -> AwsSessions:
    """What the engine would be given for a drill on `simulated`: its accounts, their roles, its clock."""
    key = key_of(PRODUCTION)
    return AwsSessions(
        accounts=ACCOUNTS,
        own="production",
        home_region=RECOVERY,
        run=run,
        now=simulated.now,
        world=World(simulated=True, endpoint_url=simulated.url),
        keys=Keys(key.access_key, key.secret_key),
    )


_kept: dict[tuple[str, str], AwsSessions] = {}


def kept_access(simulated: Simulated, account: str | None) -> AwsSessions:
    """The same for one account, by its own key instead of a role, and kept for all tests of this worker.

    Making clients costs more than most laws do. Without a role nothing in it outlives the world it was made in.
    """
    name = account or "production"
    wanted = (simulated.url, name)
    if wanted not in _kept:
        key = key_of(ACCOUNTS[name].id)
        _kept[wanted] = AwsSessions(
            accounts={name: Account(id=ACCOUNTS[name].id)},
            own=name,
            home_region=RECOVERY,
            run="dr-test-1",
            now=simulated.now,
            world=World(simulated=True, endpoint_url=simulated.url),
            keys=Keys(key.access_key, key.secret_key),
        )
    _kept[wanted].recorded_calls()
    return _kept[wanted]
