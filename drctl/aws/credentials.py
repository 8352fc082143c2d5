"""Where an account's credentials come from, and how a role's are kept fresh.

Everything here hands botocore an explicit source. The process environment is left
as it is: another AWS client in this process must not find credentials of ours in it.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

ROLE_SESSION = timedelta(hours=1)
"""How long an assumed role is good for, if nothing else is said.

More is refused where roles are chained (AWS STS API Reference, AssumeRole).
"""


NO_TAGS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Keys:
    """An access key given outright, as a simulated world takes it."""

    access_key: str
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Account:
    """One account of an environment; without a role it is the one that the base credentials belong to."""

    id: str
    role: str | None = None
    external_id: str | None = field(default=None, repr=False)
    alias: str | None = None
    mfa_serial: str | None = None
    """The device whose code the base credentials have to be used with."""
    session: timedelta = ROLE_SESSION
    """How long the role's credentials are good for."""


def base_session(keys: Keys | None) -> Any:
    """A botocore session of `keys` and of nothing else; of botocore's own chain where there are none."""
    from botocore.credentials import Credentials
    from botocore.session import Session

    if keys is None:
        return _configured(Session())
    # A profile, a configured endpoint or a saved credential of this machine must not leak into a simulated world.
    nowhere = (None, None, os.devnull, None)
    session = Session(
        session_vars={"profile": (None, None, None, None), "config_file": nowhere, "credentials_file": nowhere}
    )
    return _with(_configured(session), Credentials(keys.access_key, keys.secret_key))


def role_session(base: Any, assume: Callable[[], dict[str, str]], now: Callable[[], datetime]) -> Any:
    """A session like `base` whose credentials come from `assume` when first needed, and again before they expire."""
    from botocore.credentials import DeferredRefreshableCredentials
    from botocore.session import Session

    session = _configured(Session(session_vars=dict(base.session_var_map)))
    return _with(session, DeferredRefreshableCredentials(assume, "drctl-assume-role", time_fetcher=now))


def mfa_session(base: Any, sts: Any, serial: str, code: Callable[[str], str]) -> Any:
    """A session like `base` that has proven to hold that device, for as long as STS lets it.

    Its code is asked for once: a role's trust policy that wants a device present is content with credentials that were
    given out for one (AWS IAM User Guide, "Secure API access with MFA").
    """
    from botocore.credentials import Credentials
    from botocore.session import Session

    given = sts.get_session_token(SerialNumber=serial, TokenCode=code(serial))["Credentials"]
    session = _configured(Session(session_vars=dict(base.session_var_map)))
    return _with(session, Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]))


def assume_role(
    sts: Any, account: Account, run: str, now: Callable[[], datetime], tags: Mapping[str, str] = NO_TAGS
) -> dict[str, str]:
    """The credentials of the account's role, in the form botocore refreshes them with; `tags` mark their session.

    They end by our own clock, counted from before the call: so that a virtual clock, or one that is
    a little off, never takes fresh credentials for old ones.
    """
    ends_at = now() + account.session
    external = {"ExternalId": account.external_id} if account.external_id else {}
    tagged = {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]} if tags else {}
    answer = sts.assume_role(
        RoleArn=account.role,
        RoleSessionName=session_name(run),
        DurationSeconds=int(account.session.total_seconds()),
        **external,
        **tagged,
    )
    given = answer["Credentials"]
    return {
        "access_key": given["AccessKeyId"],
        "secret_key": given["SecretAccessKey"],
        "token": given["SessionToken"],
        "expiry_time": ends_at.isoformat(),
    }


def session_name(run: str) -> str:
    """The name CloudTrail shows for what `run` did: 2 to 64 of the characters STS allows."""
    return re.sub(r"[^\w+=,.@-]", "-", f"drctl-{run}", flags=re.ASCII)[:64]


class _Given:
    """A credential source that has them already."""

    def __init__(self, credentials: Any) -> None:
        self._credentials = credentials

    def load_credentials(self) -> Any:
        return self._credentials


def _configured(session: Any) -> Any:
    # The global endpoint of STS is in us-east-1; a variable of the machine must not move us there.
    session.set_config_variable("sts_regional_endpoints", "regional")
    session.register_component("data_loader", _service_models())
    return session


@functools.cache
def _service_models() -> Any:
    # Reading the model of one service takes a tenth of a second; every account uses the same.
    from botocore.loaders import create_loader

    return create_loader()


def _with(session: Any, credentials: Any) -> Any:
    session.register_component("credential_provider", _Given(credentials))
    return session
