"""AWS for looking only: what reads is sent and noted, and the first call that does not is kept from leaving.

It stands in the way of every call before botocore has built a request of it, and so before anything can be signed or
sent. What is kept back is raised as `Unsent`, with the parameters that the action gave.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from drctl.aws.arguments import TELLING_NAME, is_read, request_of
from drctl.aws.sessions import AwsSessions
from drctl.model.failure import CallFailure
from drctl.ports.aws import AwsCall, AwsClients
from drctl.ports.by_hand import AwsRequest, Discretion, Notes, Secret, Unreachable, Unsent

_HANDED_OUT = {
    "secretsmanager:GetSecretValue": ("SecretString", "SecretBinary"),
    "secretsmanager:GetRandomPassword": ("RandomPassword",),
}
"""Calls that answer with a secret, and the members of the answer that hold it."""


class UnsentAccess:
    """All accounts of an environment, for looking (the AwsAccess port). `sessions` are its alone from now on.

    `endpoint_url` is where the environment sends everything; None for the endpoints of AWS.
    """

    def __init__(self, sessions: AwsSessions, endpoint_url: str | None = None) -> None:
        self._sessions, self._endpoint_url = sessions, endpoint_url
        self._notes = Notes()
        self._discretion = Discretion(self._notes, {}, lambda text: False)

    def note_in(self, notes: Notes, discretion: Discretion) -> None:
        """Note in `notes` from now on."""
        self._notes, self._discretion = notes, discretion

    def for_account(self, account: str | None, step: str | None = None) -> AwsClients:
        """Clients for looking into that account. Raises NotFound where the environment has none of it."""
        return _Clients(self, account, self._sessions.for_account(account))

    def recorded_calls(self) -> tuple[AwsCall, ...]:
        """The calls that were sent."""
        return self._sessions.recorded_calls()

    def classify(self, error: Exception) -> CallFailure | None:
        """The failure that `error` stands for."""
        return self._sessions.classify(error)

    def without_secrets(self, text: str) -> str:
        """`text` without the secrets that AWS has handed out."""
        return self._sessions.without_secrets(text)

    def watch(self, client: Any, service: str, account: str | None, endpoint: str | None) -> None:
        """Stand in the way of the calls of `client`. A client that is watched already is watched once."""
        where = self._endpoint_url or endpoint
        about = functools.partial(self._request, client, service, account, where)
        events = client.meta.events
        events.register_first(
            "provide-client-params", functools.partial(self._asked, about), unique_id=f"drctl-unsent-{id(self)}"
        )
        events.register("after-call", functools.partial(self._answered, about), unique_id=f"drctl-secrets-{id(self)}")

    def _request(
        self,
        client: Any,
        service: str,
        account: str | None,
        endpoint_url: str | None,
        operation: str,
        params: Mapping[str, Any],
    ) -> AwsRequest:
        request = request_of(client, service, operation, params, self._discretion)
        return _with(request, account=account, endpoint_url=endpoint_url)

    def _asked(self, about: Any, params: Mapping[str, Any], model: Any, context: Any, **_: Any) -> None:
        request = about(model.name, params)
        context["drctl_asked"] = request
        if not is_read(model.name):
            raise Unsent(request)
        if not _goes_on(params) and (shown := _without_value(request)) is not None:
            self._notes.add(shown)
        if self._notes.unreachable:
            raise Unreachable(self._notes.unreachable)

    def _answered(self, about: Any, parsed: Mapping[str, Any], model: Any, context: Any, **_: Any) -> None:
        asked = context.get("drctl_asked")
        service = asked.service if isinstance(asked, AwsRequest) else ""
        for field in _HANDED_OUT.get(f"{service}:{model.name}", ()):
            if field in parsed:
                self._keep(parsed[field], asked, field)
        if service == "ssm":
            for found in (parsed.get("Parameter"), *parsed.get("Parameters", ())):
                if found and found.get("Type") == "SecureString":
                    self._notes.secrets.setdefault(str(found.get("Value")), Secret())

    def _keep(self, value: Any, asked: Any, field: str) -> None:
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        self._notes.secrets[text] = Secret(source=asked, field=field)
        for key, inside in _passwords_in(text):
            self._notes.secrets.setdefault(inside, Secret(source=asked, field=field, key=key))


class _Clients:
    """Clients for looking into one account (the AwsClients port)."""

    def __init__(self, access: UnsentAccess, account: str | None, clients: AwsClients) -> None:
        self._access, self._account, self._clients = access, account, clients

    def client(self, service: str, region: str, *, flip: bool = False, endpoint: str | None = None) -> Any:
        """A client of `service` in `region` whose calls leave only where they read."""
        client = self._clients.client(service, region, flip=flip, endpoint=endpoint)
        self._access.watch(client, service, self._account, endpoint)
        return client

    def account_id(self) -> str:
        """The twelve-digit id of the account."""
        return self._clients.account_id()


def _passwords_in(text: str) -> list[tuple[str, str]]:
    """The values of a JSON object that are secret by their names, as RDS writes them beside a host and a user."""
    try:
        held = json.loads(text)
    except ValueError:
        return []
    if not isinstance(held, dict):
        return []
    return [
        (key, value) for key, value in held.items() if TELLING_NAME.search(key) and value and isinstance(value, str)
    ]


def _with(request: AwsRequest, *, account: str | None, endpoint_url: str | None) -> AwsRequest:
    return replace(request, account=account, endpoint_url=endpoint_url)


def _without_value(request: AwsRequest) -> AwsRequest | None:
    """The call as one that shows no secret; None where it shows nothing else."""
    match f"{request.service}:{request.operation}":
        case "secretsmanager:GetSecretValue":
            return replace(request, query="[VersionId,VersionStages,CreatedDate]")
        case "secretsmanager:GetRandomPassword":
            return None
    left = tuple(argument for argument in request.arguments if argument.name != "WithDecryption")
    return replace(request, arguments=left)


def _goes_on(params: Mapping[str, Any]) -> bool:
    """Whether it asks for the second page of an answer, or a later one: the command line asks for all by itself."""
    return any(name in params for name in _TOKENS)


_TOKENS = ("NextToken", "nextToken", "Marker", "ContinuationToken", "KeyMarker", "NextMarker")
"""The members by which AWS is asked for more of an answer."""
