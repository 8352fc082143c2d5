"""Inputs, variables and items become their values; references to steps become references to the planned steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from drctl.loading.yaml_source import Path
from drctl.model.condition import Compare, Condition, Either, Every, Literal, Not, Operand
from drctl.model.reference import Reference, Template, Value, references_in
from drctl.model.resolve import as_text

Lookup = Callable[[Reference], Value]
"""What a reference stands for in the plan; the reference itself where that is not known. Raises Unfit."""

Told = Callable[[Path, str, str | None], None]


class Unfit(Exception):
    """A reference stands for something that cannot be used where it is; `suggestion` is what was probably meant."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message, self.suggestion = message, suggestion


class Substitution:
    """The substitution in one step. `origins` says afterwards which places came from which reference."""

    def __init__(self, lookup: Lookup, told: Told) -> None:
        self._lookup, self._told = lookup, told
        self.origins: dict[Path, Reference] = {}

    def value(self, value: Value, path: Path) -> Value:
        """`value` as it goes into the plan; what does not fit is told, and None stands in its place."""
        if isinstance(value, Mapping):
            return {key: self.value(inner, (*path, key)) for key, inner in value.items()}
        if isinstance(value, tuple):
            return tuple(self.value(inner, (*path, index)) for index, inner in enumerate(value))
        if isinstance(value, Reference):
            self.origins[path] = value
        try:
            return self._single(value)
        except Unfit as error:
            self._told(path, error.message, error.suggestion)
            return None

    def text(self, value: Value, path: Path) -> str | None:
        """`value` as text that is known now; None where there is none, or where it is not known."""
        found = self.value(value, path)
        if isinstance(found, Mapping | tuple):
            self._told(path, "expected text, got a list or a mapping", None)
            return None
        if isinstance(found, Reference | Template):
            self.known(found, path)
            return None
        return None if found is None else as_text(found)

    def known(self, value: Value, path: Path) -> bool:
        """Whether the whole of `value` is known now. What only the run will know is told."""
        references = references_in(value)
        later = next((reference for reference in references if reference.scope == "steps"), None)
        if later is not None:
            self._told(path, f"`{later}` is not known before the run, and this has to be", None)
        return not references

    def condition(self, condition: Condition, path: Path) -> Condition:
        """`condition` with what is known now in its place."""
        match condition:
            case Reference():
                return self._operand(condition, path)
            case Not(inner):
                return Not(self.condition(inner, path))
            case Every(parts):
                return Every(tuple(self.condition(part, path) for part in parts))
            case Either(parts):
                return Either(tuple(self.condition(part, path) for part in parts))
            case Compare(operator, left, right):
                return Compare(operator, self._operand(left, path), self._operand(right, path))
        return condition

    def _operand(self, operand: Operand, path: Path) -> Operand:
        if isinstance(operand, Literal):
            return operand
        try:
            found = self._lookup(operand)
        except Unfit as error:
            self._told(path, error.message, error.suggestion)
            return Literal(None)
        if isinstance(found, Reference):
            return found
        if isinstance(found, Mapping | tuple | Template):
            self._told(path, f"`{operand}` is not a single value, and cannot be compared", None)
            return Literal(None)
        return Literal(found)

    def _single(self, value: Value) -> Value:
        if isinstance(value, Reference):
            return self._lookup(value)
        return self._joined(value) if isinstance(value, Template) else value

    def _joined(self, template: Template) -> str | Template:
        parts: list[str | Reference] = []
        for part in template.parts:
            found = self._lookup(part) if isinstance(part, Reference) else part
            if isinstance(found, Mapping | tuple):
                raise Unfit(f"`{part}` is a list or a mapping, which cannot be shown as text")
            inner = found.parts if isinstance(found, Template) else (found,)
            for piece in inner:
                if isinstance(piece, Reference):
                    parts.append(piece)
                elif parts and isinstance(parts[-1], str):
                    parts[-1] += as_text(piece)
                else:
                    parts.append(as_text(piece))
        if all(isinstance(part, str) for part in parts):
            return "".join(str(part) for part in parts)
        return Template(tuple(parts))
