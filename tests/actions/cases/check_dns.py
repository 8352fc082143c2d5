"""check.dns"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from drctl.actions.checks.dns_sight import Seen
from drctl.ports.dns import DnsAnswer, DnsQuestion
from drctl.testing.outside import no_probes
from tests.actions.cases.check_http import NOTHING_MADE, WAITED_FOR, plant
from tests.actions.laws import Case, Live, Sight, Sightings

NAME = "api.amply.example"
BALANCER = "amply-prod-1.eu-west-1.elb.amazonaws.com"
SERVERS = ("ns-1.awsdns-01.org", "ns-2.awsdns-02.net")
RESOLVER = "198.51.100.53"
ADDRESSES = ("198.51.100.7", "203.0.113.9")
HERE = DnsAnswer(code="NOERROR", values=ADDRESSES, ttl=60, authoritative=True)
KEPT = replace(HERE, ttl=17, authoritative=False)
FAILURES = ("dns", "connect", "timeout", "protocol", "levitation")


class Answering:
    """Answers by the name, the type and the server that is asked; nobody else has anything to say."""

    def __init__(self, answers: Mapping[tuple[str, str, str | None], DnsAnswer]) -> None:
        self.answers = answers
        self.asked: list[DnsQuestion] = []

    def ask(self, question: DnsQuestion) -> DnsAnswer:
        self.asked.append(question)
        return self.answers.get((question.name, question.type, question.server), DnsAnswer(code="NXDOMAIN"))


WORLD: Mapping[tuple[str, str, str | None], DnsAnswer] = {
    ("amply.example", "NS", RESOLVER): DnsAnswer(code="NOERROR", values=SERVERS, ttl=300),
    **{(NAME, "A", server): HERE for server in SERVERS},
    (NAME, "A", RESOLVER): KEPT,
    (BALANCER, "A", RESOLVER): KEPT,
}


def seen(**changes: DnsAnswer) -> Sight:
    """Everybody answers as wanted, but the first name server or the resolver."""
    answers = {SERVERS[0]: changes.get("server", HERE), SERVERS[1]: HERE, RESOLVER: changes.get("resolver", KEPT)}
    return Sight(Seen(answers=answers, target=frozenset(ADDRESSES)))


CASES = (
    Case(
        kind="check.dns",
        params={
            "name": NAME,
            "alias_target": BALANCER,
            "resolvers": [RESOLVER],
            "max_ttl": "60s",
            "consecutive": 2,
        },
        sees=Sightings(
            settling={
                **{kind: seen(server=DnsAnswer(failure=kind, detail="said the network")) for kind in FAILURES},
                "a resolver that has kept the old address": seen(resolver=replace(KEPT, values=("192.0.2.1",))),
                "a server that has not heard of it": seen(server=DnsAnswer(code="NXDOMAIN")),
                "an answer of nothing": seen(server=replace(HERE, values=())),
                "one address too many": seen(server=replace(HERE, values=(*ADDRESSES, "192.0.2.1"))),
                "another name on the way": seen(server=replace(HERE, values=(), aliases=("old.example",))),
                "kept for too long": seen(server=replace(HERE, ttl=61)),
                "no name servers": Sight(Seen(problem="the name servers of its zone cannot be found")),
            },
            there={
                "as wanted": seen(),
                "one of the addresses": seen(resolver=replace(KEPT, values=ADDRESSES[:1])),
                "the balancer's name": seen(server=replace(HERE, values=(), aliases=(f"dualstack.{BALANCER}",))),
            },
            undo_over={"as wanted": seen()},
        ),
        live=Live(plant=plant, probes=replace(no_probes(), dns=Answering(WORLD))),
        exempt={
            "absent": NOTHING_MADE,
            "dead_end": WAITED_FOR,
            "unknown": WAITED_FOR,
            "foreign": NOTHING_MADE,
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
        },
    ),
)
