"""`drctl schema`: the JSON Schemas of what people write and of what drctl answers."""

from __future__ import annotations

import click

from drctl.cli.options import shared
from drctl.cli.printing import answer_document

KINDS = ("runbook", "estate", "scenario", "environment", "document")


@click.command(short_help="Print a JSON Schema.")
@click.argument("kind", type=click.Choice(KINDS), default="runbook", metavar=f"[{'|'.join(KINDS)}]")
@shared
def schema(kind: str) -> None:
    """Print a JSON Schema (2020-12): of runbooks (the default), estates, scenarios, environments, or the run document.

    \b
    Examples:
      drctl schema > runbook.schema.json
      drctl schema document
    An editor that reads schemas then completes and checks runbooks that begin with:
      # yaml-language-server: $schema=runbook.schema.json
    """
    from drctl import bootstrap

    make = {
        "runbook": bootstrap.runbook_schema,
        "estate": bootstrap.estate_schema,
        "scenario": bootstrap.scenario_schema,
        "environment": bootstrap.environment_schema,
        "document": bootstrap.document_schema,
    }[kind]
    answer_document(make())
