"""The kinds of value that the sections of the run document are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any


@dataclass(frozen=True, slots=True)
class Format:
    """Gives a field its `format` in the JSON Schema."""

    name: str

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        return {**handler(core_schema), "format": self.name}


Time = Annotated[str, Format("date-time")]
Date = Annotated[str, Format("date")]
Facts = Mapping[str, Any]
