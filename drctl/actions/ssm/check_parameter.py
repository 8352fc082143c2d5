"""See that a parameter holds nothing that stops: as a step, or as the switch by which every run can be stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.read_only import ReadOnly
from drctl.aws.ssm import Parameter, find_parameter, parameter_arn
from drctl.model.decision import Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-/]{1,1011}$")]
    holds: tuple[str, ...] = ("off",)
    """The values that are well; any other is read as a reason to stop, and told as it is."""
    may_be_missing: bool = True
    """Whether it is well, too, where there is no such parameter."""


class SsmCheckParameter(ReadOnly):
    """Holds while the parameter has one of the values that are well, or is not there where it may be missing.

    Source: AWS Systems Manager API Reference, GetParameter.
    """

    spec = ActionSpec(
        kind="ssm.check_parameter",
        summary="See that a parameter of SSM holds what is well",
        params=Params,
        outputs={"value": ValueKind.STRING},
        expect=timedelta(seconds=5),
        deadline=timedelta(minutes=5),
        operations=("ssm:GetParameter",),
        poll_least=timedelta(seconds=10),
        poll_most=timedelta(minutes=1),
        example="""\
- id: not-stopped
  uses: ssm.check_parameter
  with: { region: eu-west-1, name: /drctl/stop }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Parameter | None:
        return find_parameter(ctx.aws.client("ssm", params.region), params.name)

    def decide(self, params: Params, seen: Parameter | None, past: Past) -> Decision:
        if seen is None:
            if params.may_be_missing:
                return Done(f"there is no {params.name} in {params.region}")
            return Refuse(f"there is no {params.name} in {params.region}", f"put one of {_told(params)} into it")
        if seen.type == "SecureString":
            return Refuse(
                f"{params.name} is encrypted, so that nobody can see why a run was stopped", "make it a String"
            )
        if seen.value in params.holds:
            return Done(f"{params.name} is {seen.value!r}")
        return Wait(f"{params.name} in {params.region} to be {_told(params)}: it is {seen.value!r}")

    def verify(self, params: Params, seen: Parameter | None, past: Past, ctx: StepContext) -> Evidence:
        value = seen.value if seen is not None else ""
        told = f"{params.name} is {value!r}" if seen is not None else f"{params.name} is not there"
        return Evidence.of(told, outputs={"value": value})

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        arn = parameter_arn(params.region, account, params.name)
        return (Permission(("ssm:GetParameter",), (arn,), "see whether it stops anything"),)


def _told(params: Params) -> str:
    return " or ".join(repr(value) for value in params.holds)
