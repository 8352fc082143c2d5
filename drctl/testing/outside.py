"""The outside world for what must not ask it: whoever does, fails."""

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
        raise AssertionError(
            f"nobody may ask the outside world here ({name}); give the test what answers, a case in its `live`"
        )


def no_probes() -> Probes:
    """Probes of which none may be used."""
    nobody: Any = _Nobody()
    return Probes(**{field.name: nobody for field in fields(Probes)})


def no_programs() -> Programs:
    """For an action that starts no program."""
    nobody: Any = _Nobody()
    return nobody  # type: ignore[no-any-return]
