"""Whether a run's approvals can be given at all: one that cannot would stop it for good in the middle."""

from __future__ import annotations

from collections.abc import Iterator

from drctl.bootstrap import texts
from drctl.errors import GuardRefused
from drctl.model.environment import Environment
from drctl.model.events import Mode
from drctl.model.plan import Plan
from drctl.model.quorum import different_people, person_of, same_person


def enough_people(environment: Environment, mode: Mode, plan: Plan, started_by: str) -> None:
    """Raises GuardRefused with every step whose role has too few people besides whoever begins the run."""
    if wrong := list(_short_of_people(environment, mode, plan, person_of(started_by))):
        raise GuardRefused(
            f"{plan.runbook} asks for approvals that nobody could give in {environment.name}",
            context=wrong,
            hint=f"have somebody else begin it, or look at `approvals` of {environment.name}",
        )


def _short_of_people(environment: Environment, mode: Mode, plan: Plan, by: str) -> Iterator[str]:
    policy, known = environment.approvals, texts.catalogue()
    begins = mode is Mode.RECOVER and not policy.initiator_may_approve
    for step in plan.steps:
        spec, role, more = known.spec(step.uses), step.params.get("role"), step.params.get("approvers", 1)
        # A role that only a step's output will name is looked at when it is asked.
        if spec is None or not spec.asks_person or not isinstance(role, str) or role not in policy.roles:
            continue
        wanted = max(policy.quorum, more) if isinstance(more, int) else policy.quorum
        able = [person for person in policy.roles[role] if not (begins and same_person(person, by))]
        if different_people(able) < wanted:
            besides = f" besides {by}, who begins it" if len(able) < len(policy.roles[role]) else ""
            yield f"{step.id}: {wanted} have to approve as {role}, and there are {', '.join(able) or 'none'}{besides}"
