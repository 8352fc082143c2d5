"""The hash chain: each event's hash covers the one before, so that no event can be altered unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from drctl.errors import JournalCorrupt
from drctl.journal.codec import UnreadableEvent, decode
from drctl.model.recorded import Recorded

GENESIS = "0" * 64


def link(previous: str, seq: int, fence: int, body: str) -> str:
    """The hash of event `seq`, as lower-case hex: SHA-256 over the previous hash, the place and the event's text."""
    return hashlib.sha256(f"{previous}\n{seq}\n{fence}\n{body}".encode()).hexdigest()


def checked(
    rows: Iterable[tuple[int, int, str, str]], where: str, *, after: Recorded | None = None
) -> Iterator[Recorded]:
    """The events of `rows` (seq, fence, body, hash), each checked against the chain, which goes on `after` that one.

    Raises JournalCorrupt at the first row that is missing, altered or cannot be read.
    """
    previous, wanted = (GENESIS, 1) if after is None else (after.hash, after.seq + 1)
    for seq, fence, body, digest in rows:
        if [type(one) for one in (seq, fence, body, digest)] != [int, int, str, str]:
            raise JournalCorrupt(f"{where} has a row that is no event", hint="use a copy of this journal")
        if seq != wanted:
            raise JournalCorrupt(f"event {wanted} is missing from {where}", hint="use a copy of this journal")
        if link(previous, seq, fence, body) != digest:
            raise JournalCorrupt(f"event {seq} in {where} was altered", hint="use a copy of this journal")
        try:
            event = decode(body)
        except UnreadableEvent as error:
            raise JournalCorrupt(f"event {seq} in {where} cannot be read: {error}") from error
        yield Recorded(seq, fence, event, digest)
        previous, wanted = digest, wanted + 1
