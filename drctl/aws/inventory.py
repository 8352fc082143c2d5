"""An inventory: what there is in some accounts and Regions, found by tag and by every listing.

The search by tag (AWS Resource Groups Tagging API Reference, GetResources) finds also kinds that nobody thought of,
and lags; the listings find also what carries no tag. Only looks, and no look that failed is read as an empty one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from drctl.aws.listings import LISTINGS, OF_NO_REGION, TELLS_TAGS, Listing, is_still_there, read_tags
from drctl.aws.tags import tags_of
from drctl.model.inventory import OWNER_TAG, Inventory, Resource, Sought, Unread, kind_of, name_of
from drctl.ports.aws import AwsAccess, AwsClients


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look."""

    accounts: tuple[str, ...]
    """By the names that the environment has for them."""
    regions: tuple[str, ...]


def take_inventory(access: AwsAccess, places: Places, sought: Sought) -> Inventory:
    """Everything that is there of the kinds that a drill makes, and all that carries the run's tag.

    Tags are told of what `sought` wants them of, and of whatever tells them in its listing.
    """
    return _Taking(access, places).of([{"Key": OWNER_TAG, "Values": [sought.run]}], sought.wants_tags)


def find_tagged(access: AwsAccess, places: Places, key: str) -> Inventory:
    """Everything that carries a tag of that key, whatever its value; and whatever tells its tags in its listing."""
    return _Taking(access, places).of([{"Key": key}], lambda resource: False)


class _Taking:
    def __init__(self, access: AwsAccess, places: Places) -> None:
        self._access, self._places = access, places
        self._unread: list[Unread] = []

    def of(self, filters: Sequence[Mapping[str, Any]], wants_tags: Callable[[Resource], bool]) -> Inventory:
        found: dict[str, Resource] = {}
        for name in self._places.accounts:
            clients = self._access.for_account(name)
            mine, listed = self._listed(clients)
            for region in self._places.regions:
                look = partial(_tagged, clients, region, filters)
                for one in self._read(clients.account_id(), region, "tags", look) or ():
                    self._add_tagged(one, mine, listed, clients)
            found |= {arn: self._with_tags(one, clients, wants_tags) for arn, one in mine.items()}
        return Inventory(tuple(found.values()), tuple(self._unread))

    def _listed(self, clients: AwsClients) -> tuple[dict[str, Resource], set[tuple[str, str]]]:
        """What the listings of one account show by ARN, and which of them, by kind and Region, could be read."""
        mine: dict[str, Resource] = {}
        listed: set[tuple[str, str]] = set()
        for place, region in enumerate(self._places.regions):
            for kind, (service, listing) in LISTINGS.items():
                if kind in OF_NO_REGION and place:
                    continue
                look = partial(_list, listing, clients, service, region)
                rows = self._read(clients.account_id(), region, kind, look)
                if rows is not None:
                    listed.add((kind, "" if kind in OF_NO_REGION else region))
                    mine |= {one.arn: replace(one, found_by=("listing",)) for one in rows}
        return mine, listed

    def _add_tagged(
        self, tagged: Resource, mine: dict[str, Resource], listed: Collection[tuple[str, str]], clients: AwsClients
    ) -> None:
        if (known := mine.get(tagged.arn)) is not None:
            # What the service itself tells counts: the index may still show a tag that was taken off.
            tags = known.tags if known.kind in TELLS_TAGS else tagged.tags
            mine[tagged.arn] = replace(known, tags=tags, found_by=("tag", "listing"))
            return
        if (tagged.kind, "" if tagged.kind in OF_NO_REGION else tagged.region) in listed:
            # The service itself has just said what there is: the index has not heard yet that this is gone.
            return
        look = partial(is_still_there, clients, tagged)
        if self._read(tagged.account, tagged.region, tagged.arn, look) is False:
            return
        mine[tagged.arn] = tagged

    def _with_tags(self, one: Resource, clients: AwsClients, wants_tags: Callable[[Resource], bool]) -> Resource:
        if one.kind in TELLS_TAGS or OWNER_TAG in one.tags or not wants_tags(one):
            return one
        region = one.region or self._places.regions[0]
        tags = self._read(one.account, one.region, one.arn, partial(read_tags, clients, region, one))
        return replace(one, tags=tags) if tags else one

    def _read(self, account: str, region: str, what: str, look: Callable[[], Any]) -> Any:
        """What `look` has found; None, and that it failed is kept, where AWS did not answer it."""
        try:
            return look()
        except Exception as error:
            failure = self._access.classify(error)
            if failure is None:
                raise
            self._unread.append(Unread(account, region, what, str(failure)))
            return None


def _list(listing: Listing, clients: AwsClients, service: str, region: str) -> Sequence[Resource]:
    # Read to its end in here: a page that is denied must not leave half a list behind.
    return tuple(listing(clients.client(service, region), clients.account_id(), region))


def _tagged(clients: AwsClients, region: str, filters: Sequence[Mapping[str, Any]]) -> Sequence[Resource]:
    pages = clients.client("resourcegroupstaggingapi", region).get_paginator("get_resources")
    found = (raw for page in pages.paginate(TagFilters=list(filters)) for raw in page["ResourceTagMappingList"])
    return tuple(_told(raw["ResourceARN"], raw, clients.account_id()) for raw in found)


def _told(arn: str, raw: Mapping[str, Any], account: str) -> Resource:
    return Resource(
        arn=arn,
        kind=kind_of(arn),
        account=account,
        region=arn.split(":")[3],
        name=name_of(arn),
        tags=tags_of(raw.get("Tags")),
        found_by=("tag",),
    )
