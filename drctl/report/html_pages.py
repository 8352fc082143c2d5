"""HTML from templates. Whatever a template writes is escaped, and made visible where it could not be seen.

A page of ours has no script and asks nobody for anything: it can be mailed, archived and opened without a network.
It imports Jinja2, so commands import it when they make a page, and not before.
"""

from __future__ import annotations

import functools
import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

_KEPT = frozenset("\n\t\u200d\u200c")
"""Lines and tabs; and the joiners, without which some scripts and many emoji fall apart."""
_INSTEAD = "\ufffd"


def render_page(template: str, values: Mapping[str, Any]) -> str:
    """The page of `drctl/report/templates/<template>`, as a whole HTML document."""
    return _environment().get_template(template).render(values)


def visible(text: str) -> str:
    """`text` without what steers a screen: control characters, and those that turn the direction of writing."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in _KEPT or _is_space(char) else _INSTEAD for char in text)


def _is_space(char: str) -> bool:
    return unicodedata.category(char) == "Zs"


def _written(value: Any) -> Any:
    if value is None:
        return ""
    # Markup comes from macros and figures, in which every text has been through here already.
    return value if isinstance(value, Markup) else visible(str(value))


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def cut(text: str, columns: int = 24) -> str:
    """The beginning of `text` that has room in so many columns of a fixed width, with a mark where it was cut."""
    shown, used = "", 0
    for char in visible(text):
        used += 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if used > columns:
            return f"{shown[:-1]}…"
        shown += char
    return shown


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("drctl.report"),
        autoescape=True,
        finalize=_written,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["as_json"] = _as_json
    environment.filters["cut"] = cut
    return environment
