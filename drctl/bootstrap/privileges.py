"""The IAM policies of a runbook, for an environment or for the simulated AWS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drctl.bootstrap import texts
from drctl.bootstrap.needed_besides import needed_besides
from drctl.bootstrap.requests import SIMULATED
from drctl.errors import InputInvalid
from drctl.model.environment import Environment
from drctl.model.estate import Estate
from drctl.model.events import Mode

if TYPE_CHECKING:
    from drctl.loading.runbook import Surroundings
    from drctl.model.plan import Plan
    from drctl.privileges.place import Place, Purpose
    from drctl.privileges.policies import Document


@dataclass(frozen=True, kw_only=True)
class PolicyRequest:
    """What policies were asked for; names are not looked up yet."""

    runbooks: tuple[str, ...]
    """Those that the same role runs: what one of them needs, the guardrails of another must not deny."""
    environment: str = SIMULATED
    estate: str = "amply"
    inputs: Mapping[str, str]
    mode: str | None = None
    """observe, drill or recover; if left out, recover where the environment lets anybody recover, else drill."""


def iam_policies(request: PolicyRequest) -> Mapping[str, tuple[Document, ...]]:
    """By account, the policy documents with which the runbooks can be run, and not much else.

    Inputs that have no value are left open, and become `*`. Raises InputInvalid and NotFound.
    """
    from drctl.privileges.policies import policies_of
    from drctl.privileges.unknown import NeverFits

    if request.environment == SIMULATED:
        estate = texts.estate_of(request.estate)
        place, surroundings = _simulated(estate)
        modes: tuple[Mode, ...] = tuple(Mode)
    else:
        environment, _ = texts.environment_of(request.environment)
        place, surroundings = _real(environment)
        modes = environment.modes
    purpose = _purpose(request, modes)
    plans = [_plan(runbook, request, surroundings) for runbook in request.runbooks]
    try:
        return policies_of(plans, texts.catalogue(), place, purpose)
    except NeverFits as never:
        raise InputInvalid(
            f"what the step {never.step} needs cannot be told before the run",
            context=[str(never)],
            hint="give what it refers to with --set, or write it into the runbook",
        ) from never


def _plan(runbook: str, request: PolicyRequest, surroundings: Surroundings) -> Plan:
    from drctl.loading.runbook import load_plan
    from drctl.loading.sources import Kind

    sources = texts.files(Kind.RUNBOOK)
    loaded = load_plan(runbook, sources, texts.catalogue(), surroundings, request.inputs, complete=False)
    return loaded.plan_or_refuse()


def _purpose(request: PolicyRequest, modes: tuple[Mode, ...]) -> Purpose:
    from drctl.privileges.place import Purpose

    if request.mode is None:
        return Purpose.RECOVER if Mode.RECOVER in modes else Purpose.DRILL
    purpose = Purpose(request.mode)
    if purpose is not Purpose.OBSERVE and Mode(purpose.value) not in modes:
        raise InputInvalid(
            f"--mode {purpose}: the environment {request.environment} allows {', '.join(modes)} only",
            hint=f"add {purpose} to its `modes`, or ask for another mode",
        )
    return purpose


def _simulated(estate: Estate) -> tuple[Place, Surroundings]:
    from drctl.privileges.place import Place

    place = Place(accounts=dict(estate.accounts), default_account=estate.default_account, regions=estate.regions.every)
    return place, texts.surroundings_of(estate)


def _real(environment: Environment) -> tuple[Place, Surroundings]:
    from drctl.privileges.place import Place

    place = Place(
        accounts={name: account.id for name, account in environment.accounts.items()},
        default_account=environment.default_account,
        regions=environment.regions,
        alarms=tuple((alarm.account or environment.default_account, alarm.region) for alarm in environment.stop_alarms),
        besides=needed_besides(environment),
    )
    return place, texts.surroundings_of(environment)
