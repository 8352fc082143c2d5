"""Hosts of other companies that a recovery talks to: who is told, and what could change the estate meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class GithubRepository:
    """A repository on GitHub, with what of it can be frozen."""

    workflows: tuple[str, ...] = ()
    """The file names of its workflows in .github/workflows, all of them enabled."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Its Actions variables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebHost:
    """A host outside of AWS, as the simulation plays it. It remembers what it was sent."""

    kind: Literal["webhook", "pagerduty", "github"]
    """A receiver of webhooks such as Slack's, PagerDuty's Events API v2, or GitHub's REST API."""
    secret: str | None = None
    """The secret of the estate that opens it: the URL of a webhook, the routing key of PagerDuty, the token of GitHub.
    It takes any if left out."""
    fails_with: int | None = field(default=None, metadata={"ge": 400, "le": 599})
    """The HTTP status it answers everything with, if it is in trouble itself."""
    repositories: Mapping[str, GithubRepository] = field(default_factory=dict)
    """Of GitHub only, by owner/name."""
