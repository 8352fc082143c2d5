"""The outside world for an action that must not ask it: whoever does, fails."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, NoReturn

from drctl.ports.probes import Probes
from drctl.ports.programs import Programs


class _Nobody:
    """Stands in for any port; every use of it is an error."""

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise AssertionError(f"this case lets nobody ask the outside world ({name}); give its `live` what answers")


def no_probes() -> Probes:
    """Probes of which none may be used."""
    nobody: Any = _Nobody()
    return Probes(**{field.name: nobody for field in fields(Probes)})


def no_programs() -> Programs:
    """For an action that starts no program."""
    nobody: Any = _Nobody()
    return nobody  # type: ignore[no-any-return]
