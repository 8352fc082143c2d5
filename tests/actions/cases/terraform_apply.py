"""terraform.apply"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from drctl.actions.programs.terraform_apply import APPLY, CHECK, SHOW, Seen
from drctl.ports.programs import Program, ProgramState
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.fakes.programs import MemoryPrograms
from tests.fakes.terraform import PLAN, SHA256, shown, terraform
from tests.simulated import PRODUCTION, RECOVERY, Simulated

PROGRAMS = MemoryPrograms(terraform)
ENDED = ProgramState.ENDED
WELL = Program(state=ENDED, exit_code=0)
RUNNING = Program(state=ProgramState.RUNNING)
BEFORE = Seen(folder=Path("/"), account=PRODUCTION, sha256=SHA256)
READ = replace(BEFORE, show=WELL, shown=shown({"aws_lb.api": ["create"]}))
APPLIED = replace(READ, apply=WELL)
OVER = replace(APPLIED, check=WELL)
STAYS = "what was built stays, and undo says so: an environment is never destroyed by drctl"


def plant(simulated: Simulated) -> None:
    """A plan that an earlier step has made."""
    PROGRAMS.renew()
    PROGRAMS.files["work", "plan.bin"] = PLAN


def applied(**call: object) -> Sight:
    return Sight(replace(READ, apply=Program(**call)))  # type: ignore[arg-type]


CASES = (
    Case(
        kind="terraform.apply",
        params={"region": RECOVERY, "folder": "/", "plan": "work", "sha256": SHA256},
        sees=Sightings(
            absent={
                "not read": Sight(BEFORE),
                "read": Sight(READ),
                "read, and empty": Sight(replace(READ, shown=shown({}))),
                "applied": Sight(APPLIED),
                "applied, and the plan is gone since": Sight(replace(APPLIED, sha256=None)),
            },
            settling={
                "show": Sight(replace(BEFORE, show=RUNNING)),
                "apply": Sight(replace(READ, apply=RUNNING)),
                "check": Sight(replace(APPLIED, check=RUNNING)),
            },
            there={"nothing left": Sight(OVER), "nothing to do": Sight(replace(OVER, apply=None, shown=shown({})))},
            dead_end={
                "no plan": Sight(replace(BEFORE, sha256=None)),
                "another plan": Sight(replace(BEFORE, sha256="0" * 64)),
                "another plan since it was read": Sight(replace(READ, sha256="0" * 64)),
                "unreadable": Sight(replace(READ, shown=None)),
                "not shown": Sight(replace(BEFORE, show=Program(state=ENDED, exit_code=1))),
                "destroys": Sight(replace(READ, shown=shown({"aws_lb.api": ["delete"]}))),
                "replaces": Sight(replace(READ, shown=shown({"aws_lb.api": ["delete", "create"]}))),
                "stale": applied(state=ENDED, exit_code=1, output="Error: Saved plan is stale\n\nThe given plan\n"),
                "failed": applied(state=ENDED, exit_code=1, output="Error: quota\n"),
                "cut off": applied(state=ProgramState.LOST),
                "too slow": applied(state=ProgramState.LATE),
                "something left": Sight(replace(APPLIED, check=Program(state=ENDED, exit_code=2))),
                "no second plan": Sight(replace(APPLIED, check=Program(state=ENDED, exit_code=1))),
                "no folder": Sight(replace(BEFORE, folder=None)),
            },
            unknown={"an action nobody thought of": Sight(replace(READ, shown=shown({"aws_lb.a": ["levitate"]})))},
            undo_over={"nothing applied": Sight(READ)},
        ),
        live=Live(
            plant=plant,
            programs=PROGRAMS,
            made=lambda _: len(PROGRAMS.started),
            takes=(SHOW, APPLY, CHECK),
        ),
        exempt={
            "foreign": "the plan is this run's own, by its SHA-256",
            "undo_own": STAYS,
            "undo": STAYS,
            "foreign_live": "the plan is this run's own, by its SHA-256",
        },
    ),
    Case(
        kind="terraform.apply",
        name="may destroy",
        params={"region": RECOVERY, "folder": "/", "plan": "work", "sha256": SHA256, "allow_destroy": True},
        sees=Sightings(
            absent={"a load balancer": Sight(replace(READ, shown=shown({"aws_lb.api": ["delete"]})))},
            dead_end={
                "a database": Sight(replace(READ, shown=shown({"aws_db_instance.a": ["create", "delete"]}))),
                "a bucket": Sight(replace(READ, shown=shown({"module.x.aws_s3_bucket.b": ["delete"]}))),
            },
        ),
    ),
)
