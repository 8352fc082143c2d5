"""The pointer: the configuration value that tells writers which bucket is theirs. Pure."""

from __future__ import annotations

from dataclasses import replace

from drctl.aws.ssm import Parameter
from drctl.model.decision import Change, Refuse
from drctl.model.past import Past


def decide_pointing(pointer: Parameter | None, name: str, bucket: str) -> Change | Refuse | None:
    """The change that points writers to `bucket`; None where they are."""
    if pointer is None:
        hint = "nothing copies parameters between Regions; create it, or name the one that writers read"
        return Refuse(f"there is no parameter {name} for the writers to read", hint)
    if pointer.type != "String":
        return Refuse(f"{name} is a {pointer.type}, not the plain name of a bucket", "name a parameter of type String")
    if pointer.value == bucket:
        return None
    return Change(
        name="point-writers",
        summary=f"set {name} to {bucket}",
        operation="ssm:PutParameter",
        target=name,
        detail=replace(pointer, value=bucket),
        undo={"value": pointer.value},
    )


def decide_pointing_back(pointer: Parameter | None, bucket: str, past: Past) -> Change | Refuse | None:
    """The change that gives the pointer its old value; None where it has it, or this run never changed it."""
    made = past.made("point-writers")
    before = made[0].undo.get("value") if made else None
    if before is None or (pointer is not None and pointer.value == before):
        return None
    if pointer is None or pointer.value != bucket:
        return Refuse(
            f"{made[0].target} was changed by somebody else since; left alone", f"it was {before!r} before this run"
        )
    return Change(
        name="point-writers-back",
        summary=f"give {pointer.name} its old value back",
        operation="ssm:PutParameter",
        target=pointer.name,
        detail=replace(pointer, value=str(before)),
    )
