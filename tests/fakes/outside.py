"""The outside world for what must not ask it: whoever does, fails."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from drctl.ports.http import HttpAnswer, HttpRequest
from drctl.ports.probes import Probes
from drctl.ports.programs import Program, ProgramRequest


class NoHttp:
    def fetch(self, request: HttpRequest) -> HttpAnswer:
        raise AssertionError(f"nothing here asks {request.url}")


def no_probes() -> Probes:
    """Probes of which none may be used."""
    return Probes(http=NoHttp())


class NoPrograms:
    def find(self, key: str) -> Program | None:
        _none()

    def start(self, request: ProgramRequest) -> None:
        _none()

    def read(self, key: str, name: str) -> bytes | None:
        _none()

    def shared(self, name: str) -> Path:
        _none()

    def stop(self, key: str) -> None:
        _none()


def _none() -> NoReturn:
    raise AssertionError("nothing here runs programs")
