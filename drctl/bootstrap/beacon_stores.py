"""The stores with beacons of an environment, chosen by name, and the AWS they are reached through."""

from __future__ import annotations

from collections.abc import Sequence

from drctl.bootstrap import preflight, texts
from drctl.bootstrap.environment_world import EnvironmentWorld, MfaCode
from drctl.errors import NotFound, Refused
from drctl.loading.validation import nearest
from drctl.model.beacon_store import BeaconStore
from drctl.model.environment import Environment
from drctl.model.events import Mode


def chosen_stores(environment: Environment, names: Sequence[str]) -> tuple[BeaconStore, ...]:
    """The stores of these names, all of them where none is named. Raises Refused where there are none."""
    stores = environment.beacons.stores
    if not stores:
        raise Refused(f"{environment.name} has no beacons", hint="give its file `beacons`: docs/beacons.md")
    known = {store.store: store for store in stores}
    for name in names:
        if name not in known:
            near = nearest(name, known)
            meant = f"; did you mean {near!r}?" if near else ""
            raise NotFound(
                f"there is no store {name!r}{meant}", context=[f"{environment.name} has: {', '.join(known)}"]
            )
    return tuple(known[name] for name in dict.fromkeys(names)) if names else stores


def reached(
    name: str, names: Sequence[str], mfa_code: MfaCode | None
) -> tuple[EnvironmentWorld, Environment, tuple[BeaconStore, ...]]:
    """The world of the environment, the environment, and its stores; the guard is content with every account of them.

    Raises Refused.
    """
    environment, settings = texts.environment_of(name)
    stores = chosen_stores(environment, names)
    # Beacons are no change of a drill's, and are written where none is allowed, too.
    world = EnvironmentWorld(environment, settings, mode=Mode.RECOVER, mfa_code=mfa_code)
    accounts = {store.account or environment.default_account for store in stores}
    preflight.confirm(world.access(RUN), environment, accounts)
    return world, environment, stores


RUN = "beacon"
"""What AWS is told that acts: sessions are called drctl-beacon."""
