"""An estate's YAML → the model, with every problem at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from drctl.loading.described import load_described
from drctl.loading.estate_edge import check_edge
from drctl.loading.estate_network import check_load_balancers, check_networks
from drctl.loading.estate_services import check_services
from drctl.loading.estate_stores import check_bucket_names, check_snapshot_counts, check_stores
from drctl.loading.estate_web import check_web
from drctl.loading.referee import Referee
from drctl.loading.schemas import schema_of
from drctl.loading.shapes import GAP
from drctl.loading.yaml_source import Path
from drctl.model.account_alias import is_account_alias
from drctl.model.estate import Estate
from drctl.model.problem import Problem
from drctl.model.region import is_region
from drctl.model.values import Json


def load_estate(text: str, file: str) -> tuple[Estate | None, tuple[Problem, ...]]:
    """The estate that `text` describes, or (None and) everything that is wrong with it, in the order of the file.

    `file` is the name that problems show. Never raises for what `text` holds.
    """
    return load_described(text, file, Estate, check_estate)


def check_estate(referee: Referee, estate: Estate) -> None:
    """Whether everything that an estate names is there."""
    _check_accounts(referee, estate)
    _check_regions(referee, estate)
    for account, region, place in estate.each_place():
        at: Path = ("places", account, region)
        check_networks(referee, at, place)
        check_load_balancers(referee, at, place)
        check_stores(referee, estate, account, region, place)
        check_services(referee, estate, account, region, place)
    check_bucket_names(referee, estate)
    check_snapshot_counts(referee, estate)
    check_edge(referee, estate)
    check_web(referee, estate)


def estate_schema() -> Mapping[str, Json]:
    """The JSON Schema of an estate's file."""
    return schema_of(Estate, "A drctl estate: the system that is recovered")


def _check_accounts(referee: Referee, estate: Estate) -> None:
    counts = Counter(estate.accounts.values())
    for name, id in estate.accounts.items():
        path = ("accounts", name)
        if id != GAP and not re.fullmatch(r"[0-9]{12}", id):
            referee.wrong(path, f"expected an account id of twelve digits in quotes, got {id!r}")
        elif counts[id] > 1:
            referee.wrong(path, f"another account has the id {id} too")
    for name, alias in estate.account_aliases.items():
        if name not in estate.accounts:
            referee.wrong(("account_aliases", name), f"there is no account {name!r} in accounts", at_key=True)
        if alias != GAP and not is_account_alias(alias):
            wanted = "an account alias such as amply-production"
            referee.wrong(("account_aliases", name), f"expected {wanted}, got {alias!r}")
    referee.refer(("default_account",), estate.default_account, "account", estate.accounts, ("accounts",))
    for name in estate.places:
        if name not in estate.accounts:
            referee.wrong(("places", name), f"there is no account {name!r} in accounts", at_key=True)


def _check_regions(referee: Referee, estate: Estate) -> None:
    regions = estate.regions
    named: list[tuple[Path, str]] = [(("regions", field), getattr(regions, field)) for field in ("primary", "recovery")]
    named += [(("regions", "others", index), name) for index, name in enumerate(regions.others)]
    for path, name in named:
        if name != GAP and not is_region(name):
            referee.wrong(path, f"expected a Region such as eu-west-1, got {name!r}")
    if regions.primary == regions.recovery != GAP:
        referee.wrong(("regions", "recovery"), "is the primary Region; a Region's loss would take both")
    for account, places in estate.places.items():
        for region in places:
            if region not in regions.every and GAP not in regions.every:
                referee.wrong(
                    ("places", account, region), f"the Region {region!r} is not declared in regions", at_key=True
                )
