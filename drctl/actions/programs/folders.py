"""Where a program runs: a folder of the runbook's, found from where the run was started."""

from __future__ import annotations

from pathlib import Path

from drctl.ports.action import StepContext

SETTING = "folder"
"""The name, among a run's settings, of the folder that it was started in: the same when it is resumed elsewhere."""


def find_folder(ctx: StepContext, folder: str) -> Path | None:
    """The folder that a step names, with every link followed; None where there is none.

    A relative one lies in the folder that the run was started in, and never leads out of it, by `..` or by a link.
    """
    named = Path(folder)
    base = Path(str(ctx.settings.get(SETTING) or "."))
    found = (base / named).resolve()
    if not found.is_dir() or not (named.is_absolute() or found.is_relative_to(base.resolve())):
        return None
    return found


def not_found(folder: str) -> str:
    """What to say where there is none."""
    return f"there is no folder {folder!r} where the run was started, or it leads out of there"
