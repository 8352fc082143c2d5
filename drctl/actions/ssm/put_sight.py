"""What there is of a parameter, and whether it holds what it is to hold."""

from __future__ import annotations

from dataclasses import dataclass

from drctl.actions.ssm.put_params import Params
from drctl.aws.ssm import Parameter, find_labelled, find_parameter
from drctl.aws.ssm_secure import SecureVersion, Source, find_source, list_versions
from drctl.ports.action import StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    parameter: Parameter | None
    labelled: int | None = None
    """The version that has the label, where one is asked for."""
    source: Source | None = None
    """What the secret holds, for a SecureString."""
    versions: tuple[SecureVersion, ...] = ()
    """What the SecureString has held, oldest first."""


def look(params: Params, ctx: StepContext) -> Seen:
    """The parameter, its label, and for a SecureString the secret that it takes its value from."""
    ssm = ctx.aws.client("ssm", params.region)
    found = find_parameter(ssm, params.name)
    labelled = find_labelled(ssm, params.name, params.label) if params.label and found is not None else None
    if params.from_secret is None:
        return Seen(parameter=found, labelled=labelled)
    source = find_source(ctx.aws.client("secretsmanager", params.region), params.from_secret)
    # Another type is refused, whatever its values are: nobody needs to have them decrypted.
    secure = found is not None and found.type == "SecureString"
    return Seen(
        parameter=found,
        labelled=labelled,
        source=source,
        versions=list_versions(ssm, params.name) if secure else (),
    )


def has_value(params: Params, seen: Seen, *, any_key: bool = False) -> bool:
    """Whether the parameter holds what it is to hold; with `any_key` under whatever key."""
    if seen.parameter is None:
        return False
    if not params.is_secure:
        return seen.parameter.value == params.value
    if seen.source is None or not seen.versions or seen.versions[-1].digest != seen.source.digest:
        return False
    return any_key or params.key is None or seen.versions[-1].key == params.key
