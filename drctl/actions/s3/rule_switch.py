"""Turning the rules of a bucket off and on again, those of replication and those of lifecycle alike. Pure.

Undo turns back what this run has turned, and only rules that are what they were otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from drctl.aws.s3_rules import OFF, ON, STATUSES, RuleSet
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.past import Past

SETTLE = timedelta(seconds=60)
"""Bucket configurations are eventually consistent (Amazon S3 User Guide, Amazon S3 data consistency model)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """What is turned, and the names of turning it."""

    what: str
    operation: str
    off: str
    on: str

    def name(self, status: str) -> str:
        return self.on if status == ON else self.off


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    bucket: bool
    rules: RuleSet | None = None


def other(status: str) -> str:
    return OFF if status == ON else ON


def decide_turning(switch: Switch, bucket: str, seen: Seen, chosen: Sequence[str] | None, status: str) -> Decision:
    """The answer that leads to `status` for the rules `chosen`, for all of them where it is None."""
    if not seen.bucket:
        return Refuse(f"there is no bucket {bucket}", "look at `bucket` and `region`")
    known = seen.rules.by_id if seen.rules else {}
    if missing := [id for id in chosen or () if id not in known]:
        hint = f"it has {', '.join(known) or 'none'}"
        return Refuse(f"{bucket} has no {switch.what} rule {missing[0]}", hint)
    if seen.rules is None:
        return Done(f"{bucket} has no {switch.what} rules")
    asked = tuple(known) if chosen is None else tuple(chosen)
    if odd := [id for id in asked if seen.rules.status(id) not in STATUSES]:
        hint = "look at the rule; turning it on and off would not bring this status back"
        return Refuse(f"the {switch.what} rule {odd[0]} of {bucket} is {seen.rules.status(odd[0])!r}", hint)
    turning = [id for id in asked if seen.rules.status(id) != status]
    if not turning:
        return Done(f"the {switch.what} rules of {bucket} are {status.lower()} that are to be")
    return _turn(switch, bucket, seen.rules, turning, status)


def decide_turning_back(switch: Switch, bucket: str, seen: Seen, past: Past, status: str) -> Decision:
    """The answer that turns back what the run has turned to `status`."""
    turned = dict(_turned(switch, past, status))
    known = seen.rules.by_id if seen.rules else {}
    back = [id for id in turned if id in known and known[id]["Status"] == status]
    if seen.rules is None or not back:
        return Done(f"no {switch.what} rule of {bucket} is {status.lower()} by this run")
    if changed := [id for id in back if {**known[id], "Status": ""} != {**turned[id], "Status": ""}]:
        hint = f"look at the rule, and set it to {other(status)} by hand if that is right for it"
        because = f"the {switch.what} rule {changed[0]} of {bucket} was changed by somebody else since; left alone"
        return Refuse(because, hint)
    return _turn(switch, bucket, seen.rules, back, other(status))


def tell_turned(
    switch: Switch, bucket: str, seen: Seen, past: Past, *, chosen: Sequence[str] | None, state: str, status: str
) -> Evidence:
    """Whether the rules `chosen`, or all, have `status`, for which a runbook says `state`."""
    if not _in_status(seen.rules, chosen, status):
        return Evidence.missing(f"the {switch.what} of {bucket} is not {state}")
    count = len(chosen if chosen is not None else seen.rules.by_id if seen.rules else ())
    return Evidence.of(
        f"{count} {switch.what} rules of {bucket} are {status.lower()}",
        # Those that this run has turned.
        outputs={"state": state, "rules": list(dict(_turned(switch, past, status)))},
    )


def _in_status(rules: RuleSet | None, chosen: Sequence[str] | None, status: str) -> bool:
    asked = chosen if chosen is not None else list(rules.by_id if rules else {})
    return all(rules is not None and id in rules.by_id and rules.status(id) == status for id in asked)


def _turned(switch: Switch, past: Past, status: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(id, the rule as it was before) of the rules that the run has turned; of several times the first counts."""
    for made in reversed(past.made(switch.name(status))):
        document: Any = made.undo["configuration"]
        ids: Any = made.undo["rules"]
        if not made.undoing:
            yield from ((id, rule) for id, rule in RuleSet(document).by_id.items() if id in ids)


def _turn(switch: Switch, bucket: str, rules: RuleSet, ids: Sequence[str], status: str) -> Change:
    return Change(
        name=switch.name(status),
        summary=f"set the {switch.what} rules {', '.join(ids)} of {bucket} to {status}",
        operation=switch.operation,
        target=bucket,
        detail=(rules, rules.turned(ids, status)),
        undo={"rules": list(ids), "configuration": rules.document},
        settle=SETTLE,
    )
