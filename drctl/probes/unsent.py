"""Probes for looking only: questions are noted and asked, and whatever would write is kept from leaving."""

from __future__ import annotations

from dataclasses import replace

from drctl.ports.by_hand import Notes, Unsent
from drctl.ports.dns import DnsAnswer, DnsProbe, DnsQuestion
from drctl.ports.http import HttpAnswer, HttpProbe, HttpRequest
from drctl.ports.postgres import PostgresAnswer, PostgresProbe, PostgresQuestion
from drctl.ports.probes import Probes
from drctl.ports.redis import RedisAnswer, RedisProbe, RedisQuestion

_LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})


def unsent_probes(probes: Probes, notes: Notes) -> Probes:
    """`probes`, for looking: what is asked is noted in `notes`."""
    return Probes(
        http=_Http(probes.http, notes),
        postgres=_Postgres(probes.postgres, notes),
        redis=_Redis(probes.redis, notes),
        dns=_Dns(probes.dns, notes),
    )


class _Http:
    def __init__(self, probe: HttpProbe, notes: Notes) -> None:
        self._probe, self._notes = probe, notes

    def fetch(self, request: HttpRequest) -> HttpAnswer:
        """The answer, where asking changes nothing; raises Unsent where it would."""
        if request.method.upper() not in _LOOKS:
            raise Unsent(request)
        self._notes.add(request)
        return self._probe.fetch(request)


class _Postgres:
    def __init__(self, probe: PostgresProbe, notes: Notes) -> None:
        self._probe, self._notes = probe, notes

    def ask(self, question: PostgresQuestion) -> PostgresAnswer:
        """The answer to all that reads."""
        self._notes.add(question)
        self._notes.untried |= question.writable
        return self._probe.ask(replace(question, writable=False))


class _Redis:
    def __init__(self, probe: RedisProbe, notes: Notes) -> None:
        self._probe, self._notes = probe, notes

    def ask(self, question: RedisQuestion) -> RedisAnswer:
        """The answer to all that reads."""
        self._notes.add(question)
        self._notes.untried |= question.write_key is not None
        return self._probe.ask(replace(question, write_key=None))


class _Dns:
    def __init__(self, probe: DnsProbe, notes: Notes) -> None:
        self._probe, self._notes = probe, notes

    def ask(self, question: DnsQuestion) -> DnsAnswer:
        """The answer; a question of DNS changes nothing."""
        self._notes.add(question)
        return self._probe.ask(question)
