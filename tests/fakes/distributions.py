"""Packages as pip would have installed them, written into a folder that then goes onto the path of modules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def install(
    folder: Path, name: str, entry_points: Mapping[str, str], modules: Mapping[str, str], version: str = "1.0"
) -> Path:
    """Install a distribution into `folder`: its modules, and what it offers in the group `drctl.actions`."""
    about = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    offered = "".join(f"{kind} = {place}\n" for kind, place in entry_points.items())
    (about / "entry_points.txt").write_text(f"[drctl.actions]\n{offered}")
    for module, text in modules.items():
        (folder / f"{module}.py").write_text(text)
    return folder
