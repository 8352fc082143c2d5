"""The beacons that an environment has: what of them cannot be meant."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import timedelta

from drctl.loading.referee import Referee
from drctl.loading.shapes import GAP
from drctl.loading.yaml_source import Path
from drctl.model.beacon import BeaconKind
from drctl.model.beacon_store import SECRET_LEAST, BeaconCopy, BeaconStore
from drctl.model.environment import Environment

_SERVER = ("host", "port", "password_secret", "ca_file", "user")
_KEYS: dict[BeaconKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    BeaconKind.POSTGRES: (("host", "database", "user", "password_secret"), (*_SERVER, "database", "sslmode", "table")),
    BeaconKind.REDIS: (("host",), (*_SERVER, "tls")),
    BeaconKind.S3: (("bucket",), ("bucket", "prefix")),
    BeaconKind.SQS: (("queue",), ("queue",)),
    BeaconKind.SECRET: (("secret",), ("secret",)),
}
"""Kind → the keys that it has to have, and those that it may have, besides those of every store."""
_OF_ALL = ("store", "kind", "region", "account", "every", "copies")
_LEAST, _MOST = timedelta(seconds=10), timedelta(hours=24)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FORMS = {
    "table": (re.compile(r"[^.\x00]{1,63}(\.[^.\x00]{1,63})?"), "a table such as drctl_beacon or ops.drctl_beacon"),
    "bucket": (re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"), "the name of a bucket"),
    "prefix": (re.compile(r"[A-Za-z0-9!_.*'()/-]{1,200}/"), "a prefix that ends with /, such as drctl-beacon/"),
    "queue": (re.compile(r"[A-Za-z0-9_-]{1,80}"), "the name of a standard queue"),
}


def check_beacons(referee: Referee, environment: Environment) -> None:
    """Report what cannot be meant in `beacons`."""
    beacons, at = environment.beacons, ("beacons",)
    _check_period(referee, (*at, "every"), beacons.every)
    seen: set[str] = set()
    for index, store in enumerate(beacons.stores):
        place: Path = (*at, "stores", index)
        if store.store != GAP and _NAME.fullmatch(store.store) is None:
            wanted = "a name of letters, digits, ., - and _"
            referee.wrong((*place, "store"), f"expected {wanted}, got {store.store!r}")
        elif store.store != GAP and store.store in seen:
            referee.wrong((*place, "store"), f"{store.store!r} is here twice")
        seen.add(store.store)
        _check_store(referee, place, store, environment)


def _check_store(referee: Referee, at: Path, store: BeaconStore, environment: Environment) -> None:
    referee.refer((*at, "account"), store.account, "account", environment.accounts, ("accounts",))
    # The guard lets nothing be changed anywhere else.
    referee.refer((*at, "region"), store.region, "Region", environment.regions, ("regions",))
    if store.every is not None:
        _check_period(referee, (*at, "every"), store.every)
        if store.kind is BeaconKind.SECRET and store.every < SECRET_LEAST:
            referee.wrong(
                (*at, "every"), "expected at least 10m: a secret that is written more often runs out of versions"
            )
    if store.port is not None and not 1 <= store.port <= 65535:
        referee.wrong((*at, "port"), f"expected a whole number from 1 to 65535, got the number {store.port}")
    _check_keys(referee, at, store)
    _check_forms(referee, at, store)
    for index, copy in enumerate(store.copies):
        place: Path = (*at, "copies", index)
        referee.refer((*place, "region"), copy.region, "Region", environment.regions, ("regions",))
        if copy.region == store.region and copy.region != GAP:
            referee.wrong((*place, "region"), f"{copy.region!r} is where the store itself is")
        _check_keys_of_copy(referee, place, store.kind, copy)
        _check_forms(referee, place, copy)


def _check_period(referee: Referee, at: Path, every: timedelta) -> None:
    if not _LEAST <= every <= _MOST:
        referee.wrong(at, "expected 10s to 24h")


def _check_keys(referee: Referee, at: Path, store: BeaconStore) -> None:
    required, known = _KEYS[store.kind]
    for key in required:
        if getattr(store, key) is None:
            referee.wrong((*at, key), f"is missing; a store of the kind {store.kind} has it", at_key=True)
    for field in fields(store):
        if field.name not in (*_OF_ALL, *known) and getattr(store, field.name) is not None:
            referee.wrong((*at, field.name), f"a store of the kind {store.kind} has no such key", at_key=True)


def _check_keys_of_copy(referee: Referee, at: Path, kind: BeaconKind, copy: BeaconCopy) -> None:
    _, known = _KEYS[kind]
    for field in fields(copy):
        if field.name not in ("region", *known) and getattr(copy, field.name) is not None:
            referee.wrong((*at, field.name), f"a store of the kind {kind} has no such key", at_key=True)


def _check_forms(referee: Referee, at: Path, held: BeaconStore | BeaconCopy) -> None:
    for key, (form, wanted) in _FORMS.items():
        text = getattr(held, key, None)
        if text is not None and text != GAP and form.fullmatch(text) is None:
            referee.wrong((*at, key), f"expected {wanted}, got {text!r}")
    for key in ("host", "database", "user", "password_secret", "secret", "ca_file"):
        text = getattr(held, key, None)
        if text is not None and not text.strip():
            referee.wrong((*at, key), "expected text, got nothing but blanks")
