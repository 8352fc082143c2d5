"""Run a program of the user's own, once, and wait for its exit code.

What it does is not for drctl to see: its exit code is all that is known. So it is started
once for a step and epoch, whatever happens to drctl meanwhile, and one that is lost without an
exit code is for a person to judge, unless the runbook says that it may be repeated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from drctl.actions.checks.excerpt import excerpt
from drctl.actions.programs.command_params import Params
from drctl.actions.programs.folders import find_folder, not_found
from drctl.actions.programs.keys import program_key
from drctl.actions.programs.standing import unfinished_of
from drctl.actions.secrets.permissions import opening
from drctl.aws.secret_values import read_value
from drctl.errors import NotFound
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext
from drctl.ports.programs import OUTPUT_FILE, Program, ProgramRequest, ProgramState

RUN, STOP, UNDO = "run", "stop", "undo"
START_PROGRAM, STOP_PROGRAM = "programs:Start", "programs:Stop"
ATTEMPTS_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    folder: Path | None
    attempt: int
    """Which start this is about: more than one only where a repeatable program was lost."""
    program: Program | None
    written: bytes | None = None
    """What it left in its output file."""
    undo: Program | None = None


class Command:
    """Afterwards the program has ended by itself with one of the exit codes that mean success."""

    spec = ActionSpec(
        kind="command",
        summary="Run a program once, and wait for its exit code",
        params=Params,
        outputs={"exit_code": ValueKind.INTEGER, "last_line": ValueKind.STRING, "result": ValueKind.OBJECT},
        expect=timedelta(minutes=1),
        deadline=timedelta(hours=1),
        operations=("secretsmanager:GetSecretValue",),
        mutating=True,
        poll_least=timedelta(seconds=2),
        poll_most=timedelta(seconds=15),
        example="""\
- id: warm-caches
  uses: command
  with:
    argv: [python3, scripts/warm_caches.py, --region, eu-west-1]
    folder: operations
    region: eu-west-1
    secrets: { DATABASE_PASSWORD: amply/prod/database-password }
    limit: 10m
    outputs_json: true
    undo: { argv: [python3, scripts/clear_caches.py] }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        attempt = 1
        found = ctx.programs.find(_key(ctx, attempt))
        while params.repeatable and attempt < ATTEMPTS_MOST and _is_lost(found):
            attempt += 1
            found = ctx.programs.find(_key(ctx, attempt))
        return Seen(
            folder=find_folder(ctx, params.folder),
            attempt=attempt,
            program=found,
            written=ctx.programs.read(_key(ctx, attempt), OUTPUT_FILE) if params.outputs_json else None,
            undo=ctx.programs.find(program_key(ctx, UNDO)),
        )

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if seen.program is None:
            if (made := past.returned(RUN)) is not None and made.epoch == past.epoch and seen.attempt == 1:
                hint = "look whether its work was done, then retry the step or skip it"
                return Refuse(f"{params.argv[0]} was started, and nothing is kept of it any more", hint)
            return _start(RUN, params.argv, params, seen)
        if (unfinished := unfinished_of(params.argv[0], seen.program, params.success_codes)) is not None:
            return unfinished
        if params.outputs_json and _result(params, seen) is None:
            hint = "it writes a JSON object to the file $DRCTL_OUTPUT, or as its last line"
            return Refuse(f"{params.argv[0]} ended well and left no JSON object", hint)
        return Done(f"{params.argv[0]} ended with {seen.program.exit_code}")

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        if change.name == STOP:
            ctx.programs.stop(_key(ctx, change.detail))
            return {}
        undoing = change.name == UNDO and params.undo is not None
        argv, limit = (params.undo.argv, params.undo.limit) if params.undo and undoing else (params.argv, params.limit)
        folder = find_folder(ctx, params.folder)
        if folder is None:
            raise NotFound(not_found(params.folder))
        key = program_key(ctx, UNDO) if undoing else _key(ctx, change.detail)
        ctx.programs.start(
            ProgramRequest(
                key=key,
                argv=argv,
                folder=folder,
                environment=params.environment,
                secrets=_secrets(params, ctx),
                limit=limit,
                account=ctx.aws.account_id(),
                region=params.region,
            )
        )
        return {"program": key, "folder": str(folder)}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        if seen.program is None or seen.program.exit_code is None:
            return Evidence.missing(f"{params.argv[0]} has left no exit code")
        last = excerpt(seen.program.last_line.encode())
        said = f" and said: {last}" if last else " and said nothing"
        return Evidence.of(
            f"{params.argv[0]} ended with {seen.program.exit_code}{said}",
            outputs={"exit_code": seen.program.exit_code, "last_line": last, "result": _result(params, seen) or {}},
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        if seen.program is None:
            return Done(f"{params.argv[0]} was not started")
        if seen.program.state is ProgramState.RUNNING:
            return Change(
                name=STOP,
                summary=f"end {params.argv[0]}, which still runs",
                operation=STOP_PROGRAM,
                target=params.argv[0],
                detail=seen.attempt,
            )
        if seen.program.state is ProgramState.UNSTARTABLE:
            return Done(f"{params.argv[0]} never ran")
        if params.undo is None:
            hint = f"take back by hand what {params.argv[0]} did; `undo` names a program that can"
            return Refuse(f"{params.argv[0]} ran, and there is no program that takes it back", hint)
        if seen.undo is None:
            return _start(UNDO, params.undo.argv, params, seen)
        unfinished = unfinished_of(params.undo.argv[0], seen.undo, params.undo.success_codes)
        return unfinished or Done(f"{params.undo.argv[0]} ended with {seen.undo.exit_code}")

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        if not params.secrets:
            return ()
        return opening(params.region or region, account, *params.secrets.values(), why="hand the program its secrets")


def _start(name: str, argv: tuple[str, ...], params: Params, seen: Seen) -> Decision:
    if seen.folder is None:
        return Refuse(not_found(params.folder), "give an absolute path, or start the run where the folder is")
    return Change(
        name=name,
        summary=f"start {' '.join(argv)} in {seen.folder}",
        operation=START_PROGRAM,
        target=argv[0],
        detail=seen.attempt,
        # Whether it was started is known at once, and one key never runs twice.
        settle=timedelta(0),
    )


def _result(params: Params, seen: Seen) -> Mapping[str, Json] | None:
    """The JSON object that the program left; None where it left none."""
    if not params.outputs_json or seen.program is None:
        return None
    try:
        told = json.loads(seen.written or seen.program.last_line)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _secrets(params: Params, ctx: StepContext) -> Mapping[str, str]:
    if not params.secrets or params.region is None:
        return {}
    secretsmanager = ctx.aws.client("secretsmanager", params.region)
    return {name: read_value(secretsmanager, secret) for name, secret in params.secrets.items()}


def _key(ctx: StepContext, attempt: int) -> str:
    return program_key(ctx, RUN if attempt == 1 else f"{RUN}-{attempt}")


def _is_lost(program: Program | None) -> bool:
    return program is not None and program.state is ProgramState.LOST
