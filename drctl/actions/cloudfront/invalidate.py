"""Have CloudFront forget what it has cached, so that the next viewer gets it from the origin of now.

The caller reference is the step's token: the same invalidation asked for again is the
one that is there already, whatever became of the first answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from drctl.actions.cloudfront.distributions import distribution_permissions, judge_distribution
from drctl.actions.parameters import CLOSED
from drctl.aws.cloudfront import (
    HOME,
    Distribution,
    Invalidation,
    create_invalidation,
    find_distribution,
    find_invalidation,
)
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

MOST_PATHS = 3000
"""Of one distribution, this many files may be in progress at a time (Amazon CloudFront Developer Guide, quotas)."""


def _paths(paths: tuple[str, ...]) -> tuple[str, ...]:
    if not 0 < len(paths) <= MOST_PATHS:
        raise ValueError(f"name between one path and {MOST_PATHS}")
    if wrong := next((path for path in paths if not path.startswith("/")), None):
        raise ValueError(f"a path begins with a slash, got {wrong!r}")
    return tuple(dict.fromkeys(paths))


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    distribution: str
    """Its id, or a domain name that it serves."""
    paths: Annotated[tuple[str, ...], AfterValidator(_paths), Field(json_schema_extra={"minItems": 1})] = ("/*",)
    """A `*` at the end stands for everything that begins so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    distribution: Distribution | None
    invalidation: Invalidation | None
    """The one of this step and epoch."""


class CloudfrontInvalidate:
    """Afterwards no edge location answers these paths with what it had cached before."""

    spec = ActionSpec(
        kind="cloudfront.invalidate",
        summary="Have CloudFront forget what it has cached",
        params=Params,
        outputs={"invalidation": ValueKind.STRING, "paths": ValueKind.INTEGER},
        expect=timedelta(minutes=2),
        deadline=timedelta(minutes=30),
        poll_least=timedelta(seconds=10),
        poll_most=timedelta(seconds=60),
        operations=(
            "cloudfront:ListDistributions",
            "cloudfront:GetDistribution",
            "cloudfront:ListInvalidations",
            "cloudfront:GetInvalidation",
            "cloudfront:CreateInvalidation",
        ),
        mutating=True,
        example="""\
- id: forget-frontend
  uses: cloudfront.invalidate
  with: { distribution: app.amply.example, paths: [/index.html, "/assets/*"] }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        cloudfront = ctx.aws.client("cloudfront", HOME)
        distribution = find_distribution(cloudfront, params.distribution)
        found = find_invalidation(cloudfront, distribution.id, ctx.token) if distribution else None
        return Seen(distribution=distribution, invalidation=found)

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if isinstance(distribution := judge_distribution(params.distribution, seen.distribution), Refuse):
            return distribution
        made = seen.invalidation
        if made is None:
            return Change(
                name="invalidate",
                summary=f"have {distribution.domain} forget {', '.join(params.paths[:3])}{_more(params)}",
                operation="cloudfront:CreateInvalidation",
                target=distribution.id,
                detail=distribution.id,
            )
        if made.paths != frozenset(params.paths):
            return Refuse(f"invalidation {made.id} of this step is for other paths", "give this step another id")
        match made.status:
            case "InProgress":
                return Wait(f"invalidation {made.id} to reach every edge location")
            case "Completed":
                return Done(f"invalidation {made.id} is completed")
        return Refuse(f"invalidation {made.id} is {made.status!r}", "look at the invalidation in CloudFront")

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        cloudfront = ctx.aws.client("cloudfront", HOME)
        return {"invalidation": create_invalidation(cloudfront, change.detail, params.paths, ctx.token)}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        if seen.distribution is None or seen.invalidation is None:
            return Evidence.missing(f"no invalidation of {params.distribution} is there")
        return Evidence.of(
            f"every edge location of {seen.distribution.domain} has forgotten {len(params.paths)} paths",
            outputs={"invalidation": seen.invalidation.id, "paths": len(params.paths)},
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return Done("a cache fills by itself; nothing was lost")

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        actions = (
            "cloudfront:GetDistribution",
            "cloudfront:ListInvalidations",
            "cloudfront:GetInvalidation",
            "cloudfront:CreateInvalidation",
        )
        return distribution_permissions(params.distribution, account, actions, "invalidate what it has cached")


def _more(params: Params) -> str:
    return f" and {len(params.paths) - 3} more" if len(params.paths) > 3 else ""
