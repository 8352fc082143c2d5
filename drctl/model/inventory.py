"""What there is in the accounts of a run, as far as it concerns the run; and what of it the run has made. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from drctl.model.values import Json

OWNER_TAG = "drctl:run-id"
MODE_TAG = "drctl:mode"
"""`drill` on what a drill has made, `real` on anything else."""
EXPIRY_TAG = "drctl:expires-at"
"""On what a drill has made: from when on `drctl cleanup --expired` deletes it, RFC 3339 in UTC."""
STEP_TAG = "drctl:step-id"


class InventoryTime(StrEnum):
    """When in a run an inventory was taken."""

    BEFORE = "before"
    """Before its first step: what is seen then, no run has to answer for."""
    BUILT = "built"
    """When its steps were through, before anything was taken back."""
    AFTER = "after"
    """When it was over, `finally` included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    arn: str
    kind: str
    """Service and type, as in its ARN: `rds:db`, `sqs:queue`, `s3:bucket`."""
    account: str
    """Twelve digits."""
    region: str
    """Empty for what belongs to none."""
    name: str
    tags: Mapping[str, str] = field(default_factory=dict)
    found_by: tuple[str, ...] = ()
    """`tag`, `listing`, or both."""
    origin: str = ""
    """What it came from: of a backup the name of the instance, of a task the ARN of its definition."""
    status: str = ""
    size: Mapping[str, Json] = field(default_factory=dict)
    """What its price depends on, such as `class` and `storage_gb`."""
    since: datetime | None = None
    """When AWS says that it was made."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A look that failed: whether anything is there, nobody knows."""

    account: str
    region: str
    what: str
    """The kind that would have been listed, `tags` for the search by tag, or one ARN whose tags were wanted."""
    because: str


@dataclass(frozen=True, slots=True)
class Inventory:
    resources: tuple[Resource, ...]
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Whose things are looked for, and what is known of them."""

    run: str
    names: frozenset[str] = frozenset()
    """What the run has called the things it made."""
    before: frozenset[str] | None = None
    """The ARNs that were there before it began; None where nobody has looked."""
    unread_before: tuple[Unread, ...] = ()

    def wants_tags(self, resource: Resource) -> bool:
        """Whether it takes this resource's own tags to tell whose it is: reading those of all would take too long."""
        if self.before is not None and not self._unknown_before(resource):
            return resource.arn not in self.before
        return self._is_named(resource)

    def is_own(self, resource: Resource, made: Collection[str] = ()) -> bool:
        """Whether the run has made it: it says so, or it came with the run and is called after what the run made.

        `made` are the ARNs of what is known to be the run's, for what came from one of those.
        """
        if owner := resource.tags.get(OWNER_TAG):
            return owner == self.run
        if self.before is None or resource.arn in self.before or self._unknown_before(resource):
            return False
        return self._is_named(resource) or resource.origin in made

    def _is_named(self, resource: Resource) -> bool:
        wanted = (resource.name, _family(resource.origin))
        derived = any(resource.name.startswith((f"{name}-", f"rds:{name}-")) for name in self.names)
        return derived or self.run in resource.name or not self.names.isdisjoint(wanted)

    def _unknown_before(self, resource: Resource) -> bool:
        """Whether the look before the run that would have shown it failed."""
        return any(
            (one.account, one.region, one.what) == (resource.account, resource.region, resource.kind)
            for one in self.unread_before
        )


def own_resources(found: Inventory, sought: Sought) -> tuple[Resource, ...]:
    """What of it the run has made, by ARN."""
    tagged = {one.arn for one in found.resources if one.tags.get(OWNER_TAG) == sought.run}
    own = {one.arn: one for one in found.resources if sought.is_own(one, tagged)}
    return tuple(own[arn] for arn in sorted(own))


def expired_runs(found: Iterable[Resource], now: datetime) -> Sequence[str]:
    """The drills whose things are over their time."""
    runs = {one.tags[OWNER_TAG] for one in found if is_expired(one, now)}
    return sorted(runs)


def is_expired(resource: Resource, now: datetime) -> bool:
    """Whether a drill has made it, and may not need it any more. What cannot be read as an instant never expires."""
    tags = resource.tags
    if not tags.get(OWNER_TAG) or tags.get(MODE_TAG) != "drill":
        return False
    try:
        at = datetime.fromisoformat(tags.get(EXPIRY_TAG, ""))
    except ValueError:
        return False
    return at.tzinfo is not None and at < now


def _family(origin: str) -> str:
    """The family of a task definition; what is no ARN of one stays."""
    return origin.rpartition("/")[2].partition(":")[0] if ":task-definition/" in origin else origin


def kind_of(arn: str) -> str:
    """The kind that an ARN names: service and type."""
    _, _, service, _, _, rest = arn.split(":", 5)
    if (only := {"s3": "bucket", "sqs": "queue", "sns": "topic"}.get(service)) is not None:
        return f"{service}:{only}"
    return f"{service}:{re.split('[:/]', rest, maxsplit=1)[0]}"


def name_of(arn: str) -> str:
    """The name of what an ARN names, without its type; a parameter's begins with its slash."""
    _, _, service, _, _, rest = arn.split(":", 5)
    if service in ("s3", "sqs", "sns"):
        return rest
    if service == "ssm":
        name = rest.removeprefix("parameter/")
        return f"/{name}" if "/" in name else name
    return re.split("[:/]", rest, maxsplit=1)[-1]
