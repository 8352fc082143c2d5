"""GitHub workflows and variables, read and switched over its REST API; answers that are none become plain reasons.

Source: GitHub REST API documentation, "Workflows" (Get a workflow, Disable a workflow, Enable a workflow),
"Variables" (Get a repository variable, Update a repository variable) and "Rate limits for the REST API". No token is
ever in what is told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from drctl.actions.checks.answer import FAILURES
from drctl.aws.secretsmanager import OpenedSecret
from drctl.ports.http import HttpAnswer, HttpProbe, HttpRequest

ENABLED = "active"
DISABLED = frozenset({"disabled_manually", "disabled_inactivity", "disabled_fork"})
"""States in which nothing starts; `deleted` is the only other one."""
_REFUSED = frozenset({401, 403, 404})


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why GitHub did not do what it was asked; `lasting` where asking again would not help."""

    why: str
    lasting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Github:
    """GitHub's API as one token sees it."""

    http: HttpProbe
    url: str
    """Where its API begins, such as https://api.github.com."""
    token: OpenedSecret

    def state_of(self, repository: str, workflow: str) -> str | Trouble:
        """The state of a workflow, which is named by its file."""
        answer = self._ask("GET", f"/repos/{repository}/actions/workflows/{workflow}")
        if (trouble := _trouble(answer)) is not None:
            return trouble
        try:
            return str(json.loads(answer.body)["state"])
        except (ValueError, LookupError, TypeError):
            return Trouble("it answered with something else than a workflow", lasting=True)

    def switch(self, repository: str, workflow: str, *, on: bool) -> Trouble | None:
        """Enable or disable a workflow; None where that was done. What runs already runs on."""
        way = "enable" if on else "disable"
        return _trouble(self._ask("PUT", f"/repos/{repository}/actions/workflows/{workflow}/{way}"))

    def value_of(self, repository: str, variable: str) -> str | Trouble:
        """The value of a variable of the repository's Actions."""
        answer = self._ask("GET", f"/repos/{repository}/actions/variables/{variable}")
        if (trouble := _trouble(answer)) is not None:
            return trouble
        try:
            return str(json.loads(answer.body)["value"])
        except (ValueError, LookupError, TypeError):
            return Trouble("it answered with something else than a variable", lasting=True)

    def set_value(self, repository: str, variable: str, value: str) -> Trouble | None:
        """Give a variable that is there a value; None where that was done."""
        body = json.dumps({"name": variable, "value": value}).encode()
        return _trouble(self._ask("PATCH", f"/repos/{repository}/actions/variables/{variable}", body))

    def _ask(self, method: str, path: str, body: bytes = b"") -> HttpAnswer:
        headers = {
            "authorization": f"Bearer {self.token.value}",
            "accept": "application/vnd.github+json",
            "x-github-api-version": "2022-11-28",
        }
        url = f"{self.url.rstrip('/')}{path}"
        asked = HttpRequest(url=url, method=method, headers=headers, timeout=timedelta(seconds=10), body=body)
        return self.http.fetch(asked)


def _trouble(answer: HttpAnswer) -> Trouble | None:
    if answer.failure:
        return Trouble(FAILURES.get(answer.failure, answer.failure), lasting=False)
    if 200 <= answer.status < 300:
        return None
    lasting = answer.status in _REFUSED and not _limited(answer.headers)
    return Trouble(f"it answered {answer.status}", lasting=lasting)


def _limited(headers: Mapping[str, str]) -> bool:
    """Whether too much was asked, for which GitHub also answers 403."""
    told = {name.lower(): value for name, value in headers.items()}
    return "retry-after" in told or told.get("x-ratelimit-remaining") == "0"
