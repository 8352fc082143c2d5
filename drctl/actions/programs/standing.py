"""What a step makes of how its program stands."""

from __future__ import annotations

from collections.abc import Collection

from drctl.actions.checks.excerpt import excerpt
from drctl.model.decision import Refuse, Wait
from drctl.ports.programs import Program, ProgramState


def unfinished_of(name: str, program: Program, success_codes: Collection[int]) -> Wait | Refuse | None:
    """What keeps a step from going on after its program `name`; None where that has ended well."""
    said = excerpt(_telling_line(program).encode())
    match program.state:
        case ProgramState.RUNNING:
            return Wait(f"{name} to end")
        case ProgramState.ENDED if program.exit_code in success_codes:
            return None
        case ProgramState.ENDED:
            why = f" ({program.detail})" if program.detail else ""
            told = f": {said}" if said else ", and said nothing"
            return Refuse(f"{name} ended with {program.exit_code}{why}{told}", "mend what it says, then retry the step")
        case ProgramState.LATE:
            return Refuse(f"{name} took too long: {program.detail}", said or "`limit` is the longest it may take")
        case ProgramState.UNSTARTABLE:
            return Refuse(f"{name} cannot be started: {program.detail}", "is it installed here, and may it be run?")
        case ProgramState.LOST:
            hint = "look whether its work was done, then retry the step or skip it"
            return Refuse(f"{name} is lost: {program.detail}", hint)


def _telling_line(program: Program) -> str:
    """The line of the output that says what went wrong: Terraform begins it with `Error: `, and where it stands in
    the configuration comes after it. Else the last one."""
    lines = (line.strip(" │╷╵\t") for line in program.output.splitlines())
    return next((line for line in lines if line.startswith("Error: ")), program.last_line)
