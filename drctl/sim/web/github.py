"""GitHub's REST API, as far as it switches workflows and sets variables.

Source: GitHub REST API documentation, "Workflows" and "GitHub Actions variables".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from drctl.model.estate_web import GithubRepository
from drctl.sim.web.request import WebRequest, json_answer
from drctl.sim.wsgi import Answer

_WORKFLOW = re.compile(r"/repos/([^/]+/[^/]+)/actions/workflows/([^/]+)(?:/(enable|disable))?")
_VARIABLE = re.compile(r"/repos/([^/]+/[^/]+)/actions/variables/([^/]+)")
_DONE = Answer(204, (), b"")


@dataclass(slots=True)
class _Repository:
    workflows: dict[str, str] = field(default_factory=dict)
    """State by file name."""
    variables: dict[str, str] = field(default_factory=dict)


class PlayedGithub:
    """Takes calls with one of the tokens it was given; without any, with whatever token is shown."""

    def __init__(self, repositories: Mapping[str, GithubRepository], tokens: frozenset[str]) -> None:
        self._tokens = tokens
        self.may_write = True
        """Whether the token may change anything, and not only look."""
        self.repositories = {
            name: _Repository(dict.fromkeys(one.workflows, "active"), dict(one.variables))
            for name, one in repositories.items()
        }

    def answer(self, request: WebRequest) -> Answer:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() not in ("bearer", "token") or (self._tokens and token not in self._tokens):
            return _refused(401, "Bad credentials")
        if request.method != "GET" and not self.may_write:
            return _refused(403, "Resource not accessible by personal access token")
        if (found := _WORKFLOW.fullmatch(request.path)) is not None:
            return self._workflow(request, *found.groups())
        if (found := _VARIABLE.fullmatch(request.path)) is not None:
            return self._variable(request, *found.groups())
        return _refused(404, "Not Found")

    def state(self) -> Any:
        return {
            name: {"workflows": dict(sorted(one.workflows.items())), "variables": dict(sorted(one.variables.items()))}
            for name, one in sorted(self.repositories.items())
        }

    def _workflow(self, request: WebRequest, repository: str, name: str, switch: str | None) -> Answer:
        found = self.repositories.get(repository)
        if found is None or name not in found.workflows:
            return _refused(404, "Not Found")
        if switch is None and request.method == "GET":
            path = f".github/workflows/{name}"
            return json_answer(200, {"name": name, "path": path, "state": found.workflows[name]})
        if switch is None or request.method != "PUT":
            return _refused(404, "Not Found")
        found.workflows[name] = "active" if switch == "enable" else "disabled_manually"
        return _DONE

    def _variable(self, request: WebRequest, repository: str, name: str) -> Answer:
        found = self.repositories.get(repository)
        if found is None or name not in found.variables:
            return _refused(404, "Not Found")
        if request.method == "GET":
            return json_answer(200, {"name": name, "value": found.variables[name]})
        if request.method != "PATCH" or request.json is None:
            return _refused(422, "Invalid request")
        found.variables[name] = str(request.json.get("value", ""))
        return _DONE


def _refused(status: int, message: str) -> Answer:
    return json_answer(status, {"message": message, "documentation_url": "https://docs.github.com/rest"})
