"""What an environment's `approvals` may say, and what could never be met."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

from drctl.loading.referee import Referee
from drctl.loading.shapes import GAP
from drctl.loading.yaml_source import Path
from drctl.model.approval_policy import ApprovalChat, ApprovalPolicy
from drctl.model.environment import Environment
from drctl.model.quorum import different_people
from drctl.model.region import parse_region

_AT: Path = ("approvals",)
_PERSON = re.compile(r"[^\s@,]{1,64}(?:@[^\s@,]{1,253})?")
_SECRET = re.compile(r"[A-Za-z0-9/_+=.@:-]{1,512}")
"""A secret's name or ARN (AWS Secrets Manager API Reference, CreateSecret)."""
_MOST = 20


def check_approvals(referee: Referee, environment: Environment) -> None:
    """Note everything that is wrong with `approvals`."""
    policy = environment.approvals
    if not 1 <= policy.quorum <= _MOST:
        referee.wrong((*_AT, "quorum"), f"expected 1 to {_MOST} people")
    if not timedelta(minutes=1) <= policy.expires <= timedelta(hours=24):
        referee.wrong((*_AT, "expires"), "expected 1m to 24h")
    for role, listed in policy.roles.items():
        _check_role(referee, policy, role, listed)
    if policy.chat is not None:
        _check_chat(referee, environment, policy.chat)


def _check_role(referee: Referee, policy: ApprovalPolicy, role: str, listed: tuple[str, ...]) -> None:
    at: Path = (*_AT, "roles", role)
    _check_people(referee, at, listed)
    different = different_people(listed)
    if 1 <= policy.quorum <= _MOST and different < policy.quorum:
        who = "nobody" if not listed else f"{different} different"
        referee.wrong(at, f"has {who}, and {policy.quorum} have to approve: it could never be met")


def _check_people(referee: Referee, at: Path, people: tuple[str, ...]) -> None:
    for index, person in enumerate(people):
        if person != GAP and _PERSON.fullmatch(person) is None:
            referee.wrong((*at, index), f"expected a person such as anna@ops1, got {person!r}")
        elif person in people[:index]:
            referee.wrong((*at, index), f"{person!r} is here twice")


def _check_chat(referee: Referee, environment: Environment, chat: ApprovalChat) -> None:
    at: Path = (*_AT, "chat")
    for key, name in (("webhook_secret", chat.webhook_secret), ("signing_secret", chat.signing_secret)):
        if name != GAP and _SECRET.fullmatch(name) is None:
            # Not repeated: whoever takes this for the place of the secret itself would find it in a message.
            referee.wrong((*at, key), "expected the name of a secret in Secrets Manager, such as amply/prod/approvals")
    if chat.signing_secret == chat.webhook_secret != GAP:
        referee.wrong((*at, "signing_secret"), "is the webhook's secret: what signs has to be one of its own")
    if chat.region != GAP:
        try:
            parse_region(chat.region)
        except ValueError as error:
            referee.wrong((*at, "region"), str(error))
    referee.refer((*at, "account"), chat.account, "account", environment.accounts, ("accounts",))
    _check_people(referee, (*at, "hands_in"), chat.hands_in)
    if chat.link not in (None, GAP):
        _check_link(referee, (*at, "link"), str(chat.link))


def _check_link(referee: Referee, at: Path, link: str) -> None:
    if "@" in link:
        referee.wrong(at, "has a user or a password in it, which would be recorded; leave them out")
        return
    try:
        parts = urlsplit(link)
        fine = parts.scheme == "https" and bool(parts.hostname) and not set("#<>|") & set(link) and link.isprintable()
    except ValueError:
        fine = False
    if not fine or " " in link:
        referee.wrong(at, f"expected a URL such as https://approve.example/answer, without #, got {link!r}")
