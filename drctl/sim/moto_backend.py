"""moto, called for one request: its answer, or that it cannot do this."""

from __future__ import annotations

import sys
from typing import Any

from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from drctl.sim import moto_patches
from drctl.sim.moto_reflection import implements, load
from drctl.sim.moto_used import used
from drctl.sim.overlay import Call
from drctl.sim.wsgi import Answer, Environ, collect


class NotImplementedByMoto(Exception):
    """moto has no such operation, or no such service."""


class MotoBackend:
    """moto's own server application, without its server."""

    def __init__(self) -> None:
        self._dispatcher = DomainDispatcherApplication(create_backend_app)
        self._apps: dict[str, Any] = {}

    def answer(self, environ: Environ, call: Call) -> Answer:
        """What moto answers; NotImplementedByMoto where it cannot do it. What it fails with passes through."""
        if not implements(call.service, call.operation):
            raise NotImplementedByMoto
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = call.account
        try:
            answer = collect(self._app_of(call.service, environ), environ)
        except NotImplementedError as error:
            raise NotImplementedByMoto from error
        if _is_unrouted(answer, environ):
            raise NotImplementedByMoto
        return answer

    def account_of(self, access_key: str) -> str | None:
        """The account of a key that AssumeRole gave out; None for a key that nobody gave out."""
        from moto.iam.models import iam_backends

        for account, partitions in list(iam_backends.items()):
            if any(access_key in backend.access_keys for backend in partitions.values()):
                return str(account)
        return None

    def role_of(self, access_key: str) -> str:
        """The ARN of the role that AssumeRole gave this key out for; empty for any other key."""
        for _, _, sts in used("sts", "sts_backends"):
            if (session := sts.get_assumed_role_from_access_key(access_key)) is not None:
                return str(session.role_arn)
        return ""

    def reset(self) -> None:
        """Forget every resource, and start the identifiers again."""
        BackendDict.reset()
        moto_patches.seed()

    def _app_of(self, service: str, environ: Environ) -> Any:
        if service not in self._apps:
            load(service)
            self._apps[service] = self._dispatcher.get_application(environ)
            # What the application imported on top, such as the services that it calls itself.
            moto_patches.mend([name for name in sys.modules if name.startswith("moto.")])
        return self._apps[service]


def _is_unrouted(answer: Answer, environ: Environ) -> bool:
    """Whether no handler of moto took the request: a page of its web framework, or nothing at all."""
    if answer.status not in (404, 405):
        return False
    kind = next((value for name, value in answer.headers if name.lower() == "content-type"), "")
    if kind.startswith("text/html") and answer.body.lstrip()[:9].lower() == b"<!doctype":
        return True
    return not answer.body and environ["REQUEST_METHOD"] != "HEAD"
