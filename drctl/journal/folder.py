"""The runs in a state folder: one folder each, `runs/<run>/journal.sqlite`."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from drctl.errors import JournalUnavailable, NotFound

JOURNAL = "journal.sqlite"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where one run lives."""

    run: str
    path: Path

    @property
    def journal(self) -> Path:
        return self.path / JOURNAL


def new_run(state_dir: Path, environment: str, at: datetime) -> RunFolder:
    """A folder for a new run, made and empty: `dr-<environment>-<yyyymmdd>-<4 letters>`.

    Raises JournalUnavailable where the state folder cannot be written.
    """
    short = "sim" if environment == "simulated" else environment
    for _ in range(100):
        letters = base64.b32encode(secrets.token_bytes(3)).decode().lower()[:4]
        run = f"dr-{short}-{at:%Y%m%d}-{letters}"
        folder = state_dir / "runs" / run
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise JournalUnavailable(
                f"the state folder {state_dir} cannot be written: {error.strerror or error}",
                note="nothing was changed",
                hint="choose another with --state-dir or DRCTL_STATE_DIR",
            ) from error
        return RunFolder(run, folder)
    raise JournalUnavailable(f"no free run name was found in {state_dir}", note="nothing was changed")


def find_run(state_dir: Path, name: str) -> RunFolder:
    """The run of that name, of that unique beginning or ending, or the newest for `latest`. Raises NotFound."""
    runs = all_runs(state_dir)
    if name == "latest" and runs:
        return max(runs, key=lambda folder: folder.journal.stat().st_mtime)
    exact = [folder for folder in runs if folder.run == name]
    found = exact or [folder for folder in runs if folder.run.startswith(name) or folder.run.endswith(f"-{name}")]
    if len(found) == 1:
        return found[0]
    known = [folder.run for folder in (found or runs)][-10:]
    what = f"more than one run is called {name!r}" if found else f"there is no run {name!r} in {state_dir}"
    raise NotFound(what, context=known, hint="drctl runs")


def all_runs(state_dir: Path) -> list[RunFolder]:
    """Every run in the state folder that has a journal, by name."""
    folder = state_dir / "runs"
    if not folder.is_dir():
        return []
    return [RunFolder(path.name, path) for path in sorted(folder.iterdir()) if (path / JOURNAL).is_file()]
