"""`drctl validate`: is what people wrote right?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared
from drctl.cli.printing import answer, answer_document
from drctl.errors import InputInvalid

if TYPE_CHECKING:
    from drctl.bootstrap import ValidatedFile


@click.command(short_help="Check runbooks and what goes with them.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@output
@shared
@click.pass_obj
@click.pass_context
def validate(ctx: click.Context, invocation: Invocation, paths: tuple[str, ...]) -> None:
    """Check runbooks, estates, scenarios and environments; every problem at once, each with its place.

    PATH is a file, a folder, or a runbook's name. What a file is, its first key says.

    \b
    Examples:
      drctl validate runbooks/
      drctl validate my-runbook.yaml --output json
    """
    from drctl.bootstrap import validate as validate_files

    checked = validate_files(paths)
    wrong = [file for file in checked if file.problems]
    if invocation.json:
        answer_document({"valid": not wrong, "files": [_file(file) for file in checked]})
        ctx.exit(InputInvalid.exit_code if wrong else 0)
    for file in checked:
        if not file.problems:
            answer(f"ok  {file.path}  {file.kind}")
    if wrong:
        problems = [str(problem) for file in wrong for problem in file.problems]
        raise InputInvalid(_summary(len(problems), len(wrong), len(checked)), context=problems)


def _summary(problems: int, wrong: int, checked: int) -> str:
    found = "1 problem" if problems == 1 else f"{problems} problems"
    return f"{found} in {wrong} of {checked} {'file' if checked == 1 else 'files'}"


def _file(file: ValidatedFile) -> dict[str, Any]:
    from drctl.report.plain_json import plain_fields

    return {"path": file.path, "kind": file.kind, "problems": [plain_fields(problem) for problem in file.problems]}
