"""JSON Schemas of the files that people write, for editors and for `drctl schema`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from drctl.loading.validation import adapter_of
from drctl.model.values import Json

DRAFT = "https://json-schema.org/draft/2020-12/schema"
SPAN: Mapping[str, Json] = {
    "type": "string",
    "pattern": r"^(?=\d)(\d{1,9}d)?(\d{1,9}h)?(\d{1,9}m)?(\d{1,9}s)?$",
    "examples": ["45s", "20m", "1h30m"],
}


class _Schema(GenerateJsonSchema):
    def timedelta_schema(self, schema: Any) -> JsonSchemaValue:
        return dict(SPAN)

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        # An editor shows a default as a value to complete; spans and empty sections are none.
        return self.generate_inner(schema["schema"])


def schema_of(wanted: type[Any], title: str) -> Mapping[str, Json]:
    """The JSON Schema of a dataclass as it is written in a file: spans as `20m`, keys by their names in the file."""
    schema = adapter_of(wanted).json_schema(schema_generator=_Schema)
    return {"$schema": DRAFT, **schema, "title": title}
