"""What an estate says of networks and load balancers: addresses that fit, names that exist."""

from __future__ import annotations

import ipaddress
from collections import Counter

from drctl.loading.referee import Referee
from drctl.loading.shapes import GAP
from drctl.loading.yaml_source import Path
from drctl.model.estate import Place
from drctl.model.estate_network import LoadBalancer, Network

Net = ipaddress.IPv4Network


def check_networks(referee: Referee, at: Path, place: Place) -> None:
    """Networks hold their subnets, no name is there twice, and rules name groups that exist."""
    for name, network in place.networks.items():
        _check_network(referee, (*at, "networks", name), network)
    subnets = [(name, subnet) for name, network in place.networks.items() for subnet in network.subnets]
    groups = [(name, group) for name, network in place.networks.items() for group in network.security_groups]
    for section, named in (("subnets", subnets), ("security_groups", groups)):
        counts = Counter(name for _, name in named)
        for network_name, name in named:
            if counts[name] > 1:
                path = (*at, "networks", network_name, section, name)
                referee.wrong(path, f"another network of this place has {name!r} too", at_key=True)


def check_load_balancers(referee: Referee, at: Path, place: Place) -> None:
    """Load balancers stand in two zones at least and forward to target groups of their own."""
    owners = Counter(group for balancer in place.load_balancers.values() for group in balancer.target_groups)
    for name, balancer in place.load_balancers.items():
        here = (*at, "load_balancers", name)
        refer_subnets(referee, (*here, "subnets"), balancer.subnets, at, place)
        refer_groups(referee, (*here, "security_groups"), balancer.security_groups, at, place)
        for group in balancer.target_groups:
            if owners[group] > 1:
                path = (*here, "target_groups", group)
                referee.wrong(path, f"another load balancer has a target group {group!r} too", at_key=True)
        _check_listeners(referee, here, balancer)


def refer_subnets(referee: Referee, path: Path, names: tuple[str, ...], at: Path, place: Place) -> None:
    """`names` are subnets of the place, and there is one at least."""
    known = {subnet for network in place.networks.values() for subnet in network.subnets}
    for index, name in enumerate(names):
        referee.refer((*path, index), name, "subnet", known, (*at, "networks"))
    if not names:
        referee.wrong(path, "needs at least one subnet")


def refer_groups(referee: Referee, path: Path, names: tuple[str, ...], at: Path, place: Place) -> None:
    """`names` are security groups of the place."""
    known = {group for network in place.networks.values() for group in network.security_groups}
    for index, name in enumerate(names):
        referee.refer((*path, index), name, "security group", known, (*at, "networks"))


def _check_network(referee: Referee, here: Path, network: Network) -> None:
    whole = _net(referee, (*here, "cidr"), network.cidr)
    taken: dict[str, Net] = {}
    for name, subnet in network.subnets.items():
        path = (*here, "subnets", name, "cidr")
        part = _net(referee, path, subnet.cidr)
        if subnet.zone != GAP and not (len(subnet.zone) == 1 and "a" <= subnet.zone <= "f"):
            referee.wrong((*path[:-1], "zone"), f"expected the letter of a zone, such as a, got {subnet.zone!r}")
        if part is None:
            continue
        if whole is not None and not part.subnet_of(whole):
            referee.wrong(path, f"{subnet.cidr} is not within the network's {network.cidr}")
        for other, its in taken.items():
            if part.overlaps(its):
                referee.wrong(path, f"{subnet.cidr} overlaps the subnet {other}'s {its}")
        taken[name] = part
    _check_rules(referee, here, network)


def _check_rules(referee: Referee, here: Path, network: Network) -> None:
    for name, group in network.security_groups.items():
        path = (*here, "security_groups", name)
        peers = [((*path, "inbound", index, "from"), rule.source) for index, rule in enumerate(group.inbound)]
        peers += [((*path, "outbound", index, "to"), rule.target) for index, rule in enumerate(group.outbound)]
        for place, peer in peers:
            if "/" in peer:
                _net(referee, place, peer)
            else:
                referee.refer(place, peer, "security group", network.security_groups, (*here, "security_groups"))


def _check_listeners(referee: Referee, here: Path, balancer: LoadBalancer) -> None:
    for index, listener in enumerate(balancer.listeners):
        path = (*here, "listeners", index)
        referee.refer(
            (*path, "forward"), listener.forward, "target group", balancer.target_groups, (*here, "target_groups")
        )
        if listener.protocol == "HTTPS" and listener.certificate is None:
            referee.wrong((*path, "certificate"), "an HTTPS listener needs the domain of a certificate", at_key=True)


def _net(referee: Referee, path: Path, text: str) -> Net | None:
    if text == GAP:
        return None
    try:
        return ipaddress.IPv4Network(text)
    except ValueError:
        referee.wrong(path, f"expected a network such as 10.0.0.0/16, got {text!r}")
        return None
