"""What moto works out anew for every request, worked out once: together more than a quarter of what a request takes.

Everything here answers as moto does, only sooner; `tests/sim/test_moto_speed.py` compares the two.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import moto.core.constants
import moto.core.responses
import moto.core.serialize
import moto.core.utils
import werkzeug.routing
import xmltodict  # type: ignore[import-untyped]
from moto.core.loaders import create_loader

_Serializer = moto.core.serialize.ResponseSerializer
_Picker = moto.core.serialize.XFormedAttributePicker
_MISSING = moto.core.constants.MISSING
_get_value = _Serializer.get_value
_keys: dict[tuple[type, Any, str], tuple[str, ...]] = {}


def install() -> None:
    """Have moto remember. Idempotent."""
    serializer: Any = _Serializer
    serializer.get_value = get_value
    utils: Any = moto.core.utils
    utils._load_service_model = _load_service_model  # noqa: SLF001 (it has no public name)
    responses: Any = moto.core.responses
    responses.method_names_from_class = _method_names
    rule: Any = werkzeug.routing.Rule
    rule._compile_builder = _compile_builder  # noqa: SLF001 (it has no public name)
    xml: Any = xmltodict
    xml._validate_name = _validate_name  # noqa: SLF001 (it has no public name)


def get_value(serializer: Any, obj: Any, key: str, shape: Any) -> Any:
    """The value of a member of an AWS shape in an object, under whichever of its possible names it is there.

    The names follow from the class of the object and from the member, which are few; objects are many.
    """
    picker = serializer._value_picker  # noqa: SLF001
    if type(picker) is not _Picker:
        return _get_value(serializer, obj, key, shape)
    # A shape is remembered by itself: it lives as long as the model it belongs to, and that as long as the process.
    known = (type(obj), shape, key)
    names = _keys.get(known)
    if names is None:
        context = moto.core.serialize.AttributePickerContext(obj=obj, key=key, shape=shape)
        names = _keys[known] = tuple(dict.fromkeys(picker.get_possible_keys(context)))
    value = None
    for name in names:
        found = _value(obj, name)
        if found is not _MISSING:
            value = found
            break
    if picker.response_transformers:
        # As moto has it: the path of the structure, and then the member.
        path = f"{'.'.join(serializer.path)}.{key}"
        for wanted, transform in picker.response_transformers.items():
            if path.endswith(wanted):
                return transform(value)
    return value


def _value(obj: Any, key: str) -> Any:
    if type(obj) is dict and "." not in key:
        return obj.get(key, _MISSING)
    return moto.core.utils.get_value(obj, key, _MISSING)


_loader = functools.cache(create_loader)


def _load_service_model(service: str, model: str) -> Any:
    """A model of the SDK, by a loader that looks through the folders of all services once and not for every service."""
    return _loader().load_service_model(service, model)


_method_names = functools.cache(moto.core.utils.method_names_from_class)
_validate_name = functools.cache(xmltodict._validate_name)  # noqa: SLF001 (it has no public name)
_compiled_builder = werkzeug.routing.Rule._compile_builder  # noqa: SLF001


def _compile_builder(rule: Any, append_unknown: bool = True) -> Callable[..., Any]:
    """What makes addresses of a route. Nobody asks for them, and compiling them is most of what makes a router slow."""

    def build(*given: Any, **named: Any) -> Any:
        return _compiled_builder(rule, append_unknown)(*given, **named)

    return build
