"""Whether a connection to a store comes about: its Region is there, and a security group lets it in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drctl.model.scenario import LossMode
from drctl.sim.moto_resources import resources
from drctl.sim.overlay import World


def no_connection(
    world: World, account: str, region: str, groups: Sequence[str], port: int, asked_port: int
) -> tuple[str, str] | None:
    """The kind of failure and what is told of it; None where the connection comes about.

    Whoever asks stands where a rule lets him in, so that one rule for the port is enough: what is noticed is that
    nobody is let in.
    """
    if region in world.lost_regions:
        silent = world.loss_modes.get(region) == LossMode.HANG
        return ("timeout" if silent else "connect"), f"{region} is gone"
    # Without groups of its own a store has the default one of its VPC, which lets its members in.
    if groups and not any(_lets_in(account, region, group, asked_port) for group in groups):
        # A security group drops what it does not let in (Amazon VPC User Guide, "Security groups").
        return "timeout", f"no security group lets anybody in at port {asked_port}"
    if asked_port != port:
        return "connect", f"nothing listens at port {asked_port}"
    return None


def _lets_in(account: str, region: str, group_id: str, port: int) -> bool:
    group = resources("ec2", account, region).get_security_group_from_id(group_id)
    if group is None:
        return False
    if group.name == "default":
        return True  # it lets its members in, and whoever asks is one
    return any(_covers(rule, port) for rule in group.ingress_rules)


def _covers(rule: Any, port: int) -> bool:
    if str(rule.ip_protocol) == "-1":
        return True
    if str(rule.ip_protocol) not in ("tcp", "6") or rule.from_port is None:
        return False
    return int(rule.from_port) <= port <= int(rule.to_port)
