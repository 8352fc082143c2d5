"""The data stores themselves: where a beacon is put, and where the newest one is found."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from drctl.actions.beacons.read_params import Params, beacon_key, params_of
from drctl.actions.beacons.sight import Seen, look, password_of
from drctl.actions.checks.store_failures import told_failure
from drctl.aws.s3_beacons import is_time_to_prune, prune_beacons, put_beacon
from drctl.aws.secret_beacons import is_for_beacons, put_version
from drctl.aws.sqs_beacons import find_beacon_queue, prune_messages, send_beacon
from drctl.model.beacon import Beacon, BeaconKind
from drctl.model.beacon_store import KEPT, PREFIX, TABLE, BeaconStore
from drctl.model.password import Password
from drctl.model.written_beacon import WrittenBeacon

if TYPE_CHECKING:
    from drctl.aws.sessions import AwsSessions
    from drctl.ports.probes import Probes

_NOT_SIMULATED = "a simulated {} takes no writes: there is no server behind it"


class Places:
    """Every kind of store. Errors of AWS pass through."""

    def __init__(self, access: AwsSessions, probes: Probes, *, simulated: bool) -> None:
        self._access, self._probes, self._simulated = access, probes, simulated
        self._passwords: dict[str, Password] = {}
        self._lock = threading.Lock()

    def write(self, store: BeaconStore, beacon: Beacon) -> WrittenBeacon:
        """Put the beacon where it belongs, and delete what is too old there."""
        match store.kind:
            case BeaconKind.POSTGRES:
                return self._row(store, beacon)
            case BeaconKind.REDIS:
                return self._key(store, beacon)
            case BeaconKind.S3:
                return self._object(store, beacon)
            case BeaconKind.SQS:
                return self._message(store, beacon)
            case BeaconKind.SECRET:
                return self._version(store, beacon)

    def newest(self, store: BeaconStore, environment: str) -> datetime | None:
        """When the newest one was written; None where there is none, or the store does not answer."""
        survivor = self.look(store, environment).survivor
        return survivor.beacon.at if survivor is not None else None

    def look(self, store: BeaconStore, environment: str | None) -> Seen:
        """The newest beacon in a store."""
        return look(params_of(store, environment), self._access.for_account(store.account), self._probes)

    def _row(self, store: BeaconStore, beacon: Beacon) -> WrittenBeacon:
        from drctl.probes.beacon_writers import write_row

        def write(params: Params, password: Password | None) -> Any:
            return write_row(params.postgres(password or Password("")), store.table or TABLE, beacon, KEPT)

        return self._to_server(store, beacon, "PostgreSQL", write)

    def _key(self, store: BeaconStore, beacon: Beacon) -> WrittenBeacon:
        from drctl.probes.beacon_writers import write_key

        def write(params: Params, password: Password | None) -> Any:
            return write_key(params.redis(password), beacon_key(store.store), beacon)

        return self._to_server(store, beacon, "Redis", write)

    def _to_server(
        self, store: BeaconStore, beacon: Beacon, server: str, write: Callable[[Params, Password | None], Any]
    ) -> WrittenBeacon:
        if self._simulated:
            return _told(beacon, store.kind, failure=_NOT_SIMULATED.format(server))
        params = params_of(store, None)
        password = self._password(store, params)
        if isinstance(password, Seen):
            return _told(beacon, store.kind, failure=told_failure(password.failure, password.detail, server))
        answer = write(params, password)
        if answer.failure == "auth":
            # It may have been rotated: it is read again next time.
            with self._lock:
                self._passwords.pop(store.store, None)
        if answer.failure:
            return _told(beacon, store.kind, failure=told_failure(answer.failure, answer.detail, server))
        return _told(beacon, store.kind, warning=f"old ones stay: {answer.detail}" if answer.detail else "")

    def _password(self, store: BeaconStore, params: Params) -> Password | Seen | None:
        """Kept from beacon to beacon: a store must not go without because Secrets Manager does not answer."""
        with self._lock:
            known = self._passwords.get(store.store)
        if known is not None:
            return known
        found = password_of(params, self._access.for_account(store.account))
        if isinstance(found, Password):
            with self._lock:
                self._passwords[store.store] = found
        return found

    def _object(self, store: BeaconStore, beacon: Beacon) -> WrittenBeacon:
        s3, bucket, prefix = self._client(store, "s3"), str(store.bucket), store.prefix or PREFIX
        put_beacon(s3, bucket, prefix, beacon)
        if not is_time_to_prune(beacon):
            return _told(beacon, store.kind)
        return self._pruned(beacon, store.kind, lambda: prune_beacons(s3, bucket, prefix, beacon, KEPT))

    def _message(self, store: BeaconStore, beacon: Beacon) -> WrittenBeacon:
        sqs = self._client(store, "sqs")
        queue = find_beacon_queue(sqs, str(store.queue))
        if queue is None:
            return _told(beacon, store.kind, failure=f"there is no queue {store.queue} in {store.region}")
        if queue.has_redrive:
            told = f"{store.queue} has a dead-letter queue, as an application's has: beacons need one of their own"
            return _told(beacon, store.kind, failure=told)
        send_beacon(sqs, queue.url, beacon)
        return self._pruned(beacon, store.kind, lambda: prune_messages(sqs, queue, beacon))

    def _version(self, store: BeaconStore, beacon: Beacon) -> WrittenBeacon:
        secrets, name = self._client(store, "secretsmanager"), str(store.secret)
        if not is_for_beacons(secrets, name):
            told = f"{name} holds something that is no beacon: beacons need a secret of their own"
            return _told(beacon, store.kind, failure=told)
        put_version(secrets, name, beacon)
        return _told(beacon, store.kind)

    def _pruned(self, beacon: Beacon, kind: BeaconKind, prune: Callable[[], None]) -> WrittenBeacon:
        """The beacon is there whatever becomes of the old ones."""
        try:
            prune()
        except Exception as error:
            failure = self._access.classify(error)
            if failure is None:
                raise
            return _told(beacon, kind, warning=f"old ones stay: {failure}")
        return _told(beacon, kind)

    def _client(self, store: BeaconStore, service: str) -> Any:
        return self._access.for_account(store.account).client(service, store.region)


def _told(beacon: Beacon, kind: BeaconKind, failure: str = "", warning: str = "") -> WrittenBeacon:
    return WrittenBeacon(store=beacon.store, kind=kind, at=beacon.at, failure=failure, warning=warning)
