"""Find the newest beacons of an environment, and what was lost of each store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from drctl.actions.beacons.read import told_skew
from drctl.actions.beacons.read_params import params_of
from drctl.actions.beacons.sight import Seen
from drctl.actions.checks.store_failures import told_failure
from drctl.bootstrap.beacon_places import Places
from drctl.bootstrap.beacon_stores import RUN, reached
from drctl.bootstrap.environment_world import MfaCode
from drctl.errors import Refused
from drctl.model.beacon import METHODS
from drctl.model.beacon_store import BeaconStore
from drctl.model.duration import format_duration
from drctl.model.environment import Environment
from drctl.model.instant import format_instant
from drctl.model.loss_in_words import loss_in_words
from drctl.model.timing import Mark, store_loss


def read_beacons(
    name: str,
    region: str | None,
    stores: Sequence[str],
    onset: datetime | None = None,
    mfa_code: MfaCode | None = None,
) -> dict[str, Any]:
    """The newest beacon of each store, in `region` where one is named, and its loss against `onset`.

    A store that does not answer, or has none, is told so and is never a loss of nothing. Raises Refused.
    """
    world, environment, chosen = reached(name, stores, mfa_code)
    if region is not None and region not in environment.regions:
        raise Refused(f"{region} is none of {environment.name}'s Regions", hint=f"--region {environment.regions[-1]}")
    access = world.access(RUN)
    places = Places(access, world.probes(), simulated=world.simulated)
    found = []
    for store in (one.within(region) for one in chosen):
        try:
            seen = places.look(store, environment.name)
        except Exception as error:
            failure = access.classify(error)
            if failure is None:
                raise
            seen = Seen(missing=str(failure))
        found.append(_section(environment, store, seen, onset, world.clock.now()))
    return {
        "environment": environment.name,
        "simulated": environment.endpoint_url is not None,
        "onset": format_instant(onset) if onset is not None else None,
        "stores": found,
    }


def _section(
    environment: Environment, store: BeaconStore, seen: Seen, onset: datetime | None, now: datetime
) -> dict[str, Any]:
    survivor = seen.survivor
    params = params_of(store, environment.name)
    failure = seen.missing
    if seen.failure:
        failure = told_failure(seen.failure, seen.detail, str(store.kind))
    point, every = (survivor.at, survivor.beacon.every) if survivor is not None else (None, None)
    loss = store_loss(store.store, point, METHODS[store.kind], onset, precision=every)
    if failure:
        says = f"{store.store}: not read: {failure}"
    elif survivor is None or every is None:
        says = f"{store.store}: there is no beacon in {params.place}, so what is missing is not known"
    elif onset is not None:
        says = loss_in_words(loss, Mark.ONSET) + told_skew(survivor)
    else:
        age = format_duration(now - survivor.at)
        says = f"{store.store}: the newest beacon is {age} old, and one is due every {format_duration(every)}"
        says += told_skew(survivor)
    return {
        "store": store.store,
        "kind": str(store.kind),
        "place": params.place,
        "region": store.region,
        "recovery_point": format_instant(point) if point is not None else None,
        "method": loss.method if point is not None else "",
        "precision_s": every.total_seconds() if every is not None else None,
        "age_s": round((now - point).total_seconds(), 3) if point is not None else None,
        "loss_s": round(loss.loss.total_seconds(), 3) if loss.loss is not None else None,
        "skew_s": _skew(seen),
        "failure": failure,
        "says": says,
    }


def _skew(seen: Seen) -> float | None:
    """How far the writer's clock was ahead of the store's; negative where the write took its time."""
    skew = seen.survivor.skew if seen.survivor is not None else None
    return round(skew.total_seconds(), 3) if skew is not None else None
