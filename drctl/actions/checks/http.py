"""Check over HTTP that customers would be served: status, content and latency, several times in a row.

The check only ever looks. It asks by the real name, even where `connect_to` leads it
to a load balancer that no record points to yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from drctl.actions.checks.answer import find_fault, milliseconds, seen_in, seen_of_certificate
from drctl.actions.checks.authorization import AuthorizationSecret, NoSuchSecret, read_secret, without
from drctl.actions.checks.expected_json import ExpectedJson
from drctl.actions.parameters import CLOSED, Duration, without_password
from drctl.actions.read_only import ReadOnly
from drctl.actions.secrets.permissions import opening
from drctl.model.decision import Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext
from drctl.ports.http import HttpAnswer, HttpRequest

SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key"})


def _http_url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError(f"expected a URL such as https://api.example.org/health, got {text!r}")
    return without_password(text)


def _plain_header(name: str) -> str:
    if name.lower() in SECRET_HEADERS:
        raise ValueError(f"{name} would put a secret into the runbook and the journal; use `authorization_secret`")
    if name.lower() == "host":
        raise ValueError("the Host header is the URL's own; use `connect_to` to choose what is dialled")
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    __pydantic_config__ = CLOSED

    min_days: Annotated[int, Field(ge=0, le=825)] = 14
    """The certificate has to be valid for longer than that from now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    url: Annotated[str, AfterValidator(_http_url)]
    method: Literal["GET", "HEAD", "OPTIONS"] = "GET"
    """Only methods that change nothing: a look may be repeated at any time."""
    headers: Mapping[Annotated[str, AfterValidator(_plain_header)], str] = field(default_factory=dict)
    connect_to: str | None = None
    """A host, or host:port, that is dialled in place of the URL's; Host and SNI stay the URL's."""
    status: Annotated[int, Field(ge=100, le=599)] = 200
    json: ExpectedJson = field(default_factory=dict)
    """Path into the JSON body → the value that must be there, or limits for a number: `at_least`, `at_most`, `equals`,
    each widened by `within`."""
    response_headers: Mapping[str, str] = field(default_factory=dict)
    """Header of the answer → the value that it must have."""
    tls: Tls | None = None
    """Whether the certificate lasts. That it is trusted and names the host is always required of an https URL."""
    authorization_secret: AuthorizationSecret | None = None
    """A secret that is sent as the Authorization header, and shown nowhere."""
    contains: str | None = None
    max_latency: Duration | None = None
    consecutive: Annotated[int, Field(ge=1, le=100)] = 1
    every: Duration = timedelta(seconds=20)

    def __post_init__(self) -> None:
        if self.url.startswith("https://"):
            return
        if self.tls is not None:
            raise ValueError("`tls` needs an https URL")
        if self.authorization_secret is not None:
            raise ValueError("`authorization_secret` needs an https URL: anybody on the way could read it")


class CheckHttp(ReadOnly):
    """Holds once `consecutive` answers in a row, `every` apart, were as wanted; until then the step waits."""

    spec = ActionSpec(
        kind="check.http",
        summary="Check over HTTP that a service answers as it should",
        params=Params,
        outputs={"status": ValueKind.INTEGER, "latency_ms": ValueKind.INTEGER},
        expect=timedelta(minutes=1),
        deadline=timedelta(minutes=15),
        operations=("secretsmanager:GetSecretValue",),
        example="""\
- id: api-serves
  uses: check.http
  with:
    url: https://api.amply.example/health/deep
    connect_to: amply-prod.eu-west-1.elb.amazonaws.com
    json: { status: ok, region: eu-west-1 }
    max_latency: 2s
    consecutive: 3
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> HttpAnswer:
        request = HttpRequest(
            url=params.url,
            method=params.method,
            connect_to=params.connect_to,
            headers=params.headers,
            timeout=max(timedelta(seconds=10), params.max_latency or timedelta(0)),
        )
        if params.authorization_secret is None:
            return ctx.probes.http.fetch(request)
        try:
            secret = read_secret(params.authorization_secret, ctx)
        except NoSuchSecret as error:
            return HttpAnswer(status=0, failure="secret", detail=str(error))
        sent = {"Authorization": f"{params.authorization_secret.prefix}{secret}"}
        return without(secret, ctx.probes.http.fetch(replace(request, secret_headers=sent)))

    def decide(self, params: Params, seen: HttpAnswer, past: Past) -> Decision:
        if seen.failure == "secret":
            return Refuse(seen.detail, "put the secret there, or correct `authorization_secret`")
        if fault := find_fault(params, seen):
            return Wait(f"{params.url} to answer as it should: {fault}", again_in=params.every)
        return Done(f"{params.url} answers {seen.status}", looks=params.consecutive, apart=params.every)

    def verify(self, params: Params, seen: HttpAnswer, past: Past, ctx: StepContext) -> Evidence:
        # The answer that was just judged is the evidence; asking once more would only show another one.
        latency = milliseconds(seen.took)
        through = f" through {params.connect_to}" if params.connect_to else ""
        times = f", {params.consecutive} times in a row" if params.consecutive > 1 else ""
        found = seen_in(params.json, seen.body)
        certificate = seen_of_certificate(params.tls, seen)
        return Evidence.of(
            f"{params.url}{through} answered {seen.status} in {latency} ms{found}{times}{certificate}",
            outputs={"status": seen.status, "latency_ms": latency},
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        wanted = params.authorization_secret
        if wanted is None:
            return ()
        return opening(wanted.region, account, wanted.name, why="authorize the check")
