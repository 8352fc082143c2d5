"""Check an evidence pack, with nothing but itself: no state folder, no AWS, no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import drctl
from drctl.bootstrap.pack_contents import JOURNAL, OUTPUTS, RunToPack
from drctl.bootstrap.verifying import folded
from drctl.errors import DrctlError, JournalCorrupt, SignerWrong
from drctl.journal.chain import checked
from drctl.journal.lines import Row, rows_in
from drctl.model.events import Event, RunStarted
from drctl.model.packed import PackDamage, PackSigner, PackVerification
from drctl.model.recorded import Recorded
from drctl.model.verification import Damage, Verification
from drctl.pack.archive import LARGEST
from drctl.pack.file_content import content_of
from drctl.pack.manifest import MANIFEST, SIGNER, Manifest
from drctl.pack.opening import Opened, first_of_each, open_pack
from drctl.pack.signers import read_signers, wanted_signer


def verify_pack(path: Path, signers: Path | None = None, head: str | None = None) -> PackVerification:
    """How much of the pack at `path` is whole, and who has signed it.

    Raises Refused where the file cannot be read, and InputInvalid where that of the signers is none.
    """
    owners = read_signers(signers) if signers is not None else {}
    return verify_content(content_of(path, "the pack", LARGEST), owners, head)


def verify_content(content: bytes, owners: Mapping[str, str], head: str | None = None) -> PackVerification:
    """The same of the bytes of a pack. `owners` says whose each fingerprint is."""
    opened = open_pack(content)
    manifest = opened.manifest
    found = PackVerification(
        run=manifest.run if manifest is not None else "",
        damage=opened.damage,
        entries=opened.entries,
        finished=manifest is not None and manifest.finished,
        simulated=manifest is not None and manifest.simulated,
        signer=_signer(opened, owners),
    )
    return _with_journal(found, opened, head)


def require_signer(found: PackVerification, wanted: str) -> None:
    """Raise SignerWrong where the pack is not signed by the key `wanted`: a fingerprint, or a public key's file."""
    fingerprint = wanted_signer(wanted)
    if found.signer is not None and found.signer.fingerprint == fingerprint:
        return
    told = f"it is signed by {found.signer.fingerprint}" if found.signer is not None else "it is not signed"
    raise SignerWrong(
        f"the pack is not signed by {fingerprint}",
        context=[told],
        note="what is in it may be whole all the same; nobody that you trust has said so",
    )


def _signer(opened: Opened, owners: Mapping[str, str]) -> PackSigner | None:
    if opened.signer is None:
        return None
    fingerprint = opened.signer.fingerprint
    return PackSigner(fingerprint=fingerprint, name=owners.get(fingerprint), kms_key=opened.signer.kms_key)


def _with_journal(found: PackVerification, opened: Opened, head: str | None) -> PackVerification:
    """`found`, with what the journal in the pack says of itself, of the manifest, and of the reports."""
    content = opened.files.get(JOURNAL)
    if content is None:
        # Where the archive is damaged, it may be behind the damage.
        missing = [] if found.damage else [PackDamage("is missing: a pack without it is evidence of nothing", JOURNAL)]
        return replace(found, damage=(*found.damage, *missing))
    journal, rows = _journal(content)
    damage = list(found.damage)
    if journal.damage is not None:
        # More exact than what the hashes of the pack have said of the same file.
        told = PackDamage(f"was altered: {journal.damage.what}", JOURNAL, journal.damage.event)
        damage = [told if one.entry == JOURNAL else one for one in damage]
        damage += [told] if told not in damage else []
    elif opened.manifest is not None:
        damage += _ends(journal, opened.manifest)
    if head is not None and all(record.hash != head for record in journal.records):
        damage.append(PackDamage(f"no event has the hash {head}: it is of another run, or of an earlier part", JOURNAL))
    why = None
    if not damage and opened.manifest is not None:
        why, damage = _recomputed(journal.records[0].event, rows, opened.manifest, opened.files)
    return replace(
        found,
        damage=first_of_each(damage),
        events=len(journal.records),
        head_hash=journal.head_hash,
        recomputed=not damage and why is None,
        not_recomputed=why,
    )


def _journal(content: bytes) -> tuple[Verification, tuple[Row, ...]]:
    """How much of the journal in these lines is whole, and its rows up to there."""
    rows: list[Row] = []
    records: list[Recorded] = []
    damage = None

    def noted() -> Iterator[Row]:
        for row in rows_in(content, JOURNAL):
            rows.append(row)
            yield row

    try:
        for record in checked(noted(), JOURNAL):
            records.append(record)  # noqa: PERF402 - what came before the damage is kept
    except JournalCorrupt as error:
        damage = Damage(error.what, len(records) + 1)
    return folded(Verification("", tuple(records), damage)), tuple(rows)


def _ends(journal: Verification, manifest: Manifest) -> Iterator[PackDamage]:
    there, told = len(journal.records), manifest.journal
    if (there, journal.head_hash) == (told.events, told.head_hash):
        return
    first = min(there, told.events) + (there != told.events)
    ends = f"ends with event {there}, {journal.head_hash}"
    yield PackDamage(f"{ends}; the manifest says {told.events}, {told.head_hash}", JOURNAL, first)


def _recomputed(
    first: Event, rows: Sequence[Row], manifest: Manifest, files: Mapping[str, bytes]
) -> tuple[str | None, list[PackDamage]]:
    """Why the reports could not be computed again; and what of them is not what the journal tells."""
    if manifest.drctl != drctl.__version__:
        return f"it was made by drctl {manifest.drctl}, and this is {drctl.__version__}", []
    try:
        again = RunToPack.of(rows, JOURNAL)
        wanted, about = again.files(), again.about()
    except DrctlError as error:
        if isinstance(first, RunStarted) and first.actions:
            return f"its runbook uses installed actions ({', '.join(sorted(first.actions))}): {error.what}", []
        # Whoever packed it had to read it with the same version.
        return None, [PackDamage(f"tells of no run that drctl could have packed: {error.what}", JOURNAL)]
    other = "is not what the journal in this pack tells"
    if about != replace(manifest, files=about.files, sha256sums=about.sha256sums, signer=None):
        return None, [PackDamage(other, MANIFEST)]
    damage = [PackDamage(other, name) for name in sorted(wanted) if files.get(name) != wanted[name]]
    strangers = sorted(name for name in files if name not in wanted and not _may_be_beside(name))
    return None, damage + [PackDamage("is no file of an evidence pack", name) for name in strangers]


def _may_be_beside(name: str) -> bool:
    return name == SIGNER or name.startswith(OUTPUTS)
