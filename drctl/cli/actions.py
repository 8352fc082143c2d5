"""`drctl actions`: what a step of a runbook can use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from drctl.cli.invocation import Invocation, width
from drctl.cli.options import output, shared
from drctl.cli.printing import answer, answer_document
from drctl.errors import NotFound, Refused

if TYPE_CHECKING:
    from drctl.ports.action import ActionSpec, Catalogue, Permission

_ONE_LINE = 160
"""Columns of the list: each action stays on a line of its own, so that it can be searched with grep."""


@click.command(short_help="What a step of a runbook can use.")
@click.argument("kind", required=False, metavar="[KIND]")
@output
@shared
@click.pass_obj
def actions(invocation: Invocation, kind: str | None) -> None:
    """List the actions that a step can use; with KIND, everything about one.

    \b
    Examples:
      drctl actions
      drctl actions rds.restore_snapshot
    """
    from drctl.bootstrap import catalogue
    from drctl.report.action_sheet import action_document
    from drctl.report.action_text import action_text, actions_text

    known = catalogue()
    if kind is not None:
        one = _spec(known, kind)
        sheet = action_document(one, known.schema(kind), permissions_of_example(known, one), known.origin(kind))
        if invocation.json:
            answer_document(sheet)
        else:
            answer(action_text(sheet, width=width()))
        return
    specs = [spec for name in known.kinds() if (spec := known.spec(name)) is not None]
    faults = {name: fault for name in known.kinds() if (fault := known.fault(name)) is not None}
    if invocation.json:
        sheets = [action_document(spec, known.schema(spec.kind), (), known.origin(spec.kind)) for spec in specs]
        answer_document({"actions": sheets, "unusable": faults})
    else:
        origins = {spec.kind: str(origin) for spec in specs if (origin := known.origin(spec.kind)) is not None}
        answer(actions_text(specs, origins, faults, width=_ONE_LINE))


def permissions_of_example(known: Catalogue, spec: ActionSpec) -> tuple[Permission, ...]:
    """What the action's own example needs of IAM; nothing where the example refers to other steps."""
    import yaml

    from drctl.ports.action import ParamsInvalid

    steps = yaml.safe_load(spec.example) if spec.example else None
    try:
        bound = known.bind(spec.kind, steps[0].get("with", {}) if steps else {})
    except ParamsInvalid:
        return ()
    return bound.action.permissions(bound.params, getattr(bound.params, "region", "*"), "ACCOUNT")


def _spec(known: Catalogue, kind: str) -> ActionSpec:
    import difflib

    if (spec := known.spec(kind)) is not None:
        return spec
    if (fault := known.fault(kind)) is not None:
        raise Refused(fault, hint="mend or uninstall that package")
    near = difflib.get_close_matches(kind, known.kinds(), n=1)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    raise NotFound(f"there is no action {kind!r}{meant}", hint=f"drctl actions {near[0]}" if near else "drctl actions")
