"""Whether a journal is whole, as text and as a document."""

from __future__ import annotations

from typing import TypedDict

from drctl.errors import JournalCorrupt
from drctl.model.instant import format_instant
from drctl.model.recorded import Recorded
from drctl.model.verification import Damage, Verification


class LastEvent(TypedDict):
    seq: int
    type: str
    at: str


class DamageSection(TypedDict):
    event: int | None
    what: str
    recorded_at: str | None


class VerificationDocument(TypedDict):
    """What `drctl verify --output json` prints. `events` and `head_hash` are those of the whole part."""

    run: str
    whole: bool
    events: int
    head_hash: str
    last_event: LastEvent | None
    damage: DamageSection | None


def verification_document(found: Verification) -> VerificationDocument:
    """The document of `found`."""
    return VerificationDocument(
        run=found.run,
        whole=found.damage is None,
        events=len(found.records),
        head_hash=found.head_hash,
        last_event=_last(found.records[-1]) if found.records else None,
        damage=_section(found.damage) if found.damage is not None else None,
    )


def verification_text(found: Verification) -> str:
    """One line for a journal that is whole."""
    return f"{_count(found)}, head {found.head_hash}, whole"


def as_error(found: Verification, damage: Damage) -> JournalCorrupt:
    """The damage as what stops a command: what it is, when it was recorded, what before it is whole."""
    facts = [f"it says that it was recorded at {damage.recorded_at}"] if damage.recorded_at else []
    if not found.records:
        facts.append("no event before it is whole")
    else:
        last = _last(found.records[-1])
        facts.append(f"before it {_count(found)}, head {found.head_hash}, whole")
        facts.append(f"the last of them is {last['type']}, recorded at {last['at']}")
    return JournalCorrupt(
        damage.what, context=facts, hint=damage.hint or "go on with a copy of this journal that is whole"
    )


def _count(found: Verification) -> str:
    return f"{len(found.records)} event{'' if len(found.records) == 1 else 's'}"


def _last(record: Recorded) -> LastEvent:
    return LastEvent(seq=record.seq, type=type(record.event).__name__, at=format_instant(record.event.at))


def _section(damage: Damage) -> DamageSection:
    return DamageSection(event=damage.event, what=damage.what, recorded_at=damage.recorded_at)
