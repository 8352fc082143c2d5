"""The one place where AWS clients are made, each for an account, a service and a Region that somebody named."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from drctl.aws import failures
from drctl.aws.arguments import is_read
from drctl.aws.caller import read_caller
from drctl.aws.client_config import client_config, signing_region
from drctl.aws.credentials import Account, Keys
from drctl.aws.drill_guard import DrillGuard
from drctl.aws.error_codes import CODES
from drctl.aws.guard import Guard, require_account
from drctl.aws.handed_out import HandedOut
from drctl.aws.missing_actions import named_in_message
from drctl.aws.recording import CallRecorder, Listener
from drctl.aws.role_sessions import RoleSessions
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
    step: str | None = None
    """Where sessions are tagged with the step: each has one of its own."""


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
        guard: Guard | None = None,
        drill_guard: DrillGuard | None = None,
        session_tags: bool = False,
        mfa_code: Callable[[str], str] | None = None,
    ) -> None:
        for name, account in accounts.items():
            _check_role(name, account)
        if world.simulated and keys is None:
            raise GuardRefused("a simulated run never uses the credentials of this machine")
        self._accounts, self._own = dict(accounts), own
        self._home_region, self._run = home_region, run
        self._world = world
        self._guard, self._drill_guard = guard, drill_guard
        self._recorder = CallRecorder()
        self._lock = threading.RLock()
        self._sessions = RoleSessions(
            accounts=self._accounts,
            run=run,
            now=now,
            keys=keys,
            tagged=session_tags,
            mfa_code=mfa_code,
            sts=lambda session, name: self._new_client(session, _ClientKey(name, "sts", home_region)),
        )
        self._session_tags = session_tags
        self._clients: dict[_ClientKey, Any] = {}
        self._confirmed: set[str] = set()
        self._handed_out = HandedOut()

    def for_account(self, account: str | None, step: str | None = None) -> AccountClients:
        """Clients for the account of that name, for the work of `step`. Raises NotFound where there is none of it."""
        name = account or self._own
        if name not in self._accounts:
            raise NotFound(f"there is no account {name!r}", context=[f"known: {', '.join(sorted(self._accounts))}"])
        return AccountClients(self, name, self._accounts[name].id, step if self._session_tags else None)

    def name_of(self, account: str | None) -> str:
        """The name of that account; of the environment's own where it is None."""
        return account or self._own

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

    def variables(self, account: str) -> Mapping[str, str]:
        """The environment variables by which a program acts in that account, with credentials that expire."""
        if self._accounts[account].role is None and account not in self._confirmed:
            self.confirm(account)
        with self._lock:
            found = self._sessions.of(account).get_credentials()
        if found is None:
            raise GuardRefused("there are no credentials on this machine", hint="sign in, as for the AWS command line")
        given = found.get_frozen_credentials()
        token = {"AWS_SESSION_TOKEN": given.token} if given.token else {}
        return {"AWS_ACCESS_KEY_ID": given.access_key, "AWS_SECRET_ACCESS_KEY": given.secret_key, **token}

    def without_secrets(self, text: str) -> str:
        """`text` with every secret blacked out that AWS has handed out through these clients."""
        return self._handed_out.without(text)

    def confirm(self, account: str | None) -> str:
        """The ARN we act as in that account. Raises GuardRefused where anything is not as the environment says."""
        name = account or self._own
        if self._guard is not None:
            arn = self._guard.confirm(name, functools.partial(self._looking, name), self._home_region)
            self._confirmed.add(name)
            return arn
        caller = read_caller(self._looking(name, "sts", self._home_region))
        require_account(name, self._accounts[name].id, caller)
        self._confirmed.add(name)
        return caller.arn

    def client(
        self,
        account: str,
        service: str,
        region: str,
        *,
        flip: bool = False,
        endpoint: str | None = None,
        step: str | None = None,
    ) -> Any:
        """The client of `service` in `region` for an account of the environment."""
        # An assumed role can only be of its own account. Base credentials are whoever's they are:
        # asked once, so that a forgotten profile never recovers the wrong company's platform.
        if self._accounts[account].role is None and account not in self._confirmed:
            self.confirm(account)
        return self._made(_ClientKey(account, service, region, flip, endpoint, step))

    def _looking(self, account: str, service: str, region: str) -> Any:
        return self._made(_ClientKey(account, service, region))

    def _made(self, key: _ClientKey) -> Any:
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._new_client(self._sessions.of(key.account, key.step), key)
            return self._clients[key]

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
        if self._guard is not None:
            client.meta.events.register("provide-client-params", functools.partial(self._guarded, key, session, client))
        return client

    def _guarded(
        self, key: _ClientKey, session: Any, client: Any, params: Mapping[str, Any], model: Any, **_: Any
    ) -> None:
        """Have the guard look at each call that changes something, before it is put together."""
        if self._guard is None or is_read(model.name) or key.service == "sts":
            return
        credentials = session.get_credentials()
        current = credentials.get_frozen_credentials().access_key if credentials is not None else ""
        looking = functools.partial(self._looking, key.account)
        self._guard.before_change(key.account, key.service, model.name, key.region, current, looking)
        self.vet(key.account, key.service, model.name, params, client)

    def vet(self, account: str, service: str, operation: str, params: Mapping[str, Any], client: Any) -> None:
        """Whether a drill may make that call. Raises GuardRefused where it may not; nothing in another mode."""
        if self._drill_guard is not None:
            region, id = client.meta.region_name, self._accounts[account].id
            self._drill_guard.before_change(service, operation, params, region, id, client)

    def _notice(self, account: str, parsed: Mapping[str, Any]) -> None:
        """Forget an account's credentials that AWS calls expired, so that the next call fetches new ones."""
        if parsed.get("Error", {}).get("Code") not in CODES[FailureKind.EXPIRED]:
            return
        with self._lock:
            self._sessions.forget(account)
            self._clients = {key: client for key, client in self._clients.items() if key.account != account}


class AccountClients:
    """Clients for one account (the AwsClients port)."""

    def __init__(self, sessions: AwsSessions, name: str, id: str, step: str | None = None) -> None:
        self._sessions, self._name, self._id, self._step = sessions, name, id, step

    def client(self, service: str, region: str, *, flip: bool = False, endpoint: str | None = None) -> Any:
        """A client of `service` in `region`. With `flip` the SDK sends each call once only."""
        return self._sessions.client(self._name, service, region, flip=flip, endpoint=endpoint, step=self._step)

    def account_id(self) -> str:
        """The twelve-digit id of the account."""
        return self._id


def _check_role(name: str, account: Account) -> None:
    # arn:aws:iam::111111111111:role/drctl-recovery
    if account.role is not None and account.role.split(":")[4:5] != [account.id]:
        raise GuardRefused(f"account {name} is {account.id}, and its role is another account's: {account.role}")
