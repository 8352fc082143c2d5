"""Answers from elsewhere, where nobody sits at the terminal that a run was started from."""

from __future__ import annotations

from drctl.ports.approvals import Answer, ApprovalRequest


class ByOrder:
    """Nobody answers here; `drctl approve` does, from another terminal, until the request expires."""

    def answer(self, request: ApprovalRequest) -> Answer | None:
        """Never one: orders come through the journal's inbox."""
        return None
