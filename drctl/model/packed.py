"""What was found of an evidence pack."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PackDamage:
    """Something in a pack that is not as it was written."""

    what: str
    entry: str | None = None
    """The entry that it lies in; None where it lies in the archive's own structure."""
    event: int | None = None
    """The first event that is not as it was recorded, where it lies in the journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackSigner:
    """Whose key has signed a pack. The signature holds wherever one of these is told."""

    fingerprint: str
    """`SHA256:…`, as `ssh-keygen -l` prints it."""
    name: str | None = None
    """What a list of known signers calls the key; None where it is in no list that was given."""
    kms_key: str | None = None
    """The ARN of the key in AWS KMS, as the signed manifest says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackVerification:
    """How much of a pack is whole: everything, where there is no damage."""

    run: str
    """Empty where not even that can be read."""
    damage: tuple[PackDamage, ...] = ()
    """The first is what a person should look at first; never two for one entry."""
    entries: int = 0
    events: int = 0
    """Of the journal's part that is whole."""
    head_hash: str = ""
    finished: bool = False
    simulated: bool = False
    signer: PackSigner | None = None
    """None where it is not signed, or where the signature does not hold."""
    recomputed: bool = False
    """Whether every report was computed again from the journal and found equal."""
    not_recomputed: str | None = None
    """Why it was not."""

    @property
    def whole(self) -> bool:
        return not self.damage
