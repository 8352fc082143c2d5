"""Probes for looking only: questions are noted and asked, and whatever would write is kept from leaving."""

from __future__ import annotations

from dataclasses import replace

from drctl.model.password import Password
from drctl.ports.by_hand import Discretion, HttpAsked, Notes, Pieces, Secret, StoreAsked, Unsent
from drctl.ports.dns import DnsAnswer, DnsProbe, DnsQuestion
from drctl.ports.http import HttpAnswer, HttpProbe, HttpRequest
from drctl.ports.postgres import PostgresAnswer, PostgresProbe, PostgresQuestion
from drctl.ports.probes import Probes
from drctl.ports.redis import RedisAnswer, RedisProbe, RedisQuestion

_LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})


def unsent_probes(probes: Probes, notes: Notes, discretion: Discretion) -> Probes:
    """`probes`, for looking: what is asked is noted in `notes`."""
    return Probes(
        http=_Http(probes.http, notes, discretion),
        postgres=_Postgres(probes.postgres, notes),
        redis=_Redis(probes.redis, notes),
        dns=_Dns(probes.dns, notes),
    )


class _Http:
    def __init__(self, probe: HttpProbe, notes: Notes, discretion: Discretion) -> None:
        self._probe, self._notes, self._discretion = probe, notes, discretion

    def fetch(self, request: HttpRequest) -> HttpAnswer:
        """The answer, where asking changes nothing; raises Unsent where it would."""
        asked = self._told(request)
        if request.method.upper() not in _LOOKS:
            raise Unsent(asked)
        self._notes.add(asked)
        return self._probe.fetch(request)

    def _told(self, request: HttpRequest) -> HttpAsked:
        pieces = self._discretion.pieces
        secret = [(name, _surely_hidden(pieces(value))) for name, value in request.secret_headers.items()]
        return HttpAsked(
            method=request.method.upper(),
            url=pieces(request.url),
            headers=(*((name, pieces(value)) for name, value in request.headers.items()), *secret),
            body=pieces(request.body.decode("utf-8", "replace")),
            connect_to=request.connect_to,
            timeout_s=max(int(request.timeout.total_seconds()), 1),
        )


class _Postgres:
    def __init__(self, probe: PostgresProbe, notes: Notes) -> None:
        self._probe, self._notes = probe, notes

    def ask(self, question: PostgresQuestion) -> PostgresAnswer:
        """The answer to all that reads."""
        known = _known(self._notes, question.password)
        self._notes.add(StoreAsked(question=replace(question, password=None), password=known))
        self._notes.untried |= question.writable
        return self._probe.ask(replace(question, writable=False))


class _Redis:
    def __init__(self, probe: RedisProbe, notes: Notes) -> None:
        self._probe, self._notes = probe, notes

    def ask(self, question: RedisQuestion) -> RedisAnswer:
        """The answer to all that reads."""
        known = _known(self._notes, question.password)
        self._notes.add(StoreAsked(question=replace(question, password=None), password=known))
        self._notes.untried |= question.write_key is not None
        return self._probe.ask(replace(question, write_key=None))


def _surely_hidden(value: Pieces) -> Pieces:
    """Where nobody knows which part of a secret header is the secret, all of it is."""
    return value if any(isinstance(piece, Secret) for piece in value) else (Secret(),)


def _known(notes: Notes, password: Password | None) -> Secret | None:
    return None if password is None else notes.secrets.get(password.text, Secret())


class _Dns:
    def __init__(self, probe: DnsProbe, notes: Notes) -> None:
        self._probe, self._notes = probe, notes

    def ask(self, question: DnsQuestion) -> DnsAnswer:
        """The answer; a question of DNS changes nothing."""
        self._notes.add(question)
        return self._probe.ask(question)
