"""Where a policy is for, and for what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from drctl.ports.action import Permission


class Purpose(StrEnum):
    """What the role of a policy may be used for."""

    OBSERVE = "observe"
    """To look, and to change nothing."""
    DRILL = "drill"
    """To rehearse with copies: what no drill has made stays as it is."""
    RECOVER = "recover"
    """Whatever the runbook does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The accounts and Regions of an environment."""

    accounts: Mapping[str, str]
    """Account ids by the names that runbooks use."""
    default_account: str
    regions: tuple[str, ...]
    """The only Regions in which anything may be changed."""
    alarms: tuple[tuple[str, str], ...] = ()
    """Account and Region of the alarms that stop a run here."""
    besides: Mapping[str, tuple[Permission, ...]] = field(default_factory=dict)
    """What drctl itself needs in an account, whatever the runbook is: for its guards, and to tell people."""
