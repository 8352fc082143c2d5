"""A plan is only used in the account and Region that it names, and its summary tells an approver what it does."""

from __future__ import annotations

from typing import Any

import pytest

from drctl.actions.programs.terraform_policy import refuse_place
from drctl.actions.programs.terraform_shown import parse_plan
from tests.fakes.terraform import OURS, constant, provider, reference, shown
from tests.simulated import PRODUCTION, RECOVERY

OTHER = "999999999999"


def refused(providers: dict[str, Any], variables: dict[str, Any] | None = None) -> str:
    found = refuse_place(shown({"aws_lb.a": ["create"]}, providers, variables), PRODUCTION, RECOVERY)
    return found.because if found is not None else ""


@pytest.mark.parametrize(
    ("providers", "variables"),
    [
        ({"aws": OURS}, {}),
        ({"aws": provider(allowed_account_ids=constant([PRODUCTION]))}, {}),
        ({"aws": provider(allowed_account_ids=reference("var.account"))}, {"account": PRODUCTION}),
        ({"aws": provider(allowed_account_ids=reference("var.ids"))}, {"ids": [PRODUCTION]}),
        ({"aws": OURS, "random": {"name": "random", "full_name": "registry.terraform.io/hashicorp/random"}}, {}),
        ({"aws": OURS, "module.a:aws": {"name": "aws", "full_name": OURS["full_name"], "module_address": "a"}}, {}),
    ],
    ids=["both", "Region of the environment", "a variable", "a list", "another provider", "passed to a module"],
)
def test_what_names_the_account_is_used(providers: dict[str, Any], variables: dict[str, Any]) -> None:
    assert refused(providers, variables) == ""


@pytest.mark.parametrize(
    ("providers", "why"),
    [
        ({}, "does not tell which AWS provider"),
        ({"aws": provider()}, "does not say which account"),
        ({"aws": provider(allowed_account_ids=constant([]))}, "is for account"),
        ({"aws": provider(allowed_account_ids=constant([OTHER]))}, OTHER),
        ({"aws": provider(allowed_account_ids=constant([PRODUCTION, OTHER]))}, OTHER),
        ({"aws": provider(allowed_account_ids=reference("local.account"))}, "does not say which account"),
        ({"aws": OURS, "aws.us": provider(region=constant("us-east-1"))}, "aws.us"),
        ({"aws": {**OURS, "expressions": {**OURS["expressions"], "region": constant("us-east-1")}}}, "us-east-1"),
        ({"aws": {**OURS, "expressions": {**OURS["expressions"], "region": reference("local.r")}}}, "does not tell"),
        ({"aws": OURS, "module.a:aws": {**provider(region=constant(RECOVERY)), "module_address": "a"}}, "module.a"),
    ],
)
def test_what_could_be_for_another_account_or_region_is_refused(providers: dict[str, Any], why: str) -> None:
    assert why in refused(providers)


def test_the_summary_counts_and_names_what_is_destroyed() -> None:
    plan = shown(
        {
            'module.web["a.b"].aws_lb.api': ["create"],
            "aws_lb.other": ["create"],
            "aws_sqs_queue.q": ["update"],
            "aws_lb_listener.l": ["delete", "create"],
            "aws_vpc.v": ["no-op"],
        }
    )
    assert plan.summary == (
        "3 to add, 1 to change, 1 to destroy (2 aws_lb, aws_lb_listener, aws_sqs_queue); destroys aws_lb_listener.l"
    )


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format_version": "2.0"}'])
def test_what_is_no_plan_is_not_read_as_an_empty_one(content: bytes) -> None:
    assert parse_plan(content) is None
