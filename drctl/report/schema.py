"""The JSON Schema of the run document, made from its shape. Published as `docs/schema/run-document.json`."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, TypeAdapter, with_config
from pydantic.json_schema import GenerateJsonSchema

from drctl.report import forecast_shape, shape

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Untitled(GenerateJsonSchema):
    """Without a title for every field: it would only say the field's name again."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def document_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) that every run document validates against.

    Fields it does not name are allowed, so that a script which validates goes on working when one is added.
    """
    for sections in (*vars(shape).values(), *vars(forecast_shape).values()):
        if isinstance(sections, type) and hasattr(sections, "__required_keys__"):
            with_config(ConfigDict(use_attribute_docstrings=True))(sections)
    made = TypeAdapter(shape.RunDocument).json_schema(schema_generator=_Untitled, mode="serialization")
    return {"$schema": DIALECT, "title": "drctl run document", **{k: v for k, v in made.items() if k != "title"}}
