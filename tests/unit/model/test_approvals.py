"""Laws of approvals that hold for whatever people do: tokens, the hash of evidence, and who counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.journal.codec import decode, encode
from drctl.model.approval_evidence import digest, told
from drctl.model.approval_token import Claims, TokenInvalid, sign, verified
from drctl.model.events import AnswerGiven, ApprovalAsked
from drctl.model.quorum import POLICY, approvers, does_not_count, is_expired, may_not, same_person, standing, verdict

NOW = datetime(2026, 11, 14, 3, 0, tzinfo=UTC)
KEY = b"k" * 32
CLAIMS = Claims(run="dr-1", step="ok", epoch=1, sha256="a" * 64, approved=True, until=int(NOW.timestamp()) + 600)
ASKED = ApprovalAsked(at=NOW, step="ok", role="commander", evidence={}, sha256="a" * 64)

people = st.sampled_from(["anna@ops1", "anna@ops2", "ANNA", "bea@ops1", "carl@ops1", "bea"])


@st.composite
def answers(draw: st.DrawFn) -> list[AnswerGiven]:
    return draw(
        st.lists(
            st.builds(
                AnswerGiven,
                at=st.integers(0, 1200).map(lambda seconds: NOW + timedelta(seconds=seconds)),
                step=st.just("ok"),
                approved=st.booleans(),
                by=people,
                evidence=st.sampled_from(["a" * 64, "b" * 64]),
                typed_by=st.sampled_from(["", "web@page", "anna@ops1"]),
            )
        )
    )


def yes(by: str, **more: Any) -> AnswerGiven:
    return AnswerGiven(**{"at": NOW, "step": "ok", "approved": True, "by": by, "evidence": "a" * 64, **more})


def test_a_token_says_what_was_signed() -> None:
    assert verified(sign(CLAIMS, KEY), KEY, NOW) == CLAIMS


@given(st.data())
def test_a_token_never_verifies_with_one_bit_flipped(data: st.DataObject) -> None:
    token = bytearray(sign(CLAIMS, KEY).encode())
    place = data.draw(st.integers(0, len(token) - 1))
    token[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(TokenInvalid):
        verified(token.decode("latin-1"), KEY, NOW)


@given(st.text())
def test_no_text_is_a_token_by_chance(text: str) -> None:
    with pytest.raises(TokenInvalid):
        verified(text, KEY, NOW)


@given(st.binary(min_size=32, max_size=64).filter(lambda key: key != KEY))
def test_a_token_verifies_with_no_other_key(key: bytes) -> None:
    with pytest.raises(TokenInvalid):
        verified(sign(CLAIMS, KEY), key, NOW)


@given(st.integers(600, 10**6))
def test_a_token_is_worth_nothing_from_its_last_second_on(later: int) -> None:
    with pytest.raises(TokenInvalid, match="never means yes"):
        verified(sign(CLAIMS, KEY), KEY, NOW + timedelta(seconds=later))


def test_a_short_key_signs_nothing() -> None:
    with pytest.raises(TokenInvalid, match="32 bytes"):
        sign(CLAIMS, b"short")


@given(answers(), st.integers(2, 3))
def test_a_quorum_is_never_met_by_one_person(given_answers: list[AnswerGiven], wanted: int) -> None:
    asked = replace(ASKED, approvers=wanted)
    if verdict(asked, given_answers):
        counted = approvers(asked, given_answers)
        assert len(counted) >= wanted
        assert not any(same_person(one, two) for i, one in enumerate(counted) for two in counted[i + 1 :])


@given(st.lists(people, max_size=6))
def test_one_who_hands_in_tokens_in_many_names_counts_once(names: list[str]) -> None:
    handed_in = [yes(by, typed_by="eve@ops1") for by in names]
    assert verdict(replace(ASKED, approvers=2), handed_in) is None


def test_the_page_that_hands_in_tokens_for_others_counts_for_nobody_itself() -> None:
    asked = replace(ASKED, approvers=2, hands_in=("web@page",))
    both = [yes("anna", typed_by="web@page", via="token"), yes("bea", typed_by="web@page", via="token")]
    assert verdict(asked, both) is True
    assert verdict(asked, [both[0], both[0]]) is None


@given(answers())
def test_expiry_never_gives_yes(given_answers: list[AnswerGiven]) -> None:
    asked = replace(ASKED, until=NOW)
    assert verdict(asked, given_answers) is None


@given(st.integers(0, 10**9))
def test_time_alone_decides_nothing(later: int) -> None:
    assert verdict(ASKED, []) is None
    assert is_expired(replace(ASKED, until=NOW), NOW + timedelta(seconds=later))
    assert not is_expired(ASKED, NOW + timedelta(seconds=later))


@given(answers())
def test_answers_to_other_evidence_count_for_nothing(given_answers: list[AnswerGiven]) -> None:
    assert verdict(replace(ASKED, sha256="c" * 64), given_answers) is None


@given(answers(), people)
def test_whoever_began_the_run_never_counts(given_answers: list[AnswerGiven], initiator: str) -> None:
    asked = replace(ASKED, not_by=(initiator,))
    assert not any(same_person(by, initiator) for by in approvers(asked, given_answers))
    mine = [answer for answer in given_answers if same_person(answer.by, initiator)]
    assert verdict(asked, mine) is None
    assert may_not(asked, initiator)


@given(answers())
def test_one_rejection_that_counts_rejects_whatever_others_say(given_answers: list[AnswerGiven]) -> None:
    no = yes("bea@ops1", approved=False)
    assert verdict(ASKED, [*given_answers, no]) is False


@given(st.lists(answers().map(tuple), max_size=3))
def test_what_is_counted_is_counted_the_same_again(many: list[tuple[AnswerGiven, ...]]) -> None:
    for some in many:
        assert verdict(ASKED, some) is verdict(ASKED, [*some, *some])


def test_a_second_answer_by_the_same_person_changes_nothing_and_says_so() -> None:
    asked = replace(ASKED, approvers=2)
    assert "nobody counts twice" in does_not_count(asked, [yes("anna@ops1")], yes("anna@laptop"))
    assert does_not_count(asked, [yes("anna@ops1")], yes("anna@ops1", approved=False)) == ""


def test_a_role_limits_who_may_answer() -> None:
    asked = replace(ASKED, may=("anna@ops1", "bea"))
    assert may_not(asked, "anna@ops1") == may_not(asked, "bea@anywhere") == may_not(asked, "anna") == ""
    assert "none of those" in may_not(asked, "anna@laptop")
    assert "none of those" in may_not(asked, "carl@ops1")
    assert may_not(asked, " ")


def test_a_policy_approves_alone_where_a_drill_has_one() -> None:
    assert verdict(replace(ASKED, approvers=3), [yes("policy", via=POLICY)]) is True


def test_how_a_request_stands_is_told() -> None:
    lines = " ".join(standing(replace(ASKED, approvers=2, not_by=("anna@x",), until=NOW + timedelta(1)), [yes("bea")]))
    for part in ("1 of 2", "approved by bea", "anybody, but for anna@x", "until 2026-11-15T03:00:00Z"):
        assert part in lines


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_the_hash_is_that_of_what_a_journal_gives_back(evidence: dict[str, Any]) -> None:
    assert digest(journaled(evidence)) == digest(evidence)


def journaled(evidence: dict[str, Any]) -> Mapping[str, Any]:
    back = decode(encode(replace(ASKED, evidence=evidence)))
    assert isinstance(back, ApprovalAsked)
    return back.evidence


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(), min_size=2, max_size=5))
def test_the_hash_does_not_depend_on_an_order_and_changes_with_a_value(evidence: dict[str, int]) -> None:
    assert digest(dict(reversed(evidence.items()))) == digest(evidence)
    first = next(iter(evidence))
    assert digest({**evidence, first: evidence[first] + 1}) != digest(evidence)


@given(st.dictionaries(st.sampled_from(["steps", "loss_s", "rpo_s", "fenced", "elapsed_s", "rto_s"]), json_values))
def test_whatever_a_journal_holds_can_be_told(evidence: dict[str, Any]) -> None:
    assert told(journaled(evidence))


def test_what_a_journal_gives_back_is_told_in_the_order_of_the_runbook() -> None:
    steps = [{"step": id, "fact": id, "outputs": {"lag_s": 1, "age_s": 2}} for id in ("restore", "check", "also")]
    evidence: dict[str, Any] = {"steps": steps, "loss_s": {"redis": 1, "postgres": 2}}
    lines = told(evidence)
    assert told(journaled(evidence)) == lines
    assert [line.partition(":")[0] for line in lines[::2][:3]] == ["restore", "check", "also"]
