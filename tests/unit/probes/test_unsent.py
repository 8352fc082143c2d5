"""Probes for looking ask what reads, note everything, and send nothing that writes."""

from __future__ import annotations

from typing import Any

import pytest

from drctl.model.password import Password
from drctl.ports.by_hand import Discretion, HttpAsked, Notes, Secret, StoreAsked, Unreachable, Unsent
from drctl.ports.dns import DnsQuestion
from drctl.ports.http import HttpAnswer, HttpRequest
from drctl.ports.postgres import PostgresAnswer, PostgresQuestion
from drctl.ports.probes import Probes
from drctl.ports.redis import RedisAnswer, RedisQuestion
from drctl.probes.unsent import unsent_probes

POSTGRES = PostgresQuestion(
    host="db.example", database="amply", user="check", password=Password("hunter2"), writable=True
)
REDIS = RedisQuestion(host="cache.example", write_key="drctl:check")


class Asked:
    """Every probe in one: it keeps what reaches it."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def fetch(self, request: HttpRequest) -> HttpAnswer:
        self.asked.append(request)
        return HttpAnswer(status=200)

    def ask(self, question: Any) -> Any:
        self.asked.append(question)
        return RedisAnswer() if isinstance(question, RedisQuestion) else PostgresAnswer()


def looking(notes: Notes) -> tuple[Probes, Asked]:
    behind: Any = Asked()
    probes = Probes(http=behind, postgres=behind, redis=behind, dns=behind)
    return unsent_probes(probes, notes, Discretion(notes, {}, lambda text: False)), behind


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "post"])
def test_a_request_that_may_change_something_does_not_leave(method: str) -> None:
    probes, behind = looking(Notes())
    with pytest.raises(Unsent) as kept:
        probes.http.fetch(HttpRequest(url="https://hooks.example/x", method=method, body=b"hello"))
    assert kept.value.request == HttpAsked(
        method=method.upper(), url=("https://hooks.example/x",), body=("hello",), timeout_s=10
    )
    assert behind.asked == []


def test_a_request_that_reads_is_sent_and_noted_with_its_secret_header_left_out() -> None:
    notes = Notes()
    probes, behind = looking(notes)
    probes.http.fetch(HttpRequest(url="https://api.example/", secret_headers={"Authorization": "Bearer hunter2"}))
    assert len(behind.asked) == 1
    assert notes.asked == [
        HttpAsked(method="GET", url=("https://api.example/",), headers=(("Authorization", (Secret(),)),), timeout_s=10)
    ]


def test_stores_are_asked_without_what_writes_and_noted_without_the_password() -> None:
    notes = Notes()
    probes, behind = looking(notes)
    probes.postgres.ask(POSTGRES)
    probes.redis.ask(REDIS)
    assert [getattr(one, "writable", None) or getattr(one, "write_key", None) for one in behind.asked] == [None, None]
    assert behind.asked[0].password == POSTGRES.password
    assert notes.untried
    noted = [one for one in notes.asked if isinstance(one, StoreAsked)]
    assert [one.question.password for one in noted] == [None, None]
    assert [one.password for one in noted] == [Secret(), None]


def test_where_the_world_is_gone_nothing_is_asked_and_everything_is_noted() -> None:
    notes = Notes(unreachable="the world is gone")
    probes, behind = looking(notes)
    question = DnsQuestion(name="api.example")
    with pytest.raises(Unreachable, match="the world is gone"):
        probes.dns.ask(question)
    assert notes.asked == [question]
    assert behind.asked == []
