"""What only the run will know becomes `*` in a resource, and nothing else does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn, cast

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.model.reference import Reference, Template, Value
from drctl.model.resolve import Unrecorded
from drctl.model.values import Json
from drctl.ports.action import Catalogue, ParamProblem, ParamsInvalid
from drctl.privileges.unknown import NeverFits, bound_with_marks, without_marks

FOUND = Reference("steps", ("find", "name"))
KNOWN = Reference("env", ("name",))
CATALOGUE = ActionCatalogue()


def lookup(reference: Reference) -> Json:
    if reference == KNOWN:
        return "tasks"
    raise Unrecorded(reference)


def resources(kind: str, params: dict[str, Value]) -> set[str]:
    bound = bound_with_marks(CATALOGUE, kind, params, lookup)
    needed = bound.action.permissions(bound.params, "eu-west-1", "111111111111")
    return {without_marks(resource) for permission in needed for resource in permission.resources}


def test_a_name_that_is_known_is_written_out() -> None:
    assert resources("sqs.purge", {"region": "eu-west-1", "queue": KNOWN}) == {
        "arn:aws:sqs:eu-west-1:111111111111:tasks"
    }


def test_a_name_that_is_not_known_is_a_star() -> None:
    assert resources("sqs.purge", {"region": "eu-west-1", "queue": FOUND}) == {"arn:aws:sqs:eu-west-1:111111111111:*"}


def test_what_is_known_of_a_text_stays() -> None:
    queue = Template((FOUND, "-", KNOWN))
    assert resources("sqs.purge", {"region": "eu-west-1", "queue": queue}) == {
        "arn:aws:sqs:eu-west-1:111111111111:*-tasks"
    }


def test_a_region_that_is_not_known_is_a_star_too() -> None:
    assert resources("sqs.purge", {"region": FOUND, "queue": "tasks"}) == {"arn:aws:sqs:*:111111111111:tasks"}


class Picky:
    """A catalogue whose action takes nothing of what it is offered."""

    def bind(self, kind: str, params: Mapping[str, Json]) -> NoReturn:
        raise ParamsInvalid(kind, (ParamProblem(("colour",), "expected a colour such as #ff8800"),))


def test_where_no_mark_has_the_form_it_is_said_and_not_guessed() -> None:
    with pytest.raises(NeverFits, match="#ff8800"):
        bound_with_marks(cast("Catalogue", Picky()), "paint", {"colour": FOUND}, lookup)


def test_a_mark_as_a_whole_arn_leaves_nothing_of_itself() -> None:
    assert without_marks("arn:aws:iam::000000000000:role/drctl-unknown") == "*"
    assert without_marks("arn:aws:s3:::drctl-unknown/drctl-unknown*") == "arn:aws:s3:::*/*"
