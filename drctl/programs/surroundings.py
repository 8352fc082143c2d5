"""What a program sees of the machine it runs on, and by what it finds AWS."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "TZ")
"""All that is passed on of the caller's environment: no profile, no token, no proxy."""
RESERVED = ("AWS_", "DRCTL_")
"""Names that begin so are given by drctl, and by nobody else: one of them could lead to another account."""


class AwsSurroundings(Protocol):
    """How programs find the AWS of a run."""

    def variables(self, account: str | None, region: str | None) -> Mapping[str, str]:
        """The environment variables by which an AWS client works in that account and Region, and in no other."""


@dataclass(frozen=True, slots=True)
class NoAws:
    """For programs that have nothing to do with AWS: they find neither credentials nor a way to ask for some."""

    def variables(self, account: str | None, region: str | None) -> Mapping[str, str]:
        return {**({"AWS_REGION": region, "AWS_DEFAULT_REGION": region} if region else {}), **NOTHING_OF_THE_MACHINE}


NOTHING_OF_THE_MACHINE: Mapping[str, str] = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""No profile in the home folder and no role of the instance is found (AWS SDKs and Tools Reference Guide)."""


def environment_of(
    machine: Mapping[str, str], given: Mapping[str, str], aws: Mapping[str, str], own: Mapping[str, str]
) -> dict[str, str]:
    """A program's environment: the few names of the machine, what it was given, and what is drctl's to say."""
    kept = {name: machine[name] for name in KEPT if name in machine}
    allowed = {name: value for name, value in given.items() if not name.startswith(RESERVED)}
    return {**kept, **allowed, **aws, **own}
