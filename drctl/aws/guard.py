"""The guard: nothing is changed in an account, a Region or an environment that was not meant.

What decides is what AWS says of these credentials, not what a profile is called. It is asked before a run, with each
new set of credentials, and again where the answer has grown old; what it was is compared before every change.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from drctl.aws.caller import IAM_REGION, NO_ANSWER, Caller, read_aliases, read_caller
from drctl.aws.client_config import SIGNED_IN_US_EAST_1
from drctl.aws.credentials import Account
from drctl.aws.failures import classify
from drctl.aws.ssm import find_parameter
from drctl.errors import GuardRefused

GOOD_FOR = timedelta(minutes=1)
"""How old what AWS has said may be when something is changed."""
_EVERYWHERE = SIGNED_IN_US_EAST_1 | {"route53-recovery-cluster", "route53-recovery-control-config"}
"""Services whose calls go where their endpoint happens to be, and change something for all Regions."""
_ROUTES = frozenset({("s3control", "SubmitMultiRegionAccessPointRoutes")})
"""A call that goes to one of five Regions of AWS's choice (Amazon S3 User Guide, "Amazon S3 Multi-Region Access Point
routing states")."""

ClientOf = Callable[[str, str], Any]
"""The client of a service in a Region, for the account that is looked at."""


@dataclass(frozen=True, slots=True)
class _Confirmed:
    key: str
    at: datetime


def require_account(name: str, expected: str, caller: Caller) -> None:
    """Raises GuardRefused where the caller is not of the account that `name` is expected to be."""
    if caller.account != expected:
        raise GuardRefused(
            f"these credentials are for account {caller.account}, and {name} is {expected}",
            context=[f"found: {caller.arn}"],
            hint="sign in to the right account, or give the environment a role to assume",
        )


class Guard:
    """What the environment says that has to be so. Raises GuardRefused, with what was expected and what was found."""

    def __init__(
        self,
        *,
        environment: str,
        accounts: Mapping[str, Account],
        own: str,
        regions: Collection[str],
        marker: str | None,
        now: Callable[[], datetime],
    ) -> None:
        self._environment, self._accounts, self._own = environment, accounts, own
        self._regions, self._marker, self._now = tuple(regions), marker, now
        self._confirmed: dict[tuple[str, str], _Confirmed] = {}
        self._lock = threading.Lock()

    def confirm(self, account: str, client: ClientOf, home_region: str) -> str:
        """Make sure of the account, its role, its alias, and of the marker in every Region that answers.

        Returns the ARN that we act as. Raises GuardRefused, or what the call raises that AWS answered with an error.
        """
        arn = self._confirm_caller(account, client, home_region)
        self._confirm_alias(account, client)
        answered = [self._marked(account, client, region) for region in self._regions]
        if self._marker is not None and account == self._own and not any(answered):
            raise GuardRefused(
                f"none of {', '.join(self._regions)} says what environment it is",
                hint="try again once SSM answers there, or give the environment `marker: null`",
            )
        return arn

    def before_change(
        self, account: str, service: str, operation: str, region: str, key: str, client: ClientOf
    ) -> None:
        """Let a change pass, or refuse it. `key` tells one set of credentials from the next."""
        everywhere = service in _EVERYWHERE or (service, operation) in _ROUTES
        if not everywhere and region not in self._regions:
            raise GuardRefused(
                f"{service}:{operation} would change {region}, and {self._environment} is {', '.join(self._regions)}",
                hint="look at the step's Region, or at `regions` of the environment",
            )
        looked_at = self._regions[-1] if everywhere else region
        with self._lock:
            known = self._confirmed.get((account, looked_at))
        now = self._now()
        if known is not None and known.key == key and now - known.at < GOOD_FOR:
            return
        self._confirm_caller(account, client, looked_at)
        self._marked(account, client, looked_at)
        with self._lock:
            self._confirmed[account, looked_at] = _Confirmed(key, now)

    def _confirm_caller(self, name: str, client: ClientOf, region: str) -> str:
        account, caller = self._accounts[name], read_caller(client("sts", region))
        require_account(name, account.id, caller)
        wanted = account.role.rpartition("/")[2] if account.role is not None else None
        if wanted is not None and (caller.role or "").rpartition("/")[2] != wanted:
            raise GuardRefused(f"{caller.arn} is not the role {wanted}", context=[f"expected: {account.role}"])
        return caller.arn

    def _confirm_alias(self, name: str, client: ClientOf) -> None:
        account = self._accounts[name]
        if account.alias is None:
            return
        # IAM is in us-east-1. Where it does not answer, the account's id has decided.
        aliases = read_aliases(client("iam", IAM_REGION))
        if aliases is not None and account.alias not in aliases:
            raise GuardRefused(
                f"account {account.id} calls itself {', '.join(aliases) or 'nothing'}, and {name} is {account.alias}",
                hint="look whether the id or the alias in the environment is the wrong one",
            )

    def _marked(self, account: str, client: ClientOf, region: str) -> bool:
        """Whether the Region has told its marker; False where it does not answer, or has none and needs none."""
        if self._marker is None:
            return False
        try:
            found = find_parameter(client("ssm", region), self._marker)
        except Exception as error:
            failure = classify(error)
            if failure is None or failure.kind not in NO_ANSWER:
                raise
            # A Region that is lost says nothing, and nothing can be changed in it.
            return False
        if found is None and account != self._own:
            return False
        if found is None or found.value != self._environment:
            told = f"holds {found.value!r}" if found is not None else "is not there"
            raise GuardRefused(
                f"{self._marker} in {region} of account {self._accounts[account].id} {told}, "
                f"and this is for {self._environment!r}",
                hint=f"look whether this is {self._environment}; if it is, put its name into {self._marker}",
            )
        return True
