"""`drctl approve` and `drctl reject`: answer a step that asks, in one's own name or with a token from the chat."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared
from drctl.cli.orders import RUN, STEP, order
from drctl.cli.printing import tell

if TYPE_CHECKING:
    from drctl.bootstrap import Open

F = TypeVar("F", bound=Callable[..., Any])
_LEAST = 8
"""Characters of a hash that name it."""


def answering(command: F) -> F:
    """The options of an answer."""
    for option in (
        click.option("--by", default="", metavar="NAME", help="Whose answer it is, with --token."),
        click.option("--token", default="", metavar="TOKEN", help="A token from the chat; `-` reads it from stdin."),
        click.option("--evidence", default="", metavar="HASH", help=_EVIDENCE),
        click.option("--comment", default="", metavar="TEXT", help="What is recorded with the answer."),
    ):
        command = option(command)
    return command


_EVIDENCE = "The evidence that you have seen  [default: what `drctl status` shows now]"


@click.command(short_help="Say yes to a step that asks.")
@RUN
@STEP
@answering
@output
@shared
@click.pass_obj
def approve(invocation: Invocation, run: str, step: str, comment: str, evidence: str, token: str, by: str) -> None:
    """Approve STEP of RUN, a step that asks people before the run goes on.

    `drctl status RUN` shows what waits for an answer, on which evidence, who may give it, and until when. An answer
    to evidence that has changed since is refused, and so is that of whoever began a recovery.

    \b
    Examples:
      drctl approve latest approve-traffic
      drctl approve latest approve-traffic --evidence 3f9a1c27d05b --comment "40 minutes of loss accepted, INC-1234"
      drctl approve latest approve-traffic --by anna --token - < token.txt
    """
    _answer(invocation, "approve", run, step, comment=comment, evidence=evidence, token=token, by=by)


@click.command(short_help="Say no to a step that asks.")
@RUN
@STEP
@answering
@output
@shared
@click.pass_obj
def reject(invocation: Invocation, run: str, step: str, comment: str, evidence: str, token: str, by: str) -> None:
    """Reject STEP of RUN, a step that asks people. It has failed then; `drctl retry RUN STEP` asks again.

    \b
    Examples:
      drctl reject latest approve-traffic --comment "the loss is too great, promote the replica first"
    """
    _answer(invocation, "reject", run, step, comment=comment, evidence=evidence, token=token, by=by)


def _answer(
    invocation: Invocation, kind: str, run: str, step: str, *, comment: str, evidence: str, token: str, by: str
) -> None:
    from drctl.bootstrap import evidence_of_token, find_run, open_request
    from drctl.cli.confirming import mfa_code
    from drctl.cli.displays import person

    if bool(token) is not bool(by.strip()):
        raise click.UsageError("--token and --by go together: a token does not say whose it is")
    folder = find_run(invocation.state_dir, run)
    stands = open_request(folder, step)
    if stands is not None:
        _show(stands)
    if token:
        approves = kind == "approve"
        shown = evidence_of_token(folder, step, _token(token), approves=approves, mfa_code=mfa_code())
        given = {"by": by, "evidence": shown, "via": "token", "typed_by": person()}
    else:
        given = {"evidence": _meant(evidence, stands)}
    order(invocation, kind, folder.run, step=step, why=comment, **given)
    if (left := open_request(folder, step)) is not None:
        _tell_how_many(left)


def _show(stands: Open) -> None:
    """What is answered to, on stderr: the evidence, its hash, who has answered, who may, and until when."""
    from drctl.report.approvals import request_lines

    for line in request_lines(stands.asked, stands.answers):
        tell(line)


def _tell_how_many(stands: Open) -> None:
    from drctl.model.quorum import standing, verdict

    if verdict(stands.asked, stands.answers) is None:
        tell(f"{standing(stands.asked, stands.answers)[0]}; the step goes on waiting")


def _meant(evidence: str, stands: Open | None) -> str:
    """The whole hash that is meant: what was typed of it, or what is shown."""
    if stands is None:
        return evidence
    shown = stands.asked.sha256
    if not evidence:
        return shown
    if len(evidence) < _LEAST:
        raise click.UsageError(f"--evidence {evidence} is too short; {_LEAST} characters of the hash are enough")
    return shown if shown.startswith(evidence.lower()) else evidence


def _token(given: str) -> str:
    # From stdin it is in no list of processes, and in no shell's history.
    return sys.stdin.readline(5000) if given == "-" else given
