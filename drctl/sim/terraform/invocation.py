"""One call of the `terraform` command, as it was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    key: str
    argv: tuple[str, ...]
    account: str
    region: str
    limit: timedelta
    answer: str | None
    """The file that standard output goes to."""

    @classmethod
    def read(cls, asked: Mapping[str, Any]) -> Invocation:
        """What was asked for over the control endpoint; ValueError where it is not whole."""
        argv = asked.get("argv")
        if not isinstance(argv, Sequence) or isinstance(argv, str) or len(argv) < 2:
            raise ValueError("argv: expected a program and its subcommand")
        for name in ("key", "account", "region"):
            if not isinstance(asked.get(name), str):
                raise ValueError(f"{name}: expected text, got {asked.get(name)!r}")
        return cls(
            key=asked["key"],
            argv=tuple(map(str, argv)),
            account=asked["account"],
            region=asked["region"],
            limit=timedelta(seconds=float(asked.get("limit_s", 1800))),
            answer=asked.get("answer"),
        )

    @property
    def subcommand(self) -> str:
        return self.argv[1]

    @property
    def out(self) -> tuple[str, str] | None:
        """Where `plan` is to leave its plan: a folder's name and a file's."""
        found = next((word.split("=", 1)[1] for word in self.argv if word.startswith("-out=")), None)
        return _place(found) if found else None

    @property
    def plan_file(self) -> tuple[str, str] | None:
        """The plan that `show` and `apply` are given."""
        last = self.argv[-1]
        return None if len(self.argv) < 3 or last.startswith("-") else _place(last)

    def has(self, option: str) -> bool:
        """Whether `-option` was given."""
        return f"-{option}" in self.argv


def _place(path: str) -> tuple[str, str]:
    return PurePath(path).parent.name, PurePath(path).name
