"""The beginning of a run's journal: what event 1 pins, and what becomes of a run that cannot be recorded."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from drctl import __version__
from drctl.bootstrap import texts
from drctl.errors import JournalUnavailable, Refused
from drctl.journal.folder import RunFolder
from drctl.journal.holder import this_process
from drctl.model import events as e
from drctl.model.plan import Plan


def pinned(sources: Mapping[str, str], plan: Plan) -> dict[str, Any]:
    """What event 1 keeps of the runbook and of us, so that a resumed run is the same run."""
    return {
        "runbook": plan.runbook,
        "sources": dict(sources),
        "inputs": dict(plan.inputs),
        "variables": dict(plan.variables),
        "started_by": str(this_process()),
        "drctl": __version__,
        "actions": texts.installed_actions(plan),
    }


class NeverBegun(Refused):
    """The state folder takes no journal, so the run was given up before its first event."""

    name = "state-folder"


@contextlib.contextmanager
def first_write(folder: RunFolder) -> Iterator[None]:
    """What is written inside is the first of the run. Raises NeverBegun where it cannot be."""
    try:
        yield
    except (JournalUnavailable, OSError) as error:
        hint = "free the disk, or choose another folder with --state-dir or DRCTL_STATE_DIR"
        raise NeverBegun(f"no run can be recorded in {folder.path}: {error}", hint=hint) from error


def first_lease(now: datetime) -> e.LeaseTaken:
    """The lease of the process that starts the run."""
    return e.LeaseTaken(at=now, holder=str(this_process()), reason="start")
