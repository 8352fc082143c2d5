"""What an operator is told of a failure that stops a step."""

from __future__ import annotations

import pytest

from drctl.engine.responses import advice
from drctl.model.failure import CallFailure, FailureKind

CALL = "rds:RestoreDBInstanceFromDBSnapshot"


def hint_of(code: str, message: str) -> str | None:
    service, operation = CALL.split(":")
    failure = CallFailure(FailureKind.AUTH, code, message, service=service, operation=operation, region="eu-west-1")
    return advice(failure, "dr-1").hint


def test_the_action_that_aws_names_is_the_one_to_allow() -> None:
    """A call may need more than its own: tagging what it makes, or a grant on a key."""
    message = (
        "User: arn:aws:sts::111111111111:assumed-role/drctl/dr-1 is not authorized to perform: rds:AddTagsToResource "
        "on resource: arn:aws:rds:eu-west-1:111111111111:db:amply-prod because no identity-based policy allows it"
    )
    assert hint_of("AccessDenied", message) == (
        "allow rds:AddTagsToResource to the role of this step, then: drctl resume dr-1"
    )


def test_without_a_name_the_call_itself_is_to_be_allowed() -> None:
    assert (
        hint_of("AccessDenied", "Not authorized") == f"allow {CALL} to the role of this step, then: drctl resume dr-1"
    )


@pytest.mark.parametrize(
    "code", ["KMSKeyNotAccessibleFault", "KMSInvalidStateException", "KmsKeyDisabledException", "DisabledException",
             "InvalidKMSKeyFault"]
)  # fmt: skip
def test_a_key_that_cannot_be_used_is_not_told_as_a_missing_permission_alone(code: str) -> None:
    hint = hint_of(code, "the key cannot be used")
    assert hint is not None
    assert hint.startswith("see that the key is there in eu-west-1, enabled")
