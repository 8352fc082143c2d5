"""What an environment asks of approvals: how many, by whom, for how long, and where else they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

EXPIRES = timedelta(minutes=10)
"""How long a request stands, where nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalChat:
    """A channel in which approvals are asked for, too. Where it is down, nothing waits for it."""

    webhook_secret: str
    """The name of the secret that holds the channel's URL."""
    signing_secret: str
    """The name of the secret whose value signs the tokens: 32 characters or more."""
    region: str
    """That of both secrets: one that is there when it is needed."""
    account: str | None = None
    """That of both secrets; the default account, if left out."""
    link: str | None = None
    """The https URL of a page that takes a token behind `#token=`. Without it the message shows what to type."""
    hands_in: tuple[str, ...] = ()
    """As whom that page runs `drctl approve`: `user@host`. Anybody else hands in one token at most, his own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPolicy:
    quorum: int = 1
    """How many different people have to approve, at the least. A step's own `approvers` counts where it is larger."""
    expires: timedelta = EXPIRES
    """How long a request stands. One that nobody has answered by then is held: it never means yes."""
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Who may answer for a role (`user@host`, or `user` for every host). A role that is not here is open to all."""
    initiator_may_approve: bool = False
    """Whether the answer of whoever began a recovery counts."""
    chat: ApprovalChat | None = None
    """Where approvals are asked for besides the terminal and `drctl status`."""
