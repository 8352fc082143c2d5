"""What kind of value an action's parameter takes at each place, read from its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from drctl.loading.yaml_source import Path
from drctl.model.values import ValueKind

Schema = Mapping[str, Any]

_PLAIN = {
    "string": ValueKind.STRING,
    "integer": ValueKind.INTEGER,
    "number": ValueKind.NUMBER,
    "boolean": ValueKind.BOOLEAN,
    "array": ValueKind.LIST,
    "object": ValueKind.OBJECT,
}
_FORMATS = {
    "aws-region": ValueKind.REGION,
    "drctl-duration": ValueKind.DURATION,
    "duration": ValueKind.DURATION,
    "date-time": ValueKind.TIMESTAMP,
}


def kinds_at(schema: Schema, path: Path) -> frozenset[ValueKind]:
    """The kinds that are taken at `path` inside `with:`; none where the schema does not restrict them."""
    kinds: set[ValueKind] = set()
    for node in _nodes_at(schema, path):
        kind = _kind(node)
        if kind is None and node.get("type") != "null":
            return frozenset()
        if kind is not None:
            kinds.add(kind)
    return frozenset(kinds)


def is_described(schema: Schema, path: Path) -> bool:
    """Whether the schema knows a place such as `path`."""
    return next(_nodes_at(schema, path), None) is not None


def words_at(schema: Schema, path: Path) -> tuple[str, ...]:
    """The words that are allowed at `path`, where only some are."""
    return tuple(str(word) for node in _nodes_at(schema, path) for word in node.get("enum", ()))


def _nodes_at(schema: Schema, path: Path) -> Iterator[Schema]:
    nodes = list(_alternatives(schema, schema))
    for part in path:
        nodes = [
            found
            for node in nodes
            if (inner := _inside(node, part)) is not None
            for found in _alternatives(schema, inner)
        ]
    yield from nodes


def _alternatives(root: Schema, node: Schema) -> Iterator[Schema]:
    if (pointer := node.get("$ref")) is not None:
        target: Any = root
        for part in str(pointer).removeprefix("#/").split("/"):
            target = target[part]
        yield from _alternatives(root, target)
    elif (choices := node.get("anyOf") or node.get("oneOf")) is not None:
        for choice in choices:
            yield from _alternatives(root, choice)
    else:
        yield node


def _inside(node: Schema, part: str | int) -> Schema | None:
    if isinstance(part, int):
        places = node.get("prefixItems", ())
        inner = places[part] if part < len(places) else node.get("items")
    else:
        inner = node.get("properties", {}).get(part, node.get("additionalProperties"))
    return inner if isinstance(inner, Mapping) else {} if inner is True else None


def _kind(node: Schema) -> ValueKind | None:
    plain = _PLAIN.get(str(node.get("type")))
    if plain is ValueKind.STRING:
        return _FORMATS.get(str(node.get("format")), plain)
    return plain
