"""A chat is told what is asked, and nothing of its secrets is told to anybody else; whatever is wrong with it, the run
hears of it and goes on."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from drctl.actions.notify.approval_chat import ChatNotices, message, tokens
from drctl.model.approval_policy import ApprovalChat
from drctl.model.approval_token import verified
from drctl.model.events import ApprovalAsked
from drctl.ports.http import HttpAnswer, HttpRequest

AT = datetime(2026, 11, 14, 3, tzinfo=UTC)
KEY = "k" * 40
URL = "https://hooks.example/very-secret"
ASKED = ApprovalAsked(
    at=AT,
    step="ok",
    role="commander",
    evidence={"steps": [{"step": "check", "fact": "<b> & more", "outputs": {}}], "loss_s": {"postgres": 2400.0}},
    sha256="a" * 64,
    until=AT + timedelta(minutes=10, microseconds=7),
)
CHAT = ApprovalChat(webhook_secret="url", signing_secret="key", region="eu-west-1")


class Secrets:
    """Secrets Manager, and the account that it is in."""

    def __init__(self, **values: str) -> None:
        self._values = values

    def for_account(self, account: str | None, step: str | None = None) -> Any:
        return self

    def client(self, service: str, region: str, **_: Any) -> Any:
        assert (service, region) == ("secretsmanager", "eu-west-1")
        return self

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803 - as AWS calls it
        return {"SecretString": self._values[SecretId]}

    def classify(self, error: Exception) -> None:
        return None

    def without_secrets(self, text: str) -> str:
        return text


class Channel:
    def __init__(self, status: int = 200, failure: str = "", raises: Exception | None = None) -> None:
        self._answer, self._raises = HttpAnswer(status=status, failure=failure), raises
        self.requests: list[HttpRequest] = []

    def fetch(self, request: HttpRequest) -> HttpAnswer:
        self.requests.append(request)
        if self._raises is not None:
            raise self._raises
        return self._answer


def troubles(secrets: Any, channel: Any, asked: ApprovalAsked = ASKED) -> tuple[str, ...]:
    notices = ChatNotices(CHAT, secrets, channel)
    notices.tell("dr-1", asked)
    for thread in threading.enumerate():
        if thread.name == "approval-chat":
            thread.join(10)
    return notices.troubles()


def test_a_channel_is_shown_the_evidence_and_one_token_for_each_answer() -> None:
    channel = Channel()
    assert troubles(Secrets(url=URL, key=KEY), channel) == ()
    (request,) = channel.requests
    text = request.body.decode()
    assert request.url == URL
    for shown in ("&lt;b&gt; &amp; more", "predicted loss of postgres: 40m", "drctl approve dr-1 ok", "drctl reject"):
        assert shown in text
    for token, approves in zip(tokens("dr-1", ASKED, KEY.encode()), (True, False), strict=True):
        assert token in text
        claims = verified(token, KEY.encode(), AT)
        assert (claims.run, claims.step, claims.epoch, claims.sha256) == ("dr-1", "ok", 1, "a" * 64)
        assert claims.approved is approves
    assert KEY not in text


def test_a_page_is_given_its_tokens_where_no_server_logs_them() -> None:
    text = message("dr-1", ASKED, KEY.encode(), "https://approve.example/answer")
    assert text.count("<https://approve.example/answer#token=") == 2


@pytest.mark.parametrize(
    ("secrets", "channel"),
    [
        (Secrets(), Channel()),
        (Secrets(url=URL, key="short"), Channel()),
        (Secrets(url="http://plain.example/very-secret", key=KEY), Channel()),
        (Secrets(url=URL, key=KEY), Channel(status=503)),
        (Secrets(url=URL, key=KEY), Channel(status=0, failure="timeout")),
        (Secrets(url=URL, key=KEY), Channel(raises=RuntimeError(f"POST {URL} with {KEY}"))),
    ],
    ids=["no secrets", "a short key", "no https", "refuses", "no answer", "a bug"],
)
def test_whatever_is_wrong_is_told_once_without_a_secret_and_raises_nothing(secrets: Any, channel: Any) -> None:
    (told,) = troubles(secrets, channel)
    assert told.startswith("the approval of ok could not be asked for in the chat: ")
    assert "very-secret" not in told
    assert KEY not in told


def test_a_request_that_does_not_expire_has_tokens_that_do_not() -> None:
    yes, _ = tokens("dr-1", replace(ASKED, until=None), KEY.encode())
    assert verified(yes, KEY.encode(), AT + timedelta(days=900)).until is None


def test_to_tell_never_waits_for_a_chat_that_does_not_answer() -> None:
    begun, answers = threading.Event(), threading.Event()

    class Slow(Channel):
        def fetch(self, request: HttpRequest) -> HttpAnswer:
            begun.set()
            answers.wait(10)
            return super().fetch(request)

    notices = ChatNotices(CHAT, Secrets(url=URL, key=KEY), Slow())  # type: ignore[arg-type]
    notices.tell("dr-1", ASKED)
    assert begun.wait(10)
    assert notices.troubles() == ()
    answers.set()
