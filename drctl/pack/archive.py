"""The archive of a pack: a ZIP that has one form only, so that the same entries are the same bytes.

A ZIP is opened by a double click on every desktop and by `unzip` in every shell. Nothing in it is compressed, because
two builds of zlib compress differently; there is no time, owner or comment in it, and no field is free: what is read
has to be, byte for byte, what would be written. The layout is that of PKWARE's APPNOTE.TXT 6.3, sections 4.3.7 (local
header), 4.3.12 (directory) and 4.3.16 (end), without ZIP64.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from drctl.model.packed import PackDamage

LARGEST = 2**31 - 1
"""Bytes that an archive may have: half of what the format can count."""
MOST_ENTRIES = 10_000
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*){0,4}")
"""What entries are called: plain ASCII, relative, and nothing that climbs out of the folder they are unpacked into."""
LONGEST_NAME = 250

_LOCAL = struct.Struct("<4s5H3I2H")
_DIRECTORY = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_LOCAL_MARK, _DIRECTORY_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION = 20
_UNIX = 3 << 8
_STORED = 0
_TIME, _DATE = 0, 1 << 5 | 1
"""Midnight of 1 January 1980, the first instant of the format: it says no time."""
_MODE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in an archive."""

    name: str
    content: bytes
    checksum: int
    """The CRC-32 that its header has, whatever the content's is."""

    @property
    def checksum_holds(self) -> bool:
        return zlib.crc32(self.content) == self.checksum


@dataclass(frozen=True, slots=True)
class Archive:
    """What of an archive can be read: all of it, where it is not damaged."""

    entries: tuple[Entry, ...]
    damage: PackDamage | None = None
    complete: bool = True
    """Whether all entries were come to. Where not, what is missing may be behind the damage."""


class TooLarge(ValueError):
    """More than an archive may hold."""


def write_archive(entries: Sequence[tuple[str, bytes]]) -> bytes:
    """The archive of these entries, in their order. Raises TooLarge; ValueError for a name that none may have."""
    total = sum(len(content) + 2 * len(name) + 128 for name, content in entries)
    if total > LARGEST or len(entries) > MOST_ENTRIES:
        raise TooLarge(f"{total} bytes in {len(entries)} entries; at most {LARGEST} in {MOST_ENTRIES}")
    if wrong := [name for name, _ in entries if not is_name(name)]:
        raise ValueError(f"no entry may be called {wrong[0]!r}")
    parts = [_local(name, zlib.crc32(content), len(content)) + content for name, content in entries]
    sizes = [(name, zlib.crc32(content), len(content)) for name, content in entries]
    return b"".join([*parts, _end_of(sizes)])


def is_name(name: str) -> bool:
    """Whether an entry may be called that."""
    return len(name) <= LONGEST_NAME and NAME.fullmatch(name) is not None


def read_archive(content: bytes) -> Archive:
    """The entries of an archive up to where it is damaged, and that damage. Never raises for what it reads."""
    entries: list[Entry] = []
    at, previous = 0, ""
    seen: set[str] = set()
    while content[at : at + 4] == _LOCAL_MARK:
        where = f"the entry after {previous}" if previous else "its first entry"
        if len(entries) == MOST_ENTRIES:
            return _broken(entries, f"the archive has more than {MOST_ENTRIES} entries")
        name, checksum, size, begins = _local_at(content, at)
        if name is None:
            return _broken(entries, f"the archive is damaged in the header of {where}")
        if name in seen:
            return _broken(entries, f"the archive has {name} twice", name)
        if begins + size > len(content):
            return _broken(entries, f"the archive ends in the middle of {name}", name)
        body = content[begins : begins + size]
        entries.append(Entry(name, body, checksum))
        seen.add(name)
        at, previous = begins + size, name
    return Archive(tuple(entries), *_ended(content, at, entries))


def _ended(content: bytes, at: int, entries: list[Entry]) -> tuple[PackDamage | None, bool]:
    """What is wrong behind the last entry, and whether it was the last one."""
    found = content[at:]
    wanted = _end_of([(entry.name, entry.checksum, len(entry.content)) for entry in entries])
    # Where the directory is right about the contents, it is the header of an entry that is not.
    whole = _end_of([(entry.name, zlib.crc32(entry.content), len(entry.content)) for entry in entries])
    if found in (wanted, whole):
        return None, True
    if not entries:
        return PackDamage("it is no evidence pack: it does not begin as one"), False
    if found[: len(wanted)] == wanted:
        return PackDamage(f"{len(found) - len(wanted)} bytes follow the end of the archive"), True
    if wanted[: len(found)] == found:
        return PackDamage("the archive ends in the middle of its directory"), bool(found)
    spoilt = next(place for place, pair in enumerate(zip(found, wanted, strict=False)) if pair[0] != pair[1])
    if spoilt < 4:
        return PackDamage(f"the archive is damaged after {entries[-1].name}"), False
    return PackDamage(f"the archive is damaged in its directory{_in_directory(entries, spoilt)}"), True


def _in_directory(entries: Iterable[Entry], spoilt: int) -> str:
    place = 0
    for entry in entries:
        place += _DIRECTORY.size + len(entry.name)
        if spoilt < place:
            return f", where it names {entry.name}"
    return ", at its end"


def _broken(entries: list[Entry], what: str, entry: str | None = None) -> Archive:
    return Archive(tuple(entries), PackDamage(what, entry), complete=False)


def _local_at(content: bytes, at: int) -> tuple[str | None, int, int, int]:
    """Name, checksum and size of the entry at `at`, and where its content begins; no name where it is damaged."""
    head = content[at : at + _LOCAL.size]
    if len(head) < _LOCAL.size:
        return None, 0, 0, 0
    fields = _LOCAL.unpack(head)
    checksum, size, length = fields[6], fields[7], fields[9]
    begins = at + _LOCAL.size + length
    name = content[at + _LOCAL.size : begins].decode("latin-1")
    if not is_name(name) or content[at:begins] != _local(name, checksum, size):
        return None, 0, 0, 0
    return name, checksum, size, begins


def _local(name: str, checksum: int, size: int) -> bytes:
    fields = (_LOCAL_MARK, _VERSION, 0, _STORED, _TIME, _DATE, checksum, size, size, len(name), 0)
    return _LOCAL.pack(*fields) + name.encode("latin-1")


def _end_of(entries: Sequence[tuple[str, int, int]]) -> bytes:
    """The directory of these (name, checksum, size), and the end of the archive."""
    parts, at = [], 0
    for name, checksum, size in entries:
        fixed = (_DIRECTORY_MARK, _UNIX | _VERSION, _VERSION, 0, _STORED, _TIME, _DATE, checksum, size, size)
        parts.append(_DIRECTORY.pack(*fixed, len(name), 0, 0, 0, 0, _MODE, at) + name.encode("latin-1"))
        at += _LOCAL.size + len(name) + size
    directory = b"".join(parts)
    count = len(entries)
    return directory + _END.pack(_END_MARK, 0, 0, count, count, len(directory), at, 0)
