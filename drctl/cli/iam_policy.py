"""`drctl iam-policy`: the least that a role needs to run a runbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from drctl.cli.drill import key_values
from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared
from drctl.cli.printing import answer_document, tell
from drctl.errors import NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drctl.privileges.policies import Document


@click.command(name="iam-policy", short_help="Print the least that a role needs for a runbook.")
@click.option(
    "--runbook", "runbooks", required=True, multiple=True, metavar="NAME|PATH", help="A runbook that the role runs."
)
@click.option("--environment", default="simulated", show_default=True, metavar="NAME|PATH", help="Where it is run.")
@click.option(
    "--estate", default="amply", show_default=True, metavar="NAME|PATH", help="The estate, where that is simulated."
)
@click.option(
    "--set", "inputs", multiple=True, callback=key_values, metavar="NAME=VALUE", help="An input of the runbook."
)
@click.option(
    "--mode",
    type=click.Choice(["drill", "recover", "observe"]),
    help="What the role is for  [default: recover, where the environment allows it]",
)
@click.option("--account", metavar="NAME", help="Print the plain policy document of one account.")
@click.option("--part", type=click.IntRange(min=1), metavar="N", help="Which document, where it takes several.")
@output
@shared
@click.pass_obj
def iam_policy(
    invocation: Invocation,
    runbooks: tuple[str, ...],
    environment: str,
    estate: str,
    inputs: dict[str, str],
    mode: str | None,
    account: str | None,
    part: int | None,
) -> None:
    """Print the smallest IAM policy with which a runbook can be run, for each account it works in.

    With several --runbook: the policy of one role that runs them all.

    observe lets a role look and nothing else; drill adds what works on copies, and denies changes to
    whatever no drill has made; recover adds the rest. What only the run will know becomes *.

    \b
    Examples:
      drctl iam-policy --runbook region-failover
      drctl iam-policy --runbook region-failover --environment production --account production > policy.json
      drctl iam-policy --runbook staging-drill --environment staging --mode drill
    """
    from drctl.bootstrap import PolicyRequest, iam_policies

    if part is not None and account is None:
        raise click.UsageError("--part goes with --account")
    request = PolicyRequest(runbooks=runbooks, environment=environment, estate=estate, inputs=inputs, mode=mode)
    found = iam_policies(request)
    if not invocation.json:
        for note in _notes(found):
            tell(note)
    if account is None:
        answer_document({"accounts": {name: [one.plain() for one in each] for name, each in found.items()}})
    else:
        answer_document(_of_account(found, account, part))


def _of_account(found: Mapping[str, tuple[Document, ...]], account: str, part: int | None) -> dict[str, Any]:
    if account not in found:
        there = ", ".join(found) or "none"
        raise NotFound(f"the runbook does nothing in an account {account!r}", context=[f"it works in: {there}"])
    documents = found[account]
    if part is None and len(documents) > 1:
        raise Refused(
            f"the policy of {account} is larger than IAM takes, and is {len(documents)} documents",
            hint=f"attach each of them: --part 1 to --part {len(documents)}",
        )
    if part is not None and part > len(documents):
        raise NotFound(f"the policy of {account} has no part {part}", context=[f"its parts: {len(documents)}"])
    return documents[(part or 1) - 1].plain()


def _notes(found: Mapping[str, tuple[Document, ...]]) -> list[str]:
    """What people should know before they attach them."""
    from drctl.privileges.policies import LARGEST, MOST_ATTACHED

    notes = []
    for account, documents in found.items():
        if len(documents) > 1:
            split = f"{account}: {len(documents)} documents, because a managed policy holds {LARGEST} characters"
            notes.append(f"{split}; attach all of them to the role")
        if len(documents) > MOST_ATTACHED:
            notes.append(f"{account}: a role takes {MOST_ATTACHED} managed policies until AWS raises that quota")
        if any(one.size > LARGEST for one in documents):
            notes.append(f"{account}: a statement alone is larger than a managed policy may be")
    return notes
