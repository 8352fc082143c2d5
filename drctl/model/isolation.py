"""What keeps a drill away from production, as an environment declares it; and what of a plan breaks it. Pure."""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from drctl.model.plan import Plan, PlannedStep
from drctl.model.reference import Value

SIMULATOR = "@simulator.amazonses.com"
"""Where mail goes that reaches nobody (Amazon SES Developer Guide, "Using the mailbox simulator")."""


class Mail(StrEnum):
    OFF = "off"
    """No step sends any."""
    SIMULATOR = "simulator"
    """Only to the mailbox simulator of SES."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """Each is a hard stop: a drill that breaks one does not start, and nothing is changed."""

    production_accounts: tuple[str, ...] = ()
    """The ids of the accounts that no drill may work in, or reach."""
    no_peering: bool = False
    """Whether no VPC of the drill's accounts may be peered with one of `production_accounts`, nor attached to a transit
    gateway that is not the environment's own."""
    egress_only: tuple[str, ...] | None = None
    """The only CIDR blocks that the security groups of the plan may let out to; prefix lists and other groups may."""
    mail: Mail | None = None
    """Whether steps may send mail at all; anybody gets it, if left out."""
    dns_names: tuple[str, ...] | None = None
    """The only names (with `*` and `?`) that steps may change in DNS, and then nothing else moves traffic."""
    mute_prefixes: tuple[str, ...] | None = None
    """How the names of the only alarms begin that steps may mute."""


_TRAFFIC = frozenset({
    "arc.routing_control", "arc.zonal_shift", "cloudfront.switch_origin", "route53.stop_switch",
    "route53.toggle_health_check", "s3.mrap_failover",
})  # fmt: skip
"""Kinds that move traffic by something else than a name."""
_ONE_WAY = {
    "rds.promote_replica": "instance",
    "s3.contain": "bucket",
    "secrets.promote": "secret",
    "aurora.global_failover": "global_cluster",
    "aurora.global_switchover": "global_cluster",
    "elasticache.failover": "global_datastore",
}
"""Kinds that no drill may do to what it has not made, and the parameter that names it."""
_MAKERS = {
    "rds.create_replica": "instance",
    "rds.restore_snapshot": "instance",
    "rds.restore_to_point_in_time": "instance",
    "s3.recreate_bucket": "bucket",
}


def breaches(isolation: Isolation, plan: Plan, accounts: Mapping[str, str], used: Collection[str]) -> Iterator[str]:
    """What of the plan breaks the isolation, as far as the plan itself tells.

    `accounts` are the environment's ids by name, `used` the names of those that the plan works in.
    """
    for name in sorted(used):
        if accounts[name] in isolation.production_accounts:
            yield f"account {name} is {accounts[name]}, which is production"
    for place, step in enumerate(plan.steps):
        yield from (f"{step.id}: {why}" for why in _of_step(isolation, step, plan.steps[:place]))


def _of_step(isolation: Isolation, step: PlannedStep, before: Collection[PlannedStep]) -> Iterator[str]:
    if isolation.dns_names is not None:
        yield from _dns(isolation.dns_names, step)
    if isolation.mail is not None and step.uses == "notify.email":
        yield from _mail(isolation.mail, step)
    if isolation.mute_prefixes is not None and step.uses in ("cloudwatch.mute", "cloudwatch.unmute"):
        yield from _mutes(isolation.mute_prefixes, step)
    if isolation.egress_only is not None:
        groups = step.params.get("security_groups")
        for group in groups if isinstance(groups, tuple) else ():
            if not isinstance(group, str):
                yield f"uses the security group {_shown(group)}, which is not known before it runs"
    if (named := _ONE_WAY.get(step.uses)) is not None and (target := step.params.get(named)) is not None:
        made = [one for one in before if _MAKERS.get(one.uses) and one.params.get(_MAKERS[one.uses]) == target]
        if not made:
            yield f"{step.uses} of {_shown(target)}, which no earlier step of this drill makes"


def _dns(allowed: Collection[str], step: PlannedStep) -> Iterator[str]:
    if step.uses in _TRAFFIC:
        yield f"{step.uses} moves traffic by something else than a name in `dns_names`"
    if step.uses != "route53.switch_records":
        return
    records = step.params.get("records")
    for record in records if isinstance(records, tuple) else (records,):
        name = record.get("name") if isinstance(record, Mapping) else record
        if not isinstance(name, str):
            yield f"changes {_shown(name)} in DNS, a name that is not known before it runs"
        elif not any(fnmatch.fnmatchcase(name.rstrip(".").lower(), one.lower()) for one in allowed):
            yield f"changes {name} in DNS, which is none of {', '.join(allowed) or 'no names at all'}"


def _mail(mail: Mail, step: PlannedStep) -> Iterator[str]:
    if mail is Mail.OFF:
        yield "sends mail, which is off"
        return
    to = step.params.get("to")
    for address in to if isinstance(to, tuple) else (to,):
        if not isinstance(address, str) or not address.lower().endswith(SIMULATOR):
            yield f"sends mail to {_shown(address)}, which is not {SIMULATOR}"


def _mutes(prefixes: Collection[str], step: PlannedStep) -> Iterator[str]:
    alarms = step.params.get("alarms")
    for name in alarms if isinstance(alarms, tuple) else (step.params.get("prefix") or alarms,):
        if not isinstance(name, str) or not name.startswith(tuple(prefixes)):
            yield f"switches the actions of {_shown(name)}, which begins with none of {', '.join(prefixes)}"


def _shown(value: Value) -> str:
    return value if isinstance(value, str) else f"${{{{ {value} }}}}"
