"""The runs in a state folder: one folder each, `runs/<run>/journal.sqlite`."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from drctl.errors import DrctlError, NotFound, Refused
from drctl.journal.reading import read_journal

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

    Raises Refused where the state folder cannot be written.
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
            raise unwritable(state_dir, error) from error
        return RunFolder(run, folder)
    raise Refused(f"no free run name was found in {state_dir}")


def unwritable(state_dir: Path, error: OSError) -> Refused:
    """What is told where nothing can be written in the state folder."""
    return Refused(
        f"the state folder {state_dir} cannot be written: {error.strerror or error}",
        hint="choose another with --state-dir or DRCTL_STATE_DIR",
    )


def find_run(state_dir: Path, name: str) -> RunFolder:
    """The run of that name, of that unique beginning or ending, or the newest for `latest`. Raises NotFound."""
    runs = all_runs(state_dir)
    if name == "latest" and runs:
        return max(runs, key=_began)
    exact = [folder for folder in runs if folder.run == name]
    # Every name begins with the empty one: a script's variable that was never set would find some run.
    near = [folder for folder in runs if name and (folder.run.startswith(name) or folder.run.endswith(f"-{name}"))]
    found = exact or near
    if len(found) == 1:
        return found[0]
    known = [folder.run for folder in (found or runs)][-10:]
    what = f"more than one run is called {name!r}" if found else f"there is no run {name!r} in {state_dir}"
    raise NotFound(what, context=known, hint="drctl runs")


def _began(folder: RunFolder) -> datetime:
    """When the run began, by which `drctl runs` sorts: a file's time tells at most who wrote last."""
    try:
        records = read_journal(folder.journal, accept_loss=True)
    except DrctlError:
        records = ()
    return records[0].event.at if records else datetime.fromtimestamp(folder.journal.stat().st_mtime, UTC)


def all_runs(state_dir: Path) -> list[RunFolder]:
    """Every run in the state folder that has a journal, by name. Raises Refused where the folder cannot be read."""
    folder = state_dir / "runs"
    try:
        if not folder.is_dir():
            return []
        return [RunFolder(path.name, path) for path in sorted(folder.iterdir()) if (path / JOURNAL).is_file()]
    except (OSError, ValueError) as error:
        raise Refused(
            f"the state folder {state_dir} cannot be read: {getattr(error, 'strerror', None) or error}",
            hint="choose another with --state-dir or DRCTL_STATE_DIR",
        ) from error
