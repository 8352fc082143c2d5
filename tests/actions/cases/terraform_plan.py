"""terraform.plan"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from drctl.actions.programs.terraform_plan import INIT, PLAN, SHOW, Seen
from drctl.ports.programs import Program, ProgramState
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.fakes.programs import MemoryPrograms
from tests.fakes.terraform import SHA256, provider, shown, terraform
from tests.simulated import PRODUCTION, RECOVERY, Simulated

PROGRAMS = MemoryPrograms(terraform)
WELL = Program(state=ProgramState.ENDED, exit_code=0)
CHANGES = Program(state=ProgramState.ENDED, exit_code=2)
FAILED = Program(state=ProgramState.ENDED, exit_code=1, output="Error: no valid credential sources found\n")
RUNNING = Program(state=ProgramState.RUNNING)
BEFORE = Seen(folder=Path("/"), account=PRODUCTION, work="work", calls={})
ALL = {INIT: WELL, PLAN: CHANGES, SHOW: WELL}
OVER = replace(BEFORE, calls=ALL, shown=shown({"aws_lb.api": ["create"]}), sha256=SHA256)
NOTHING_MADE = "a plan changes nothing"


def plant(simulated: Simulated) -> None:
    """Nothing of AWS: the programs begin anew."""
    PROGRAMS.renew()


def with_calls(**calls: Program) -> Sight:
    return Sight(replace(BEFORE, calls=calls))


CASES = (
    Case(
        kind="terraform.plan",
        params={"region": RECOVERY, "folder": "/", "variables": {"mode": "active"}, "backend": {"region": RECOVERY}},
        sees=Sightings(
            absent={
                "nothing yet": Sight(BEFORE),
                "ready to plan": with_calls(init=WELL),
                "planned, with changes": with_calls(init=WELL, plan=CHANGES),
                "planned, without": with_calls(init=WELL, plan=WELL),
            },
            settling={
                "init": with_calls(init=RUNNING),
                "plan": with_calls(init=WELL, plan=RUNNING),
                "show": with_calls(init=WELL, plan=WELL, show=RUNNING),
            },
            there={"with changes": Sight(OVER), "without": Sight(replace(OVER, shown=shown({})))},
            dead_end={
                "no init": with_calls(init=FAILED),
                "no plan": with_calls(init=WELL, plan=FAILED),
                "lost": with_calls(init=Program(state=ProgramState.LOST)),
                "no terraform": with_calls(init=Program(state=ProgramState.UNSTARTABLE)),
                "no folder": Sight(replace(BEFORE, folder=None)),
                "unreadable": Sight(replace(OVER, shown=None)),
                "a provider for any account": Sight(replace(OVER, shown=shown({}, {"aws": provider()}))),
            },
            unknown={"an action nobody thought of": Sight(replace(OVER, shown=shown({"aws_lb.api": ["levitate"]})))},
            undo_over={"planned": Sight(OVER)},
        ),
        live=Live(
            plant=plant,
            programs=PROGRAMS,
            made=lambda _: len(PROGRAMS.started),
            takes=(INIT, PLAN, SHOW),
        ),
        exempt={
            "foreign": NOTHING_MADE,
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
        },
    ),
)
