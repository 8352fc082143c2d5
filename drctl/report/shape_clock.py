"""The sections of the run document about the clock, the sustain window, findings and those who took part."""

from __future__ import annotations

# Not typing's: before Python 3.12 pydantic can make a schema of this one only.
from typing_extensions import TypedDict

from drctl.model.finding import FindingKind, Severity
from drctl.model.participants import Role
from drctl.model.timing import Mark
from drctl.model.verdict import Verdict
from drctl.report.shape_values import Date, Time


class MarkAmendmentSection(TypedDict):
    """A mark that a person has given or corrected."""

    at: Time
    mark: Mark
    before: Time | None
    """Null where it was not known."""
    after: Time
    by: str
    why: str
    after_end: bool
    """The verdict had been recorded by then, and was left as it is: see `reassessed`."""


# Written as a call, as `from` is a word of the language.
SustainSection = TypedDict(
    "SustainSection",
    {
        "for_s": float,
        "every_s": float,
        "checks": list[str],
        "from": Time | None,
        "until": Time | None,
        "held": bool | None,
        "because": str,
    },
)
"""The window after `verified` in which the checks had to stay green. `held` is null until it has ended."""


class ReassessedSection(TypedDict):
    """What the verdict would be by what was amended after it was recorded."""

    verdict: Verdict
    reasons: list[str]


class FindingSection(TypedDict):
    """Something the next drill should not find again."""

    id: str
    """Its name in this run, such as F1; it never changes."""
    kind: FindingKind
    severity: Severity
    what: str
    step: str | None
    owner: str
    """Who has to see to it."""
    due: Date | None
    """Null until the run has ended."""
    retest: str
    """The command that would show it gone."""


class ParticipantSection(TypedDict):
    """Somebody whom the record names."""

    who: str
    roles: list[Role]
    first_at: Time
    last_at: Time
    did: int
    """How much of what was recorded is theirs."""
