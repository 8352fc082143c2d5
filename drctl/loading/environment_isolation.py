"""The isolation that an environment declares: what of it cannot be meant."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta

from drctl.loading.referee import Referee
from drctl.loading.shapes import GAP
from drctl.loading.yaml_source import Path
from drctl.model.environment import Environment

_ID = re.compile(r"\d{12}")


def check_isolation(referee: Referee, environment: Environment) -> None:
    """Report what cannot be meant in `isolation` and `drill_expires`."""
    if environment.drill_expires < timedelta(hours=1):
        referee.wrong(("drill_expires",), "expected at least 1h: what expires under a drill would be deleted under it")
    isolation, at = environment.isolation, ("isolation",)
    if isolation is None:
        return
    for index, account in enumerate(isolation.production_accounts):
        if account != GAP and _ID.fullmatch(account) is None:
            referee.wrong((*at, "production_accounts", index), f"expected twelve digits in quotes, got {account!r}")
    if isolation.no_peering and not isolation.production_accounts:
        referee.wrong((*at, "no_peering"), "says from what only where there are `production_accounts`")
    for index, block in enumerate(isolation.egress_only or ()):
        _check_block(referee, (*at, "egress_only", index), block)
    lists = {"dns_names": isolation.dns_names, "mute_prefixes": isolation.mute_prefixes}
    for key, values in lists.items():
        for index, value in enumerate(values or ()):
            if value != GAP and not value.strip("*?. "):
                referee.wrong((*at, key, index), "allows everything; name what is a drill's own")


def _check_block(referee: Referee, at: Path, block: str) -> None:
    try:
        network = ipaddress.ip_network(block)
    except ValueError:
        if block != GAP:
            referee.wrong(at, f"expected a CIDR block such as 10.0.0.0/16, got {block!r}")
        return
    if not network.prefixlen:
        referee.wrong(at, "lets everything out; leave `egress_only` out instead")
