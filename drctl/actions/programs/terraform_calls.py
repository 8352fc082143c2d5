"""The calls of Terraform: each is one program, with nothing that asks and nothing that is left to chance."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from drctl.actions.programs.folders import find_folder, not_found
from drctl.actions.programs.keys import program_key
from drctl.actions.programs.terraform_params import Configuration, PlanParams
from drctl.errors import NotFound
from drctl.model.values import Json
from drctl.ports.action import StepContext
from drctl.ports.programs import ProgramRequest

PLAN_FILE = "plan.bin"
SHOWN_FILE = "plan.json"
START_PROGRAM = "programs:Start"


def init_words(params: PlanParams) -> tuple[str, ...]:
    """Providers as the lock file has them: nothing newer is taken while a Region is down."""
    plugins = (f"-plugin-dir={params.plugin_dir}",) if params.plugin_dir else ()
    backend = tuple(f"-backend-config={name}={value}" for name, value in params.backend.items())
    return ("init", "-input=false", "-no-color", "-lockfile=readonly", *plugins, *backend)


def plan_words(params: Configuration, out: Path | None = None) -> tuple[str, ...]:
    """Exit code 0 without changes, 2 with some, 1 for an error ("Command: plan", -detailed-exitcode)."""
    kept = (f"-out={out}",) if out is not None else ()
    files = tuple(f"-var-file={file}" for file in params.var_files)
    return ("plan", "-input=false", "-no-color", _lock(params), "-detailed-exitcode", *kept, *files)


def show_words(plan: Path) -> tuple[str, ...]:
    """The plan as JSON."""
    return ("show", "-json", str(plan))


def apply_words(params: Configuration, plan: Path) -> tuple[str, ...]:
    """A saved plan is applied without asking; Terraform refuses it once the state is another."""
    return ("apply", "-input=false", "-no-color", _lock(params), str(plan))


def start_call(
    params: Configuration,
    ctx: StepContext,
    name: str,
    words: tuple[str, ...],
    *,
    work: str,
    answer: str | None = None,
) -> Mapping[str, Json]:
    """Start one call under its key. Providers, modules and the plan are kept in the run's folder `work`."""
    folder = find_folder(ctx, params.folder)
    if folder is None:
        raise NotFound(not_found(params.folder))
    key = program_key(ctx, name)
    ctx.programs.start(
        ProgramRequest(
            key=key,
            argv=(params.binary, *words),
            folder=folder,
            environment={
                **{f"TF_VAR_{variable}": value for variable, value in params.variables.items()},
                "TF_DATA_DIR": str(ctx.programs.shared(work) / "data"),
                "TF_IN_AUTOMATION": "1",
                "TF_INPUT": "0",
                # No call home to ask for a newer version.
                "CHECKPOINT_DISABLE": "1",
            },
            limit=params.limit,
            account=ctx.aws.account_id(),
            region=params.region,
            answer=answer,
        )
    )
    return {"program": key, "folder": str(folder)}


def _lock(params: Configuration) -> str:
    return f"-lock-timeout={int(params.lock_timeout.total_seconds())}s"
