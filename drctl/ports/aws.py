"""AWS as an action sees it: clients of a named service and Region, in the account of its step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from drctl.model.failure import CallFailure


class AwsClients(Protocol):
    """Clients for one account. Region is always explicit; nothing is read from the surroundings."""

    def client(self, service: str, region: str, *, flip: bool = False, endpoint: str | None = None) -> Any:
        """A client of `service` in `region`.

        With `flip` the SDK sends each call once only: for calls that change things again when repeated.
        `endpoint` is for services that give every customer an address of his own; where the environment names
        an endpoint for everything, as the simulated one does, calls go there all the same.
        """

    def account_id(self) -> str:
        """The twelve-digit id of the account these clients act in."""


@dataclass(frozen=True, slots=True)
class AwsCall:
    """One call as it left: where to, what answered."""

    service: str
    operation: str
    region: str
    request_id: str = ""
    failed: str = ""


class AwsAccess(Protocol):
    """All accounts of an environment."""

    def for_account(self, account: str | None, step: str | None = None) -> AwsClients:
        """Clients for the account of that name; for the environment's own where it is None.

        What `step` does with them may be told apart from what others do, in CloudTrail.
        """

    def recorded_calls(self) -> tuple[AwsCall, ...]:
        """The calls that this thread has made since it last asked."""

    def classify(self, error: Exception) -> CallFailure | None:
        """The failure that `error` stands for; None where it is not an answer of AWS but a bug."""

    def without_secrets(self, text: str) -> str:
        """`text` without the secrets that AWS has handed out: what an exception says may quote one."""
