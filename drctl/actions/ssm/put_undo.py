"""How a parameter becomes again what it was before a run set it. Pure.

A String goes back to the value in the journal. Of a SecureString the journal has only the
version: its value is read when it is needed, from the versions that AWS keeps.
"""

from __future__ import annotations

from collections.abc import Mapping

from drctl.actions.ssm.put_params import Params
from drctl.actions.ssm.put_sight import Seen, has_value
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.past import Past
from drctl.model.values import Json

PUT, PUT_BACK, DELETE = "put", "put-back", "delete"
LABEL, LABEL_BACK, UNLABEL = "label", "label-back", "unlabel"


def undo(params: Params, seen: Seen, past: Past) -> Decision:
    """Take the label back first, then the value; what somebody else has changed since stays."""
    put, labelled = past.made(PUT), past.made(LABEL)
    if not put and not labelled:
        return Done(f"{params.name} was not changed by this run")
    if put and not put[0].undo["existed"]:
        return _delete(params, seen, past)
    if labelled and (back := _label_back(params, seen, labelled[0].undo, labelled[-1].undo)):
        return back
    if not put:
        return Done(f"{params.name} is as it was")
    return _secure_back(params, seen, past) if params.is_secure else _value_back(params, seen, past)


def _delete(params: Params, seen: Seen, past: Past) -> Decision:
    if seen.parameter is None:
        return Done(f"{params.name} is as it was")
    if not has_value(params, seen, any_key=True) or _written_again(seen, past, 1):
        return _left_alone(params)
    return Change(
        name=DELETE,
        summary=f"delete {params.name}, which was not there before",
        operation="ssm:DeleteParameter",
        target=params.name,
    )


def _value_back(params: Params, seen: Seen, past: Past) -> Decision:
    before = past.made(PUT)[0].undo
    if seen.parameter is not None and seen.parameter.value == before["value"]:
        return Done(f"{params.name} is as it was")
    if not has_value(params, seen) or _written_again(seen, past, None):
        return _left_alone(params)
    return _put_back(params, (str(before["value"]), str(before["type"])))


def _secure_back(params: Params, seen: Seen, past: Past) -> Decision:
    version = _number(past.made(PUT)[0].undo["version"])
    old = next((one for one in seen.versions if one.version == version), None)
    newest = seen.versions[-1] if seen.versions else None
    if old is None or newest is None:
        because = f"AWS has version {version} of {params.name} no longer"
        return Refuse(because, "put the value back by hand, from where it came from")
    if (newest.digest, newest.key) == (old.digest, old.key):
        return Done(f"{params.name} is as it was")
    last = _number(past.made(PUT)[-1].undo["version"])
    if _written_again(seen, past, last + 1):
        return _left_alone(params)
    return _put_back(params, version)


def _put_back(params: Params, detail: object) -> Change:
    return Change(
        name=PUT_BACK,
        summary=f"give {params.name} its old value back",
        operation="ssm:PutParameter",
        target=params.name,
        detail=detail,
    )


def _label_back(
    params: Params, seen: Seen, first: Mapping[str, Json], last: Mapping[str, Json]
) -> Change | Refuse | None:
    before = first["label_at"]
    if seen.labelled == before:
        return None
    if seen.labelled != last["version"]:
        return _left_alone(params)
    if before is None:
        return Change(
            name=UNLABEL,
            summary=f"take {params.label} off {params.name}",
            operation="ssm:UnlabelParameterVersion",
            target=params.name,
            detail=seen.labelled,
        )
    return Change(
        name=LABEL_BACK,
        summary=f"move {params.label} of {params.name} back to version {before}",
        operation="ssm:LabelParameterVersion",
        target=params.name,
        detail=_number(before),
    )


def _written_again(seen: Seen, past: Past, unless_known: int | None) -> bool:
    """Whether the newest version is none of ours; where our call's answer was lost, ours was `unless_known`."""
    put = past.returned(PUT)
    version = put.facts.get("version") if put else unless_known
    return isinstance(version, int) and seen.parameter is not None and seen.parameter.version > version


def _left_alone(params: Params) -> Refuse:
    return Refuse(f"{params.name} was changed by somebody else since; left alone", "put it right by hand")


def _number(value: Json) -> int:
    if not isinstance(value, int):
        raise TypeError(f"a version was journaled, not {value!r}")
    return value
