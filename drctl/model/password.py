"""A password on its way from where it is kept to where it opens something."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Password:
    """Shown, printed or formatted it never says what it is; only `text` does."""

    text: str = field(repr=False)

    def __str__(self) -> str:
        return "***"
