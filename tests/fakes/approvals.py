"""People who answer as they are told to."""

from __future__ import annotations

from collections.abc import Mapping

from drctl.ports.approvals import Answer, ApprovalRequest


class ScriptedApprovals:
    """Answers each step after it was asked `patience` times; never where no answer is scripted."""

    def __init__(self, answers: Mapping[str, Answer], patience: int = 0) -> None:
        self._answers, self._patience = answers, patience
        self.asked: list[ApprovalRequest] = []

    def answer(self, request: ApprovalRequest) -> Answer | None:
        self.asked.append(request)
        if len([r for r in self.asked if r.step == request.step]) <= self._patience:
            return None
        return self._answers.get(request.step)
