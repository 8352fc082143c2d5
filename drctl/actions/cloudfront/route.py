"""Where a distribution is to fetch from, as the undo ledger keeps it, and who else has changed that. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.aws.cloudfront import Distribution, Route
from drctl.model.decision import Change, Refuse, Wait
from drctl.model.failure import FailureKind
from drctl.model.past import ChangeState, Past, PastChange
from drctl.model.values import Json

SWITCH = "switch"
SWITCH_BACK = "switch-back"


def part_of(route: Route, like: Route) -> Route:
    """Of `route` only what `like` names: the part that a step has to do with."""
    default = route.default if like.default is not None else None
    return Route({origin: route.domains.get(origin, "") for origin in like.domains}, default)


def routed(name: str, distribution: Distribution, old: Route, new: Route) -> Change:
    """The update that has the distribution fetch as `new` says, with `old` in the undo ledger."""
    changed = {origin: domain for origin, domain in new.domains.items() if domain != old.domains[origin]}
    default = new.default if new.default != old.default else None
    return Change(
        name=name,
        summary=f"have {distribution.domain} fetch {told(Route(changed, default))}",
        operation="cloudfront:UpdateDistribution",
        target=distribution.id,
        detail=(distribution, new),
        undo={"old": _entry(old), "new": _entry(new)},
    )


def told(route: Route) -> str:
    """The route in a few words."""
    parts = [f"{origin} from {domain}" for origin, domain in route.domains.items()]
    return ", ".join([*parts, f"by default from {route.default}"] if route.default else parts)


def reaching_the_edge(distribution: Distribution) -> Wait | None:
    """What is waited for until every edge location fetches as the configuration says."""
    if distribution.status == "InProgress":
        return Wait(f"{distribution.domain} to be deployed to every edge location")
    return None


def lost_race(past: Past, now: Route) -> Refuse | None:
    """A refusal where somebody else has changed the very origins that this epoch was about to switch.

    An update that was refused for the sake of any other edit is made again, on top of that edit.
    """
    last = past.last(SWITCH)
    if last is None or last.state is not ChangeState.FAILED or last.failure_kind != FailureKind.PRECONDITION:
        return None
    if last.epoch < past.epoch or now == read_entry(last.undo["old"]):
        return None
    because = f"somebody else changed the origins while they were being switched ({last.failure})"
    return Refuse(because, f"look at the distribution, then: drctl resume {past.run}")


def route_before(made: tuple[PastChange, ...]) -> tuple[Route, Route]:
    """What it was before the first of `made`, and what the last one made of it."""
    return read_entry(made[0].undo["old"]), read_entry(made[-1].undo["new"])


def read_entry(entry: Json) -> Route:
    """A route as the ledger keeps it."""
    known: Any = entry
    return Route(dict(known["domains"]), known["default"])


def _entry(route: Route) -> Mapping[str, Json]:
    return {"domains": dict(route.domains), "default": route.default}
