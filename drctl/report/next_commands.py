"""What to type next, by the state of the run: a person in an incident should not have to look it up."""

from __future__ import annotations

from drctl.model.run import Run, RunState


def next_commands(run: Run, id: str) -> list[str]:
    """The commands for `run`, the likeliest first."""
    match run.state:
        case RunState.FINISHED if run.verdict is not None and run.verdict.objectives_met:
            return [f"drctl report {id}"]
        case RunState.FINISHED:
            return [f"drctl report {id}", f"drctl logs {id}"]
        case RunState.HELD:
            return [f"drctl resume {id}", f"drctl logs {id}"]
        case RunState.PAUSED:
            return [f"drctl resume {id}"]
        case RunState.RUNNING | RunState.UNDOING:
            # Another process may be driving it. If none is, resume goes on; if one is, resume says who.
            return [f"drctl status {id}", f"drctl resume {id}"]
