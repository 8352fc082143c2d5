"""`if:` states a comparison of recorded facts, and can state nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drctl.loading.language.conditions import NotACondition, parse_condition
from drctl.model.condition import Compare, Condition, Either, Every, Literal, Not, holds
from drctl.model.reference import Reference
from drctl.model.values import Json

FACTS: Mapping[str, Json] = {
    "inputs.mode": "fast",
    "inputs.count": 3,
    "inputs.on": True,
    "steps.check.state": "succeeded",
    "inputs.no": None,
}


def lookup(reference: Reference) -> Json:
    return FACTS[str(reference)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("inputs.mode == 'fast'", True, id="equal text"),
        pytest.param('inputs.mode != "fast"', False, id="unequal text"),
        pytest.param("${{ inputs.mode }} == 'fast'", True, id="a reference in its braces"),
        pytest.param("${{ inputs.mode == 'fast' }}", True, id="all of it in braces"),
        pytest.param("inputs.count >= 3 && inputs.count < 4.5", True, id="and"),
        pytest.param("inputs.count > 3 || inputs.on", True, id="or"),
        pytest.param("inputs.count > 3 || inputs.on && inputs.mode == 'slow'", False, id="and binds closer than or"),
        pytest.param("(inputs.count > 3 || inputs.on) && inputs.mode == 'fast'", True, id="parentheses"),
        pytest.param("!inputs.on", False, id="not"),
        pytest.param("!!inputs.on", True, id="not not"),
        pytest.param("!(inputs.mode == 'slow')", True, id="not of a comparison"),
        pytest.param("steps.check.state == 'succeeded'", True, id="how a step ended"),
        pytest.param("inputs.no == null", True, id="null"),
        pytest.param("inputs.count == -3", False, id="negative number"),
        pytest.param("inputs.count == '3'", False, id="a number is not its text"),
        pytest.param("'it''s' == \"it's\"", True, id="a doubled quote"),
        pytest.param("true", True, id="a literal"),
    ],
)
def test_a_condition_holds_as_it_reads(text: str, expected: bool) -> None:
    assert holds(parse_condition(text), lookup) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "ends where a value should be", id="nothing"),
        pytest.param("inputs.a ==", "ends where a value should be", id="no right side"),
        pytest.param("inputs.a = 'b'", "does not understand `= 'b'`", id="assignment"),
        pytest.param("inputs.a == b", "text is written in quotes: 'b'", id="a bare word"),
        pytest.param("(inputs.a", "has a ( without its )", id="not closed"),
        pytest.param("${{ inputs.a", "has a ${{ without its }}", id="braces not closed"),
        pytest.param("inputs.a inputs.b", "has `inputs.b` where it should have ended", id="two values"),
        pytest.param("== 'a'", "has `==` where a value should be", id="no left side"),
        pytest.param("!inputs.a == 'b'", "needs parentheses after `!`", id="ambiguous not"),
        pytest.param("(inputs.a && inputs.b) == true", "only single values are compared", id="comparing a condition"),
        pytest.param("inputs.a == 'b' == 'c'", "has `==` where it should have ended", id="a chain"),
        pytest.param("file.exists('/etc/passwd')", "begins with inputs", id="a call"),
        pytest.param("1 + 1", "does not understand `+ 1`", id="arithmetic"),
        pytest.param("(" * 40 + "true" + ")" * 40, "nested deeper than", id="too deep"),
        pytest.param("!" * 5000 + "true", "at most 2000 characters", id="too long"),
        pytest.param("steps.a == 'b'", "expected ${{ steps.STEP.OUTPUT }}", id="half a reference"),
    ],
)
def test_what_is_no_condition_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(NotACondition) as refused:
        parse_condition(text)
    assert message in str(refused.value)


def test_a_misspelt_scope_is_refused_with_the_nearest() -> None:
    with pytest.raises(NotACondition) as refused:
        parse_condition("step.a.b == 1")
    assert refused.value.suggestion == "steps.a.b"


SINGLE = st.one_of(
    st.just(Reference("inputs", ("x",))),
    st.integers(-99, 99).map(Literal),
    st.text(alphabet="ab' \"", max_size=4).filter(lambda text: '"' not in text).map(Literal),
    st.booleans().map(Literal),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    st.one_of(
        SINGLE,
        st.tuples(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), SINGLE, SINGLE).map(lambda p: Compare(*p)),
    ),
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Every(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Either(tuple(parts))),
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(CONDITIONS)
def test_a_written_condition_reads_back_as_itself(condition: Condition) -> None:
    assert parse_condition(_written(condition)) == condition


@settings(deadline=None)
@given(st.text(alphabet="inputs.ax ()!&|=<>'\"0${}") | st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(NotACondition):
        parse_condition(text)


def _written(condition: Condition) -> str:
    match condition:
        case Literal(bool() as value):
            return "true" if value else "false"
        case Literal(str() as value):
            doubled = value.replace("'", "''")
            return f"'{doubled}'"
        case Literal(value):
            return str(value)
        case Reference():
            return f"${{{{ {condition} }}}}"
        case Compare(operator, left, right):
            return f"{_written(left)}{operator}{_written(right)}"
        case Not(inner):
            return f"!({_written(inner)})"
        case Every(parts):
            return " && ".join(f"({_written(part)})" for part in parts)
        case Either(parts):
            return " || ".join(f"({_written(part)})" for part in parts)
