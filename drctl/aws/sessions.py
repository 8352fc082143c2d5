"""The one place where AWS clients are made, each for an account, a service and a Region that somebody named."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from drctl.aws import failures
from drctl.aws.client_config import client_config, signing_region
from drctl.aws.credentials import Account, Keys, assume_role, base_session, role_session
from drctl.aws.error_codes import CODES
from drctl.aws.handed_out import HandedOut
from drctl.aws.missing_actions import named_in_message
from drctl.aws.recording import CallRecorder, Listener
from drctl.aws.worlds import World
from drctl.errors import GuardRefused, NotFound
from drctl.model.failure import CallFailure, FailureKind
from drctl.ports.aws import AwsCall


@dataclass(frozen=True, slots=True)
class _ClientKey:
    account: str
    service: str
    region: str
    flip: bool = False
    endpoint: str | None = None


class AwsSessions:
    """All accounts of an environment (the AwsAccess port).

    Roles are assumed when a call first needs them, through the regional STS of `home_region`, as `drctl-<run>`;
    sessions and clients are made once and shared by all threads. Raises GuardRefused where an account's role is
    another account's.
    """

    def __init__(
        self,
        *,
        accounts: Mapping[str, Account],
        own: str,
        home_region: str,
        run: str,
        now: Callable[[], datetime],
        world: World,
        keys: Keys | None = None,
    ) -> None:
        for name, account in accounts.items():
            _check_role(name, account)
        if world.simulated and keys is None:
            raise GuardRefused("a simulated run never uses the credentials of this machine")
        self._accounts, self._own = dict(accounts), own
        self._home_region, self._run, self._now = home_region, run, now
        self._world, self._keys = world, keys
        self._recorder = CallRecorder()
        self._lock = threading.RLock()
        self._base: Any = None
        self._sessions: dict[str, Any] = {}
        self._clients: dict[_ClientKey, Any] = {}
        self._confirmed: set[str] = set()
        self._handed_out = HandedOut()

    def for_account(self, account: str | None) -> AccountClients:
        """Clients for the account of that name. Raises NotFound where the environment has none of it."""
        name = account or self._own
        if name not in self._accounts:
            raise NotFound(f"there is no account {name!r}", context=[f"known: {', '.join(sorted(self._accounts))}"])
        return AccountClients(self, name, self._accounts[name].id)

    def recorded_calls(self) -> tuple[AwsCall, ...]:
        """The calls that this thread has made since it last asked, those for credentials among them."""
        return self._recorder.taken()

    def classify(self, error: Exception) -> CallFailure | None:
        """The failure that `error` stands for, with where it was sent; None where it is a bug."""
        failure, newest = failures.classify(error), self._recorder.newest()
        if failure is not None:
            told = failure.message
            if failure.kind is FailureKind.AUTH:
                told = named_in_message(told, failure.operation)
            failure = replace(failure, message=self.without_secrets(told))
        if failure is None or newest is None or newest.failed not in (failure.code, type(error).__name__):
            return failure
        return replace(failure, service=newest.service, operation=newest.operation, region=newest.region)

    def without_secrets(self, text: str) -> str:
        """`text` with every secret blacked out that AWS has handed out through these clients."""
        return self._handed_out.without(text)

    def confirm(self, account: str | None) -> str:
        """The ARN we act as in that account. Raises GuardRefused where the credentials are another account's."""
        name = account or self._own
        expected = self._accounts[name].id
        who = self._made(_ClientKey(name, "sts", self._home_region)).get_caller_identity()
        if who["Account"] != expected:
            raise GuardRefused(
                f"these credentials are for account {who['Account']}, and {name} is {expected}",
                hint="sign in to the right account, or give the environment a role to assume",
            )
        self._confirmed.add(name)
        return str(who["Arn"])

    def client(
        self, account: str, service: str, region: str, *, flip: bool = False, endpoint: str | None = None
    ) -> Any:
        """The client of `service` in `region` for an account of the environment."""
        # An assumed role can only be of its own account. Base credentials are whoever's they are:
        # asked once, so that a forgotten profile never recovers the wrong company's platform.
        if self._accounts[account].role is None and account not in self._confirmed:
            self.confirm(account)
        return self._made(_ClientKey(account, service, region, flip, endpoint))

    def _made(self, key: _ClientKey) -> Any:
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._new_client(self._session(key.account), key)
            return self._clients[key]

    def _session(self, name: str) -> Any:
        if self._base is None:
            self._base = base_session(self._keys)
        account = self._accounts[name]
        if account.role is None:
            return self._base
        if name not in self._sessions:
            key = _ClientKey(name, "sts", self._home_region)
            sts = self._new_client(self._base, key)
            self._sessions[name] = role_session(
                self._base, lambda: assume_role(sts, account, self._run, self._now), self._now
            )
        return self._sessions[name]

    def _new_client(self, session: Any, key: _ClientKey) -> Any:
        client = session.create_client(
            key.service,
            region_name=signing_region(key.service, key.region, self._world),
            endpoint_url=self._world.endpoint_url or key.endpoint,
            config=client_config(self._run, self._world, flip=key.flip),
        )
        Listener(self._recorder, key.service).listen(client.meta.events)
        self._handed_out.listen(client.meta.events)
        client.meta.events.register("after-call", lambda parsed, **_: self._notice(key.account, parsed))
        self._world.watch(client.meta.events)
        return client

    def _notice(self, account: str, parsed: Mapping[str, Any]) -> None:
        """Forget an account's credentials that AWS calls expired, so that the next call fetches new ones."""
        if parsed.get("Error", {}).get("Code") not in CODES[FailureKind.EXPIRED]:
            return
        with self._lock:
            self._base = None
            self._sessions.pop(account, None)
            self._clients = {key: client for key, client in self._clients.items() if key.account != account}


class AccountClients:
    """Clients for one account (the AwsClients port)."""

    def __init__(self, sessions: AwsSessions, name: str, id: str) -> None:
        self._sessions, self._name, self._id = sessions, name, id

    def client(self, service: str, region: str, *, flip: bool = False, endpoint: str | None = None) -> Any:
        """A client of `service` in `region`. With `flip` the SDK sends each call once only."""
        return self._sessions.client(self._name, service, region, flip=flip, endpoint=endpoint)

    def account_id(self) -> str:
        """The twelve-digit id of the account."""
        return self._id


def _check_role(name: str, account: Account) -> None:
    # arn:aws:iam::111111111111:role/drctl-recovery
    if account.role is not None and account.role.split(":")[4:5] != [account.id]:
        raise GuardRefused(f"account {name} is {account.id}, and its role is another account's: {account.role}")
