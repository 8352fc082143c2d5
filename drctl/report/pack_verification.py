"""Whether an evidence pack is whole and who has signed it, as text and as a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from drctl.errors import PackCorrupt
from drctl.model.packed import PackDamage, PackSigner, PackVerification
from drctl.report.wording import counted, printable

_SHOWN = 10


class PackDamageSection(TypedDict):
    entry: str | None
    """None where it lies in the archive's own structure."""
    event: int | None
    """The first event that is altered, where it lies in the journal."""
    what: str


class PackSignerSection(TypedDict):
    fingerprint: str
    name: str | None
    """Its owner by the list of `--signers`; null where it is in none."""
    kms_key: str | None


class PackVerificationDocument(TypedDict):
    """What `drctl verify PACK --output json` prints. `events` and `head_hash` are those of the journal's whole part."""

    pack: str
    run: str
    whole: bool
    events: int
    head_hash: str
    entries: int
    finished: bool
    simulated: bool
    signed_by: PackSignerSection | None
    recomputed: bool
    not_recomputed: str | None
    damage: PackDamageSection | None
    """The first."""
    further_damage: list[PackDamageSection]


def pack_document(path: str, found: PackVerification) -> PackVerificationDocument:
    """The document of `found`."""
    damage = [PackDamageSection(entry=one.entry, event=one.event, what=one.what) for one in found.damage]
    return PackVerificationDocument(
        pack=path,
        run=found.run,
        whole=found.whole,
        events=found.events,
        head_hash=found.head_hash,
        entries=found.entries,
        finished=found.finished,
        simulated=found.simulated,
        signed_by=_section(found.signer) if found.signer is not None else None,
        recomputed=found.recomputed,
        not_recomputed=found.not_recomputed,
        damage=damage[0] if damage else None,
        further_damage=damage[1:],
    )


def pack_text(found: PackVerification) -> str:
    """A few lines for a pack that is whole: of which run, who has signed it, what was made sure of."""
    return "\n".join(_lines(found))


def as_error(path: str, found: PackVerification) -> PackCorrupt:
    """The first damage as what stops the command, with what is damaged besides and what is whole."""
    first, *further = found.damage
    facts = [f"besides: {damage_in_words(one)}" for one in further[:_SHOWN]]
    facts += [f"and {len(further) - _SHOWN} more"] if len(further) > _SHOWN else []
    if found.events:
        facts.append(f"of its journal {counted(found.events, 'event')}, head {found.head_hash}, whole")
    facts.append(signer_in_words(found.signer))
    return PackCorrupt(
        f"{path} is not as it was written: {damage_in_words(first)}",
        context=facts,
        hint="use another copy of this pack",
    )


def damage_in_words(damage: PackDamage) -> str:
    """`run.json was altered: …`; of the archive itself, what is wrong with it."""
    return printable(f"{damage.entry} {damage.what}" if damage.entry is not None else damage.what)


def signer_in_words(signer: PackSigner | None) -> str:
    """Who has signed, by name where a list has it."""
    if signer is None:
        return "not signed"
    kms = f", kept by AWS KMS as {printable(signer.kms_key)}" if signer.kms_key is not None else ""
    if signer.name is not None:
        return f"signed by {printable(signer.name)}: key {signer.fingerprint}{kms}"
    return f"signed by key {signer.fingerprint}, which is not in any list given{kms}"


def _lines(found: PackVerification) -> Iterator[str]:
    stamp = "SIMULATED " if found.simulated else ""
    yield f"{stamp}run {printable(found.run)}{'' if found.finished else ', which had NOT FINISHED when it was packed'}"
    yield f"{counted(found.entries, 'file')}, {counted(found.events, 'event')}, head {found.head_hash}, whole"
    yield signer_in_words(found.signer)
    if found.recomputed:
        yield "every report was computed again from the journal, and is equal"
    else:
        yield f"the reports were not computed again: {printable(found.not_recomputed or '')}"


def _section(signer: PackSigner) -> PackSignerSection:
    return PackSignerSection(fingerprint=signer.fingerprint, name=signer.name, kms_key=signer.kms_key)
