"""The estate and the scenarios that come with drctl."""

from __future__ import annotations

from pathlib import Path

RUNBOOKS = Path(__file__).parents[2] / "runbooks"
AMPLY = RUNBOOKS / "estates" / "amply.yaml"
SCENARIOS = sorted((RUNBOOKS / "scenarios").glob("*.yaml"))


def find_scenario(name: str) -> tuple[str, str] | None:
    """The text and the file name of a scenario that comes with drctl."""
    path = RUNBOOKS / "scenarios" / f"{name}.yaml"
    return (path.read_text(), str(path)) if path.exists() else None
