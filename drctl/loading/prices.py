"""A list of prices, from its YAML, with every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

from drctl.loading.described import load_described
from drctl.loading.referee import Referee
from drctl.loading.shapes import GAP
from drctl.model.cost import Price, Prices
from drctl.model.problem import Problem

_CLOSED: Mapping[str, Any] = {"extra": "forbid", "strict": True, "allow_inf_nan": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    __pydantic_config__: ClassVar[Mapping[str, Any]] = _CLOSED

    usd: float
    per: Literal["hour", "gb-month"]
    source: str
    usage_type: str = ""
    quoted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    __pydantic_config__: ClassVar[Mapping[str, Any]] = _CLOSED

    read_on: str
    currency: Literal["USD"] = "USD"
    regions: Mapping[str, Mapping[str, _Entry]]


def load_prices(text: str, file: str) -> tuple[Prices | None, tuple[Problem, ...]]:
    """The prices that `text` lists, or (None and) everything that is wrong with it."""
    listed, problems = _read(text, file)
    if listed is None:
        return None, problems
    regions = {
        region: {key: Price(one.usd, one.per) for key, one in entries.items()}
        for region, entries in listed.regions.items()
    }
    return Prices(listed.read_on, regions), problems


def _read(text: str, file: str) -> tuple[_File | None, tuple[Problem, ...]]:
    return load_described(text, file, _File, _check)


def _check(referee: Referee, file: _File) -> None:
    try:
        date.fromisoformat(file.read_on)
    except ValueError:
        if file.read_on != GAP:
            referee.wrong(("read_on",), f"expected a date such as 2026-11-27, got {file.read_on!r}")
    for region, entries in file.regions.items():
        for key, entry in entries.items():
            if entry.usd < 0:
                referee.wrong(("regions", region, key, "usd"), "is less than nothing")
            if not entry.source.strip():
                referee.wrong(("regions", region, key, "source"), "names no source")
