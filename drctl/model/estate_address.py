"""`${{ databases.NAME.endpoint }}` in an estate's environment variables: the address of what the estate describes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

_MARK = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_ADDRESS = re.compile(r"\s*(?:([a-z0-9-]+)\.)?(databases|caches)\.([A-Za-z0-9-]+)\.endpoint\s*")


@dataclass(frozen=True, slots=True)
class Address:
    """The endpoint of a database or cache: by its name, in `region` or (None) in the same place."""

    section: Literal["databases", "caches"]
    name: str
    region: str | None = None


def addresses_in(text: str) -> tuple[Address, ...]:
    """Every address that `text` refers to. ValueError, with the expected form, for a reference to anything else."""
    return tuple(_parse(found.group(1)) for found in _MARK.finditer(text))


def fill_addresses(text: str, lookup: Callable[[Address], str]) -> str:
    """`text` with each reference replaced by what `lookup` says."""
    return _MARK.sub(lambda found: lookup(_parse(found.group(1))), text)


def _parse(text: str) -> Address:
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise ValueError(
            "expected ${{ databases.NAME.endpoint }} or ${{ caches.NAME.endpoint }}, with a Region and a dot "
            f"in front for another Region, got '${{{{{text}}}}}'"
        )
    region, section, name = found.groups()
    return Address("databases" if section == "databases" else "caches", name, region)
