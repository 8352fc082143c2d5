"""`${{ … }}` is scanned, never evaluated."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drctl.loading.language.references import NotAReference, parse_reference, parse_text
from drctl.model.reference import Reference, Template

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,12}", fullmatch=True)
REFERENCES = st.one_of(
    NAMES.map(lambda name: Reference("inputs", (name,))),
    NAMES.map(lambda name: Reference("env", (name,))),
    st.tuples(NAMES, NAMES).map(lambda names: Reference("steps", names)),
    st.lists(NAMES, max_size=3).map(lambda names: Reference("item", tuple(names))),
)
# A `$` right before a reference would escape it.
TEXTS = st.text(min_size=1).filter(lambda text: not text.endswith("$"))


def test_text_without_references_stays_itself() -> None:
    assert parse_text("arn:aws:s3:::a/${b}/{{c}}/$d") == "arn:aws:s3:::a/${b}/{{c}}/$d"


def test_text_that_is_one_reference_stands_for_the_value_itself() -> None:
    assert parse_text("${{ steps.restore-db.endpoint }}") == Reference("steps", ("restore-db", "endpoint"))


def test_a_reference_among_other_text_is_part_of_that_text() -> None:
    assert parse_text("a-${{ inputs.x }}-${{env.y}}") == Template(
        ("a-", Reference("inputs", ("x",)), "-", Reference("env", ("y",)))
    )


def test_blanks_around_a_reference_are_text() -> None:
    assert parse_text(" ${{ item }}") == Template((" ", Reference("item")))


def test_a_doubled_dollar_escapes() -> None:
    assert parse_text("$${{ inputs.x }}") == "${{ inputs.x }}"
    assert parse_text("$${{ a }} ${{ item }}") == Template(("${{ a }} ", Reference("item")))


@pytest.mark.parametrize(
    ("text", "message", "suggestion"),
    [
        pytest.param("${{ inputs.x", "without its `}}`", None, id="not closed"),
        pytest.param("${{ input.x }}", "begins with inputs", "inputs.x", id="misspelt scope"),
        pytest.param("${{ inputs }}", "expected ${{ inputs.NAME }}", None, id="no name"),
        pytest.param("${{ inputs.a.b }}", "expected ${{ inputs.NAME }}", None, id="too many names"),
        pytest.param("${{ steps.a }}", "expected ${{ steps.STEP.OUTPUT }}", None, id="no output"),
        pytest.param("${{ 1 + 1 }}", "computes nothing", None, id="an expression"),
        pytest.param("${{ steps.a.b | upper }}", "expected ${{ steps.STEP.OUTPUT }}", None, id="a filter"),
        pytest.param("${{ __import__('os') }}", "computes nothing", None, id="code"),
        pytest.param("${{ }}", "computes nothing", None, id="nothing"),
    ],
)
def test_what_names_no_value_is_refused_with_the_form_that_is_expected(
    text: str, message: str, suggestion: str | None
) -> None:
    with pytest.raises(NotAReference) as refused:
        parse_text(text)
    assert message in str(refused.value)
    assert refused.value.suggestion == suggestion


@settings(deadline=None)
@given(REFERENCES)
def test_a_reference_reads_back_as_itself(reference: Reference) -> None:
    assert parse_reference(str(reference)) == reference
    assert parse_text(f"${{{{ {reference} }}}}") == reference


@settings(deadline=None)
@given(st.lists(st.one_of(TEXTS, REFERENCES), min_size=2))
def test_text_with_references_reads_back_as_its_parts(parts: list[str | Reference]) -> None:
    written = "".join(part.replace("${{", "$${{") if isinstance(part, str) else f"${{{{ {part} }}}}" for part in parts)
    read = parse_text(written)
    seen = read.parts if isinstance(read, Template) else (read,)
    assert _joined(seen) == _joined(parts)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(NotAReference):
        parse_text(text)


def _joined(parts: list[str | Reference] | tuple[str | Reference, ...]) -> list[str | Reference]:
    joined: list[str | Reference] = []
    for part in parts:
        if joined and isinstance(part, str) and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return joined
