"""What a cleanup may delete, and what has become of it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drctl.model.inventory import MODE_TAG, OWNER_TAG, Inventory, Resource, Sought, Unread, own_resources

NOT_TAGGED = "it does not carry the tags of this drill, so that cleanup leaves it alone"


@dataclass(frozen=True, slots=True)
class Send:
    """One call that brings the resource nearer to its end."""

    operation: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """It cannot be deleted at present, or is on its way out."""

    because: str


@dataclass(frozen=True, slots=True)
class Never:
    """It stays, however long one waits."""

    because: str


@dataclass(frozen=True, slots=True)
class Gone:
    """It is not there any more."""


Step = Send | NotYet | Never | Gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What a cleanup has come to."""

    run: str
    deleted: tuple[str, ...] = ()
    """ARNs."""
    left: tuple[tuple[str, str], ...] = ()
    """ARNs, and why each is still there."""
    unread: tuple[Unread, ...] = ()
    skipped: str = ""
    """Why nothing was done at all."""
    hint: str = ""

    @property
    def clean(self) -> bool:
        """Whether nothing is left, as far as everything could be seen."""
        return not (self.left or self.unread or self.skipped)


def may_delete(resource: Resource, run: str) -> bool:
    """Whether the resource says itself that this drill has made it. Nothing else is ever deleted."""
    return resource.tags.get(OWNER_TAG) == run and resource.tags.get(MODE_TAG) == "drill"


def sort_out(
    found: Inventory, sought: Sought, wanted: Callable[[Resource], bool]
) -> tuple[tuple[Resource, ...], tuple[Resource, ...]]:
    """What of an inventory may be deleted, and what is the run's by all signs and may not be."""
    own = own_resources(found, sought)
    mine = tuple(one for one in own if may_delete(one, sought.run) and wanted(one))
    others = tuple(one for one in own if not may_delete(one, sought.run))
    return mine, others
