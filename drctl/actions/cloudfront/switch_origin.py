"""Have a CloudFront distribution fetch from where the service runs now.

The update is a compare-and-set on the version that was read. Only the origins that
the step names are changed; whatever else somebody has changed in between stays. What
needs no call at all in a disaster is better: an origin group, or an origin whose
domain name is a failover record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from drctl.actions.cloudfront.distributions import distribution_permissions, judge_distribution
from drctl.actions.cloudfront.route import (
    SWITCH,
    SWITCH_BACK,
    lost_race,
    part_of,
    reaching_the_edge,
    route_before,
    routed,
    told,
)
from drctl.actions.parameters import CLOSED
from drctl.aws.cloudfront import HOME, Distribution, Route, find_distribution, update_route
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    distribution: str
    """Its id, or a domain name that it serves."""
    domains: dict[str, str] = field(default_factory=dict)
    """The new domain name of each origin that is switched, by the origin's id."""
    default_origin: str | None = None
    """The origin that answers what no other cache behaviour does; left as it is where it is not given."""

    def __post_init__(self) -> None:
        if not self.domains and self.default_origin is None:
            raise ValueError("give `domains`, `default_origin`, or both")

    @property
    def route(self) -> Route:
        return Route(self.domains, self.default_origin)


class CloudfrontSwitchOrigin:
    """Afterwards every edge location fetches from the origins that are asked for."""

    spec = ActionSpec(
        kind="cloudfront.switch_origin",
        summary="Have a CloudFront distribution fetch from where the service runs now",
        params=Params,
        outputs={"distribution": ValueKind.STRING, "domain": ValueKind.STRING, "etag": ValueKind.STRING},
        expect=timedelta(minutes=5),
        deadline=timedelta(minutes=35),
        poll_least=timedelta(seconds=15),
        poll_most=timedelta(seconds=60),
        operations=("cloudfront:ListDistributions", "cloudfront:GetDistribution", "cloudfront:UpdateDistribution"),
        mutating=True,
        example="""\
- id: switch-app
  uses: cloudfront.switch_origin
  with:
    distribution: app.amply.example
    domains: { frontend: amply-frontend-prod-eu-west-1.s3.eu-west-1.amazonaws.com }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Distribution | None:
        return find_distribution(ctx.aws.client("cloudfront", HOME), params.distribution)

    def decide(self, params: Params, seen: Distribution | None, past: Past) -> Decision:
        if isinstance(distribution := judge_distribution(params.distribution, seen), Refuse):
            return distribution
        if unknown := _unknown_origin(params, distribution.route):
            known = ", ".join(distribution.route.domains)
            return Refuse(f"{params.distribution} has no origin {unknown}", f"name one of its origins: {known}")
        present = part_of(distribution.route, params.route)
        if present == params.route:
            return reaching_the_edge(distribution) or Done(f"{distribution.domain} fetches as wanted")
        return lost_race(past, present) or routed(SWITCH, distribution, present, params.route)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        distribution, route = change.detail
        return {"etag": update_route(ctx.aws.client("cloudfront", HOME), distribution, route)}

    def verify(self, params: Params, seen: Distribution | None, past: Past, ctx: StepContext) -> Evidence:
        if seen is None:
            return Evidence.missing(f"there is no distribution {params.distribution}")
        return Evidence.of(
            f"every edge location of {seen.domain} fetches {told(part_of(seen.route, params.route))}",
            outputs={"distribution": seen.id, "domain": seen.domain, "etag": seen.etag},
        )

    def decide_undo(self, params: Params, seen: Distribution | None, past: Past) -> Decision:
        if not (made := past.made(SWITCH)):
            return Done("no origin was switched by this run")
        if seen is None:
            return Refuse(f"there is no distribution {params.distribution} any more", "there is nothing to switch back")
        before, after = route_before(made)
        present = part_of(seen.route, before)
        if present == before:
            return reaching_the_edge(seen) or Done(f"{seen.domain} fetches from where it did before")
        if present != after:
            hint = "put the origins right by hand"
            return Refuse(f"the origins of {seen.domain} were changed by somebody else since; left alone", hint)
        return routed(SWITCH_BACK, seen, present, before)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        actions = ("cloudfront:GetDistribution", "cloudfront:UpdateDistribution")
        return distribution_permissions(params.distribution, account, actions, "switch its origins")


def _unknown_origin(params: Params, present: Route) -> str | None:
    named = [*params.domains, *([params.default_origin] if params.default_origin else [])]
    return next((origin for origin in named if origin not in present.domains), None)
