"""Ask for an approval in a chat, too: the evidence, and a signed token for each answer.

It is done on a thread of its own. A chat that is down, refuses, or whose secrets cannot be read is told as trouble;
nothing waits for it, and approvals are given without it. Neither the channel's address, nor the key, nor a token is
in anything that is told.
"""

from __future__ import annotations

import math
import queue
import threading
from dataclasses import replace

from drctl.actions.notify.over_http import post_json
from drctl.actions.notify.telling import Delivery
from drctl.aws.secretsmanager import open_secret
from drctl.model.approval_evidence import told
from drctl.model.approval_policy import ApprovalChat
from drctl.model.approval_token import Claims, TokenInvalid, sign
from drctl.model.events import ApprovalAsked
from drctl.model.quorum import standing
from drctl.ports.aws import AwsAccess
from drctl.ports.http import HttpProbe


class ChatNotices:
    """Posts each request to one channel (the ApprovalNotices protocol)."""

    def __init__(self, chat: ApprovalChat, aws: AwsAccess, http: HttpProbe) -> None:
        self._chat, self._aws, self._http = chat, aws, http
        self._troubles: queue.SimpleQueue[str] = queue.SimpleQueue()

    def tell(self, run: str, asked: ApprovalAsked) -> None:
        # A daemon: a chat that does not answer must not keep a run from ending.
        threading.Thread(target=self._tell, args=(run, asked), name="approval-chat", daemon=True).start()

    def troubles(self) -> tuple[str, ...]:
        found = []
        while True:
            try:
                found.append(self._troubles.get_nowait())
            except queue.Empty:
                return tuple(found)

    def _tell(self, run: str, asked: ApprovalAsked) -> None:
        delivery = self._delivered(run, asked)
        if not delivery.delivered:
            asked_for = f"the approval of {asked.step} could not be asked for in the chat"
            self._troubles.put(f"{asked_for}: {delivery.fact}; it can be given without: drctl approve")

    def _delivered(self, run: str, asked: ApprovalAsked) -> Delivery:
        try:
            secrets = self._aws.for_account(self._chat.account).client("secretsmanager", self._chat.region)
            key = open_secret(secrets, self._chat.signing_secret).value.encode()
            url = open_secret(secrets, self._chat.webhook_secret).value
            return post_json(self._http, url, {"text": message(run, asked, key, self._chat.link)})
        except TokenInvalid as error:
            return Delivery(False, str(error))
        except Exception as error:
            failure = self._aws.classify(error)
            # Of an error that nobody foresaw only its kind is told: its words may quote what must not be told.
            return Delivery(False, self._aws.without_secrets(str(failure)) if failure else type(error).__name__)


def message(run: str, asked: ApprovalAsked, key: bytes, link: str | None) -> str:
    """What a channel is shown (Slack documentation, "Formatting message text")."""
    lines = [
        f"*Approval needed*: {asked.step}, role {asked.role}, run {run}",
        *(f"• {line}" for line in told(asked.evidence)),
        *standing(asked, ()),
        f"evidence {asked.sha256[:12]}",
    ]
    return "\n".join([*map(_escaped, lines), *_ways(run, asked, key, link)])


def tokens(run: str, asked: ApprovalAsked, key: bytes) -> tuple[str, str]:
    """The token that approves, and the one that rejects."""
    yes = Claims(
        run=run,
        step=asked.step,
        epoch=asked.epoch,
        sha256=asked.sha256,
        approved=True,
        until=math.floor(asked.until.timestamp()) if asked.until is not None else None,
    )
    return sign(yes, key), sign(replace(yes, approved=False), key)


def _ways(run: str, asked: ApprovalAsked, key: bytes, link: str | None) -> list[str]:
    yes, no = tokens(run, asked, key)
    if link is not None:
        # Behind the `#`, which browsers keep to themselves: no server on the way logs it.
        return [f"<{link}#token={yes}|Approve>  <{link}#token={no}|Reject>"]
    by = "--by NAME --token -"
    return [
        f"`drctl approve {run} {asked.step} {by}` takes this token: `{yes}`",
        f"`drctl reject {run} {asked.step} {by}` takes this token: `{no}`",
    ]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
