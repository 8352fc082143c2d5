"""Write beacons into the data stores of an environment, on their cadence or once."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from drctl.bootstrap.beacon_stores import RUN, reached
from drctl.bootstrap.environment_world import MfaCode
from drctl.model.beacon import new_beacon
from drctl.model.beacon_store import BeaconStore
from drctl.model.environment import Environment
from drctl.model.written_beacon import WrittenBeacon
from drctl.ports.clock import Clock

if TYPE_CHECKING:
    from drctl.aws.sessions import AwsSessions
    from drctl.bootstrap.beacon_places import Places

Now = Callable[[], datetime]
Tell = Callable[[WrittenBeacon], None]
Wait = Callable[[datetime, threading.Event], None]
_LOOK_AGAIN = timedelta(minutes=1)
_BEGAN = datetime.fromtimestamp(0, UTC)
_LATE = timedelta(seconds=1)
"""A scheduler that starts a little early must not leave a store out."""


def beacon_writer(name: str, stores: Sequence[str], mfa_code: MfaCode | None = None) -> BeaconWriter:
    """The writer for these stores of an environment, all of them where none is named. Raises Refused."""
    from drctl.bootstrap.beacon_places import Places
    from drctl.clock import SystemClock

    world, environment, chosen = reached(name, stores, mfa_code)
    access = world.access(RUN)
    # A writer runs for years, in which the machine's clock is set right: it is read anew for each beacon.
    now: Now = world.clock.now if world.simulated else lambda: SystemClock().now()
    places = Places(access, world.probes(), simulated=world.simulated)
    return BeaconWriter(environment, chosen, places, access, now, functools.partial(_wait, world.clock, now))


@dataclass(frozen=True)
class BeaconWriter:
    """Writes into each of `stores`. A store that fails is told, and stops no other."""

    environment: Environment
    stores: tuple[BeaconStore, ...]
    places: Places
    access: AwsSessions
    now: Now
    wait: Wait

    def once(self, tell: Tell) -> bool:
        """One beacon into every store whose period is over; whether all that were due were written."""
        due = [store for store in self.stores if self._is_due(store)]
        for store in self.stores:
            if store not in due:
                tell(WrittenBeacon(store=store.store, kind=store.kind, skipped=True))
        return all(written.fine for written in self._write(due, tell))

    def keep_on(self, until: datetime | None, stop: threading.Event, tell: Tell) -> bool:
        """Beacons on the cadence of each store until `until`, or until `stop` is set; whether each got at least one."""
        due_at = dict.fromkeys(self.stores, _BEGAN)
        reached_by: set[str] = set()
        while not stop.is_set():
            now = self.now()
            if until is not None and now >= until:
                break
            due = [store for store, at in due_at.items() if at <= now]
            reached_by |= {written.store for written in self._write(due, tell) if written.fine}
            for store in due:
                due_at[store] = next_due(now, self.environment.beacons.period_of(store))
            following = min(due_at.values())
            self.wait(min(following, until or following), stop)
        return reached_by == {store.store for store in self.stores}

    def _is_due(self, store: BeaconStore) -> bool:
        """Whether it is time for the next one. A store with a longer period than the rest is looked at first."""
        every = self.environment.beacons.period_of(store)
        if every <= self.environment.beacons.every:
            return True
        last = self._try(store, lambda: self.places.newest(store, self.environment.name))
        return not isinstance(last, datetime) or self.now() - last + _LATE >= every

    def _write(self, stores: Sequence[BeaconStore], tell: Tell) -> list[WrittenBeacon]:
        if not stores:
            return []
        # Together: one that hangs must not leave a gap in the others.
        with ThreadPoolExecutor(len(stores)) as pool:
            done = []
            for written in pool.map(self._write_one, stores):
                tell(written)
                done.append(written)
            return done

    def _write_one(self, store: BeaconStore) -> WrittenBeacon:
        beacon = new_beacon(self.environment.name, store.store, self.now(), self.environment.beacons.period_of(store))
        found = self._try(store, lambda: self.places.write(store, beacon))
        if isinstance(found, WrittenBeacon):
            return found
        return WrittenBeacon(store=store.store, kind=store.kind, at=beacon.at, failure=str(found))

    def _try(self, store: BeaconStore, work: Callable[[], WrittenBeacon | datetime | None]) -> object:
        """What `work` answers; a text where AWS has refused it. Raises what is a bug, and what the guard refuses."""
        try:
            return work()
        except Exception as error:
            failure = self.access.classify(error)
            if failure is None:
                raise
            return str(failure)


def _wait(clock: Clock, now: Now, until: datetime, stop: threading.Event) -> None:
    """Let time pass until `until`, or until `stop` is set."""
    if clock.wall_until(until) is None:
        clock.reach(until)
        return
    # Where the machine's clock has been set back meanwhile, no longer than a minute at a time.
    stop.wait(max(min(until - now(), _LOOK_AGAIN), timedelta(0)).total_seconds())


def next_due(now: datetime, every: timedelta) -> datetime:
    """The next beginning of a period after `now`; those that were missed are left out."""
    return _BEGAN + ((now - _BEGAN) // every + 1) * every
