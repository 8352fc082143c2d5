"""Parameters that only the run will know, as values that can be told apart from every real one.

What a step needs is told by its action, from parameters that are whole. So each unknown one is given a mark that has
the form of a name, a host, an ARN, a Region or an instant, whichever the action takes, and wherever the mark comes
out again in a resource there is `*` in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from drctl.model.reference import Reference, Template, Value, references_in
from drctl.model.resolve import Unrecorded, resolve
from drctl.model.values import Json
from drctl.ports.action import BoundStep, Catalogue, ParamsInvalid

Path = tuple[str | int, ...]

_WORD = "drctl-unknown"
_ACCOUNT = "000000000000"
_REGION = "zz-unknown-0"
_FORMS: tuple[Json, ...] = (
    _WORD,
    f"{_WORD}.example.com",
    f"arn:aws:iam::{_ACCOUNT}:role/{_WORD}",
    f"sg-{'0' * 17}",
    f"subnet-{'0' * 17}",
    "db-DRCTLUNKNOWN",
    "00000000-0000-4000-8000-000000000000",
    f"https://{_WORD}.example.com/",
    "2026-01-14T03:42:00Z",
    _REGION,
    "0" * 64,
    "1h",
    "1.0",
    1,
    5432,
    True,
    [_WORD],
    [],
    {},
    {"unknown": _WORD},
)
"""Tried one after the other until the action takes one. None of them names anything that is there."""
_MARKED = re.compile(
    rf"arn:aws:iam::{_ACCOUNT}:role/{_WORD}|https://{_WORD}\.example\.com/|{_WORD}(?:\.example\.com)?|{_REGION}"
)

Lookup = Callable[[Reference], Json]


class NeverFits(Exception):
    """No mark has a form that the action takes, so that what it needs cannot be told before the run."""

    def __init__(self, why: str, step: str = "") -> None:
        super().__init__(why)
        self.step = step


def bound_with_marks(catalogue: Catalogue, kind: str, params: Mapping[str, Value], known: Lookup) -> BoundStep:
    """The action with its parameters, those that `known` (which raises Unrecorded) does not have as marks.

    Raises NeverFits.
    """
    open_places = list(_unknown(params, (), known))
    chosen = dict.fromkeys(open_places, 0)
    while True:
        filled = {key: _filled(value, (key,), known, chosen) for key, value in params.items()}
        try:
            return catalogue.bind(kind, filled)
        except ParamsInvalid as invalid:
            refused = [path for path in open_places if _is_refused(path, invalid)]
            if not refused or any(chosen[path] + 1 == len(_FORMS) for path in refused):
                raise NeverFits(str(invalid)) from invalid
            for path in refused:
                chosen[path] += 1


def without_marks(resource: str) -> str:
    """`resource` with `*` for whatever only the run will know."""
    return re.sub(r"\*{2,}", "*", _MARKED.sub("*", resource))


def _is_refused(path: Path, invalid: ParamsInvalid) -> bool:
    # A problem of something as a whole is one of every mark in it.
    return any(
        problem.path[: len(path)] == path or path[: len(problem.path)] == problem.path for problem in invalid.problems
    )


def _unknown(value: Value, path: Path, known: Lookup) -> Iterator[Path]:
    if isinstance(value, Reference | Template):
        if not _is_known(value, known):
            yield path
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _unknown(inner, (*path, index), known)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _unknown(inner, (*path, key), known)


def _is_known(value: Value, known: Lookup) -> bool:
    try:
        for reference in references_in(value):
            known(reference)
    except Unrecorded:
        return False
    return True


def _filled(value: Value, path: Path, known: Lookup, chosen: Mapping[Path, int]) -> Json:
    if isinstance(value, Mapping):
        return {key: _filled(inner, (*path, key), known, chosen) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_filled(inner, (*path, index), known, chosen) for index, inner in enumerate(value)]
    if path not in chosen:
        return resolve(value, known)
    form = _FORMS[chosen[path]]
    if not isinstance(value, Template) or form != _WORD:
        return form
    # What is known of a text narrows what it can be.
    return resolve(value, lambda reference: _known_or_word(reference, known))


def _known_or_word(reference: Reference, known: Lookup) -> Json:
    try:
        return known(reference)
    except Unrecorded:
        return _WORD
