"""Which drills are overdue, from what the environments ask for and the runs that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from drctl.bootstrap import texts
from drctl.bootstrap.records import list_runs
from drctl.clock import SystemClock
from drctl.errors import NotFound
from drctl.model.overdue import Overdue, PastRun, overdue


def list_overdue(state_dir: Path, environment: str | None) -> Sequence[Overdue]:
    """The drills that are late in that environment, or, without one, in every environment that has a file.

    Raises NotFound where nobody has said what has to be drilled: that nothing is late would be no news then.
    """
    from drctl.loading.sources import Kind

    names = texts.files(Kind.ENVIRONMENT).names() if environment is None else (environment,)
    asked = [found for name in names if (found := texts.environment_of(name)[0]).drills]
    if not asked:
        which = "no environment says" if environment is None else f"the environment {environment!r} does not say"
        raise NotFound(
            f"{which} what has to be drilled",
            hint="name runbooks under `drills` in its file, such as: drills: [{ runbook: staging-drill, every: 7d }]",
        )
    runs = [
        PastRun(
            run=row.run,
            runbook=row.runbook,
            environment=row.environment,
            mode=row.mode,
            simulated=row.simulated,
            verdict=row.verdict,
            ended_at=row.ended_at,
        )
        for row in list_runs(state_dir)
    ]
    now = SystemClock().now()
    return [late for found in asked for late in overdue(found, runs, now)]
