"""Answers by policy, where nobody watches."""

from __future__ import annotations

from drctl.model.quorum import POLICY
from drctl.ports.approvals import Answer, ApprovalRequest


class ApprovedByPolicy:
    """`--approve auto`: every approval is given at once, and the record says that no person gave it."""

    def answer(self, request: ApprovalRequest) -> Answer | None:
        """Yes, by policy."""
        return Answer(approved=True, by="policy", comment="nobody watches this drill (--approve auto)", via=POLICY)
