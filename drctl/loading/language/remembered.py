"""A catalogue that makes each schema once: a plan of two thousand steps asks for the same few."""

from __future__ import annotations

from collections.abc import Mapping

from drctl.model.values import Json
from drctl.ports.action import ActionSpec, BoundStep, Catalogue, Origin, ParamProblem


class Remembered:
    """The same answers as `catalogue`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._schemas: dict[str, Mapping[str, Json]] = {}

    def kinds(self) -> tuple[str, ...]:
        return self._catalogue.kinds()

    def spec(self, kind: str) -> ActionSpec | None:
        return self._catalogue.spec(kind)

    def origin(self, kind: str) -> Origin | None:
        return self._catalogue.origin(kind)

    def fault(self, kind: str) -> str | None:
        return self._catalogue.fault(kind)

    def schema(self, kind: str) -> Mapping[str, Json]:
        if kind not in self._schemas:
            self._schemas[kind] = self._catalogue.schema(kind)
        return self._schemas[kind]

    def check(self, kind: str, params: Mapping[str, Json]) -> tuple[ParamProblem, ...]:
        return self._catalogue.check(kind, params)

    def bind(self, kind: str, params: Mapping[str, Json]) -> BoundStep:
        return self._catalogue.bind(kind, params)
