"""Check that a name leads where it should: by the zone's own name servers, and by resolvers that customers use.

The machine's own resolver proves little: it may have kept an old answer, or be the only one
that has the new one. So each server is asked by itself, and all of them have to agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from drctl.actions.checks.dns_sight import Seen, look
from drctl.actions.parameters import CLOSED, Duration
from drctl.actions.read_only import ReadOnly
from drctl.model.decision import Decision, Done, Wait
from drctl.model.duration import format_duration
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, StepContext
from drctl.ports.dns import DnsAnswer

FAILURES = {
    "dns": "its own name does not resolve",
    "connect": "no connection",
    "timeout": "no answer in time",
    "protocol": "what answers does not speak DNS",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    name: Annotated[str, Field(min_length=3, max_length=254, pattern=r"^[^\s/:]+\.[^\s/:]+$")]
    type: Literal["A", "AAAA", "CNAME", "TXT", "MX", "NS", "CAA"] = "A"
    expect: tuple[str, ...] = ()
    """All the values that must be answered, in any order; texts with their quotation marks."""
    alias_target: str | None = None
    """In place of `expect`, the name of a load balancer: the answer is what that name resolves to."""
    authoritative: bool = True
    """Whether the zone's own name servers are asked."""
    name_servers: tuple[str, ...] = ()
    """The zone's name servers, `host` or `host:port`; if left out they are looked up."""
    resolvers: tuple[str, ...] = ()
    """Resolvers to ask as well, such as 1.1.1.1 and 8.8.8.8."""
    max_ttl: Duration | None = None
    """No answer may be kept for longer than that."""
    consecutive: Annotated[int, Field(ge=1, le=100)] = 1
    every: Duration = timedelta(seconds=20)

    def __post_init__(self) -> None:
        if bool(self.expect) == (self.alias_target is not None):
            raise ValueError("give either `expect` or `alias_target`")
        if self.alias_target is not None and self.type not in ("A", "AAAA"):
            raise ValueError("`alias_target` is compared by its addresses: `type` is A or AAAA")
        if not self.authoritative and not self.resolvers:
            raise ValueError("without `authoritative`, `resolvers` says whom to ask")


class CheckDns(ReadOnly):
    """Holds once every server, `consecutive` times in a row, answered as wanted; until then the step waits.

    `ttl_s` is how long an answer that was given now may still be kept somewhere.
    """

    spec = ActionSpec(
        kind="check.dns",
        summary="Check that every name server and resolver answers a name as it should",
        params=Params,
        outputs={"values": ValueKind.LIST, "ttl_s": ValueKind.INTEGER, "servers": ValueKind.INTEGER},
        expect=timedelta(minutes=2),
        deadline=timedelta(minutes=30),
        example="""\
- id: everybody-is-led-to-ireland
  uses: check.dns
  with:
    name: api.amply.example
    alias_target: amply-prod-1234567890.eu-west-1.elb.amazonaws.com
    resolvers: [1.1.1.1, 8.8.8.8, 9.9.9.9]
    max_ttl: 60s
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        return look(
            ctx.probes.dns,
            name=params.name,
            type_=params.type,
            alias_target=params.alias_target,
            authoritative=params.authoritative,
            name_servers=params.name_servers,
            resolvers=params.resolvers,
        )

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if seen.problem:
            return Wait(f"{params.name} to be answered: {seen.problem}", again_in=params.every)
        faults = [told for server, answer in seen.answers.items() if (told := _fault(params, seen, server, answer))]
        if faults:
            count = f"; {len(faults)} of {len(seen.answers)} servers are not there yet" if len(faults) > 1 else ""
            return Wait(f"{params.name} {params.type} to be answered as it should: {faults[0]}{count}", params.every)
        because = f"all {len(seen.answers)} servers answer {params.name} as they should"
        return Done(because, looks=params.consecutive, apart=params.every)

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        values = sorted({value for answer in seen.answers.values() for value in answer.values})
        ttl = max((answer.ttl or 0 for answer in seen.answers.values()), default=0)
        through = f", which is {params.alias_target}" if params.alias_target else ""
        return Evidence.of(
            f"{len(seen.answers)} servers answer {', '.join(values) or through[2:]} for {params.name}"
            f"{through if values else ''}, to be kept for {ttl} s at most",
            outputs={"values": values, "ttl_s": ttl, "servers": len(seen.answers)},
        )


def _fault(params: Params, seen: Seen, server: str, answer: DnsAnswer) -> str:
    if answer.failure:
        return f"{server}: {FAILURES.get(answer.failure, answer.failure)} ({answer.detail})"
    if answer.code != "NOERROR":
        return f"{server} answers {answer.code}"
    told = f"{server} answers {', '.join((*answer.aliases, *answer.values)) or 'nothing'}"
    if params.alias_target is not None:
        if not seen.leads_to_target(params.alias_target, answer):
            return f"{told}, which is not {params.alias_target}"
    elif {_plain(value) for value in answer.values} != {_plain(value) for value in params.expect}:
        return f"{told}, not {', '.join(params.expect)}"
    if params.max_ttl is not None and (answer.ttl or 0) > params.max_ttl.total_seconds():
        return f"{server} lets its answer be kept for {answer.ttl} s, more than {format_duration(params.max_ttl)}"
    return ""


def _plain(value: str) -> str:
    return value if value.startswith('"') else value.rstrip(".").lower()
