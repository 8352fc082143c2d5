"""Drive a run on from the command line, however it was left: what `resume` and `takeover` have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from drctl.cli.invocation import Invocation

if TYPE_CHECKING:
    from drctl.bootstrap import IgnoredStop, Takeover

F = TypeVar("F", bound=Callable[..., Any])


def how_to_go_on(command: F) -> F:
    """`--approve`, `--speed` and `--keep`."""
    for option in (
        click.option("--keep", is_flag=True, help="Leave the simulated AWS and what was made in it, to look at."),
        click.option("--speed", type=click.Choice(["instant", "60", "1"]), help=_AS_BEFORE),
        click.option("--approve", type=click.Choice(["auto", "ask"]), help=_AS_BEFORE),
    ):
        command = option(command)
    return command


_AS_BEFORE = "As in drill  [default: as the run began]"


def go_on(
    invocation: Invocation,
    run: str,
    *,
    approve: str | None,
    speed: str | None,
    keep: bool,
    ignored: IgnoredStop | None = None,
    takeover: Takeover | None = None,
) -> int:
    """Drive the run of that name on, and answer with its report. Returns the exit code."""
    from drctl.bootstrap import resume
    from drctl.cli.confirming import mfa_code
    from drctl.cli.driving import drive
    from drctl.model.events import Approve

    chosen = Approve(approve) if approve is not None else None
    return drive(
        invocation,
        lambda progress, approvals, pause: resume(
            run,
            invocation.state_dir,
            progress,
            approvals,
            approve=chosen,
            speed=speed,
            keep=keep,
            pause=pause,
            ignored=ignored,
            takeover=takeover,
            mfa_code=mfa_code(),
        ),
    )
