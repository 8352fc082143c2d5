"""The reference of the commands, from what they say of themselves with `--help`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Set

import click

from docs.reference.markdown import code, fenced, page, table
from drctl.cli import cli
from drctl.cli.options import shared

TITLE = "Which commands are there?"
_INTRODUCTION = "The same as `drctl COMMAND --help`, on one page."
_VERBATIM = "\b\n"


@click.command()
@shared
def _nothing() -> None: ...


def commands_page() -> str:
    """The whole page."""
    top = click.Context(cli, info_name="drctl", **cli.context_settings)
    everywhere = {param.name for param in _nothing.get_params(click.Context(_nothing, parent=top))}
    names = cli.list_commands(top)
    listed = [[f"[{code(f'drctl {name}')}](#drctl-{name})", cli.commands[name].get_short_help_str()] for name in names]
    return page(
        TITLE,
        _INTRODUCTION,
        table(("command", "what it does"), listed),
        *(part for name in names for part in _command(cli.commands[name], f"drctl {name}", top, everywhere)),
        "## Every command",
        _options(_nothing, click.Context(_nothing, info_name="drctl", parent=top), set()),
        *prose(cli.epilog or ""),
    )


def _command(command: click.Command, path: str, parent: click.Context, everywhere: Set[str | None]) -> Iterator[str]:
    context = click.Context(command, info_name=path.rsplit(" ", 1)[-1], parent=parent)
    yield f"## {path}"
    yield fenced(" ".join((path, *command.collect_usage_pieces(context))))
    yield from prose(command.help or "")
    yield _options(command, context, everywhere)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            yield from _command(command.commands[name], f"{path} {name}", context, everywhere)


def _options(command: click.Command, context: click.Context, left_out: Set[str | None]) -> str:
    options = (param for param in command.get_params(context) if isinstance(param, click.Option))
    records = (option.get_help_record(context) for option in options if option.name not in left_out)
    rows = [[code(spelt), " ".join(meaning.split())] for spelt, meaning in filter(None, records)]
    return table(("option", "meaning"), rows) if rows else ""


def prose(text: str) -> Iterator[str]:
    """Help as Markdown: in what click prints verbatim, indented lines are code and the others are sentences."""
    for block in re.split(r"\n{2,}", inspect.cleandoc(text)):
        if not block.startswith(_VERBATIM):
            yield " ".join(block.split())
            continue
        for indented, lines in _runs(block.removeprefix(_VERBATIM).splitlines()):
            shown = "\n".join(lines)
            yield fenced(inspect.cleandoc(shown)) if indented else shown


def _runs(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    run: list[str] = []
    for line in lines:
        if run and line.startswith(" ") != run[-1].startswith(" "):
            yield run[-1].startswith(" "), run
            run = []
        run.append(line)
    if run:
        yield run[-1].startswith(" "), run
