"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from drctl.cli.invocation import Invocation
from drctl.model.instant import parse_instant

F = TypeVar("F", bound=Callable[..., Any])


def shared(command: F) -> F:
    """`--state-dir`, `--verbose` and `--no-color`."""
    command = click.option(
        "--no-color",
        is_flag=True,
        expose_value=False,
        callback=_set_no_color,
        help="No colours, as with NO_COLOR in the environment.",
    )(command)
    command = click.option(
        "-v", "--verbose", count=True, expose_value=False, callback=_set_verbose, help="Log to stderr; -vv logs more."
    )(command)
    return click.option(
        "--state-dir",
        envvar="DRCTL_STATE_DIR",
        show_envvar=True,
        type=click.Path(file_okay=False, path_type=Path),
        expose_value=False,
        callback=_set_state_dir,
        help="Where runs are kept  [default: the platform's state folder]",
    )(command)


def output(command: F) -> F:
    """`--output text|json`; the answer is read from the invocation."""
    return click.option(
        "--output",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        expose_value=False,
        help="json prints exactly one JSON document on stdout.",
    )(command)


def instant(ctx: click.Context, param: click.Parameter, given: str | None) -> datetime | None:
    """An instant as RFC 3339 writes it, with its offset; in UTC."""
    if given is None:
        return None
    try:
        return parse_instant(given)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def marks(command: F) -> F:
    """`--onset`, `--detected` and `--declared`."""
    command = click.option(
        "--declared", metavar="TIME", callback=instant, help="When it was declared  [default: the start of the run]"
    )(command)
    command = click.option("--detected", metavar="TIME", callback=instant, help="When somebody noticed it.")(command)
    return click.option(
        "--onset", metavar="TIME", callback=instant, help="When it began; RTO and RPO count from there."
    )(command)


def duration(ctx: click.Context, param: click.Parameter, value: str | None) -> timedelta | None:
    """The callback of an option that takes a span of time, of at least a second."""
    from drctl.model.duration import parse_duration

    if value is None:
        return None
    try:
        span = parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    if span <= timedelta(0):
        raise click.BadParameter("expected at least 1s")
    return span


def _set_no_color(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    _invocation(ctx).no_color |= value


def _set_verbose(ctx: click.Context, param: click.Parameter, value: int) -> None:
    _invocation(ctx).verbose += value


def _set_state_dir(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    invocation = _invocation(ctx)
    invocation.given_state_dir = value
    source = ctx.get_parameter_source(param.name or "")
    # From the environment it is there for the next command too.
    invocation.state_dir_on_command_line = source is ParameterSource.COMMANDLINE


def _invocation(ctx: click.Context) -> Invocation:
    return ctx.ensure_object(Invocation)
