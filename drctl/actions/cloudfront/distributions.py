"""Whether a distribution can be worked with at all. Pure."""

from __future__ import annotations

from drctl.aws.cloudfront import Distribution
from drctl.model.decision import Refuse
from drctl.ports.action import Permission


def judge_distribution(name: str, distribution: Distribution | None) -> Distribution | Refuse:
    """The distribution, or the reason why nothing can be done with it."""
    if distribution is None:
        hint = "set the step's `account`, or name the distribution by its id"
        return Refuse(f"there is no distribution {name} in this account", hint)
    if not distribution.enabled:
        return Refuse(f"the distribution {name} is disabled and serves nobody", "enable it, or name another one")
    if distribution.status not in ("InProgress", "Deployed"):
        return Refuse(f"the distribution {name} is {distribution.status!r}", "look at the distribution in CloudFront")
    return distribution


def distribution_permissions(name: str, account: str, actions: tuple[str, ...], why: str) -> tuple[Permission, ...]:
    """What it takes to find the distribution and to do `actions` to it."""
    by_name = "." in name
    arn = f"arn:aws:cloudfront::{account}:distribution/{'*' if by_name else name}"
    found = Permission(("cloudfront:ListDistributions",), why=f"find the distribution that serves {name}")
    return (Permission(actions, (arn,), why), found)
