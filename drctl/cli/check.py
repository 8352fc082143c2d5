"""`drctl check`: whether an environment can be used from here."""

from __future__ import annotations

import click

from drctl.cli.drill import key_values
from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared


@click.command(short_help="Look whether an environment can be used from here.")
@click.option("--environment", required=True, metavar="NAME", help="The environment to look at.")
@click.option("--runbook", metavar="NAME|PATH", help="Look at the accounts that this one needs, and where it points.")
@click.option(
    "--set", "inputs", multiple=True, callback=key_values, metavar="NAME=VALUE", help="An input of the runbook."
)
@output
@shared
@click.pass_obj
def check(invocation: Invocation, environment: str, runbook: str | None, inputs: dict[str, str]) -> None:
    """Look whose credentials these are, and whether the guard of an environment lets them pass.

    Nothing is changed. Exit code 2 where a run would be refused.

    \b
    Examples:
      drctl check --environment staging
      drctl check --environment production --runbook region-failover
    """
    from drctl.bootstrap import check_environment
    from drctl.cli.confirming import mfa_code
    from drctl.cli.printing import answer, answer_document
    from drctl.report.environment_sheet import environment_text

    found = check_environment(environment, runbook, inputs, mfa_code())
    if invocation.json:
        answer_document(found)
        return
    answer(environment_text(found))
