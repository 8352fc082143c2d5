"""An environment: where a runbook is run, and what is allowed there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from drctl.model.approval_policy import ApprovalPolicy
from drctl.model.beacon_store import Beacons
from drctl.model.blocked_window import BlockedWindow
from drctl.model.events import Mode
from drctl.model.finding_policy import FindingPolicy
from drctl.model.isolation import Isolation
from drctl.model.loopback import is_loopback
from drctl.model.notification import NotificationTarget

DRILL_EXPIRES = timedelta(hours=24)
"""How long a drill may need what it has made, where nobody says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentAccount:
    """One AWS account, under the name that runbooks use for it."""

    id: str
    """Twelve digits, quoted. A run refuses to start where the credentials belong to another account."""
    role: str | None = None
    """The ARN of the role that drctl assumes there; without it the base credentials are used as they are."""
    alias: str | None = None
    """The account's alias in IAM. Where it is given, a different one stops the run."""
    external_id: str | None = None
    """What the role's trust policy asks for, where it asks for one."""
    mfa_serial: str | None = None
    """The ARN of the device whose code the role's trust policy asks for: whoever starts the run types it."""
    session: timedelta = timedelta(hours=1)
    """How long credentials of the role are good for, before new ones are fetched: 15 minutes to 12 hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAlarm:
    """A CloudWatch alarm that holds the run while it is in ALARM."""

    name: str
    region: str
    account: str | None = None
    """The default account, if left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDrill:
    """A runbook that has to be drilled here again and again."""

    runbook: str
    """Its name, as in `drctl drill --runbook`."""
    every: timedelta
    """How old the last drill that proved something may become: `drctl runs --overdue` tells which are older."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    __pydantic_config__: ClassVar[Mapping[str, Any]] = {
        "extra": "forbid",
        "strict": True,
        "allow_inf_nan": False,
        "use_attribute_docstrings": True,
    }

    name: str = field(metadata={"alias": "environment"})
    """The name on the command line: `--environment staging`."""
    title: str = ""
    accounts: Mapping[str, EnvironmentAccount]
    """The accounts, by the names that runbooks use."""
    default_account: str
    """Where a step runs that names no account."""
    regions: tuple[str, ...]
    """The only Regions in which anything may be changed."""
    modes: tuple[Mode, ...]
    """What may be run here: `drill`, `recover`, or both."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    """What `${{ env.NAME }}` stands for in a runbook."""
    home_region: str | None = None
    """Where roles are assumed: it has to work while another Region is lost. The last of `regions`, if left out."""
    marker: str | None = "/drctl/environment"
    """The parameter of SSM that has to hold this environment's name, in each of `regions` of the default account. In
    other accounts it may be missing, and may not hold another name. null: it is not looked for.
    """
    session_tags: bool = False
    """Whether the roles' sessions carry the run and the step as tags, which CloudTrail shows.

    The roles' trust policies have to allow `sts:TagSession`.
    """
    drill_owned: tuple[str, ...] = ()
    """ARNs (with `*` and `?`) of what a drill may change although it has not made it, such as its DNS record."""
    isolation: Isolation | None = None
    """What keeps drills away from production: each of it is made sure of before one starts."""
    drill_expires: timedelta = DRILL_EXPIRES
    """How long after its start a drill may need what it has made; `drctl cleanup --expired` deletes it afterwards."""
    endpoint_url: str | None = None
    """Where every call goes in the place of AWS's own endpoints: for an emulator."""
    loopback: bool = False
    """Whether checks may ask this machine itself, such as the near end of a tunnel to a database. Where nobody says so,
    a check of `localhost` is refused: it would prove nothing about what was recovered.
    """
    stop_alarms: tuple[StopAlarm, ...] = ()
    """While one of these is in ALARM, nothing new is started."""
    notify: tuple[NotificationTarget, ...] = ()
    """Who is told that a run has begun, waits for somebody, or has ended. One that cannot be told stops nothing."""
    kill_switch: str | None = "/drctl/stop"
    """The parameter of SSM that stops every run here while it is there and holds anything but `off`: its value is told
    as the reason. It is that of `home_region` in the default account. null: there is no such switch.
    """
    blocked_windows: tuple[BlockedWindow, ...] = ()
    """When no drill is started. A recovery is never kept waiting by them."""
    drills: tuple[PlannedDrill, ...] = ()
    """What has to be drilled here, and how often."""
    findings: FindingPolicy = field(default_factory=FindingPolicy)
    """Who has to see to what runs find here, and by when."""
    approvals: ApprovalPolicy = field(default_factory=ApprovalPolicy)
    """How many people have to approve what a runbook asks for, who they are, and how long they have."""
    beacons: Beacons = field(default_factory=Beacons)
    """The data stores that get a timed marker again and again (`drctl beacon write`), of which the newest survivor
    tells what was lost."""

    @property
    def sts_region(self) -> str:
        """The Region whose STS gives out the roles' credentials."""
        return self.home_region or self.regions[-1]

    @property
    def may_ask_loopback(self) -> bool:
        """Whether checks may ask this machine: where the file says so, also by an emulator that is on it."""
        emulator = urlsplit(self.endpoint_url or "").hostname
        return self.loopback or (emulator is not None and is_loopback(emulator))
