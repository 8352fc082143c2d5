"""command"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from drctl.actions.programs.command import RUN, Seen
from drctl.model.past import ChangeState, Past, PastChange
from drctl.ports.programs import Program, ProgramRequest, ProgramState
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.fakes.programs import MemoryPrograms
from tests.simulated import RECOVERY, START, Simulated

SECRET = "amply/prod/database-password"
UNSEEN = Seen(folder=Path("/"), attempt=1, program=None)


def plays(programs: MemoryPrograms, request: ProgramRequest) -> Program:
    """`add` and `remove` a word; the secret must have come, and is said by neither."""
    assert request.secrets == {"PASSWORD": "opens nothing"}
    assert request.account == "111111111111"
    verb, word = request.argv
    if verb == "add":
        programs.world.append(word)
    else:
        programs.world.remove(word)
    programs.files[request.key, "output.json"] = b'{"words": 1}'
    return Program(state=ProgramState.ENDED, exit_code=4, output="one\n\nlast\n")


PROGRAMS = MemoryPrograms(plays)


def plant(simulated: Simulated) -> None:
    PROGRAMS.renew()
    simulated.client("secretsmanager", RECOVERY).create_secret(Name=SECRET, SecretString="opens nothing")


def started(state: ChangeState = ChangeState.RETURNED) -> Past:
    change = PastChange(name=RUN, summary="start it", state=state, intended_at=START)
    return replace(PAST, changes=(change,))


def stands(state: ProgramState, code: int | None = None, said: str = "", undo: Program | None = None) -> Sight:
    program = Program(state=state, exit_code=code, output=said, detail="so it is")
    return Sight(replace(UNSEEN, program=program, undo=undo))


ENDED = ProgramState.ENDED
CASES = (
    Case(
        kind="command",
        params={
            "argv": ["add", "word"],
            "folder": "/",
            "region": RECOVERY,
            "secrets": {"PASSWORD": SECRET},
            "success_codes": [0, 4],
            "outputs_json": True,
            "undo": {"argv": ["remove", "word"], "success_codes": [4]},
        },
        sees=Sightings(
            absent={
                "never started": Sight(UNSEEN),
                "in doubt, and no trace of it": Sight(UNSEEN, started(ChangeState.INTENDED)),
            },
            settling={"running": stands(ProgramState.RUNNING)},
            there={
                "a result in a file": Sight(
                    replace(UNSEEN, program=Program(state=ENDED, exit_code=4), written=b'{"a": 1}')
                ),
                "a result in the last line": stands(ENDED, 0, 'text\n{"a": 1}\n'),
            },
            dead_end={
                "another exit code": stands(ENDED, 1, "no such host"),
                "said nothing": stands(ENDED, 1),
                "late": stands(ProgramState.LATE),
                "unstartable": stands(ProgramState.UNSTARTABLE),
                "lost": stands(ProgramState.LOST),
                "no result": stands(ENDED, 0, "done"),
                "a result that is no object": stands(ENDED, 0, "[1]"),
                "started, and its record is gone": Sight(UNSEEN, started()),
                "no folder": Sight(replace(UNSEEN, folder=None)),
            },
            undo_own={
                "ran": stands(ENDED, 0),
                "failed half way": stands(ENDED, 1),
                "still running": stands(ProgramState.RUNNING),
                "lost": stands(ProgramState.LOST),
            },
            undo_over={
                "never started": Sight(UNSEEN),
                "never ran": stands(ProgramState.UNSTARTABLE),
                "taken back": stands(ENDED, 0, undo=Program(state=ENDED, exit_code=4)),
            },
        ),
        live=Live(
            plant=plant,
            programs=PROGRAMS,
            made=lambda _: len(PROGRAMS.started),
            takes=("run",),
            undo_takes=("undo",),
            fingerprint=lambda _: tuple(PROGRAMS.world),
        ),
        exempt={
            "unknown": "the states of a program are drctl's own",
            "foreign": "a program is kept under the run's own key",
            "foreign_live": "a program is kept under the run's own key",
        },
    ),
    Case(
        kind="command",
        name="may be repeated, cannot be taken back",
        params={"argv": ["add", "word"], "folder": "/", "repeatable": True},
        sees=Sightings(
            absent={"lost before": Sight(replace(UNSEEN, attempt=2), started())},
            dead_end={"lost three times": Sight(replace(UNSEEN, attempt=3, program=Program(state=ProgramState.LOST)))},
        ),
    ),
)
