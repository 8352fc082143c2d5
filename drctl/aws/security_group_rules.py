"""What a security group lets in, rule by rule, and how a rule is taken away and given back.

A rule that is given back has another id, so rules are told apart by what they let in (Amazon EC2 API Reference,
DescribeSecurityGroupRules, RevokeSecurityGroupIngress, AuthorizeSecurityGroupIngress).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from drctl.aws.failures import already
from drctl.model.values import Json

_ANY_PROTOCOL = "-1"
_TCP = frozenset({"tcp", "6"})


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressRule:
    id: str
    group: str
    protocol: str
    from_port: int | None
    to_port: int | None
    source: str
    """A CIDR, the id of a security group, or that of a prefix list."""
    description: str = ""
    owner: str = ""
    """The account of the group that is the source, where AWS names it."""

    @property
    def meaning(self) -> tuple[str, str, int | None, int | None, str]:
        """What it lets in, whatever its id is."""
        return self.group, self.protocol, self.from_port, self.to_port, self.source

    def covers(self, port: int) -> bool:
        """Whether it lets TCP in at that port."""
        if self.protocol == _ANY_PROTOCOL:
            return True
        if self.protocol not in _TCP or self.from_port is None or self.to_port is None:
            return False
        return self.from_port <= port <= self.to_port

    def plain(self) -> Mapping[str, Json]:
        """The rule as a journal holds it."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> IngressRule:
        """The rule that a journal holds."""
        return cls(**plain)


def list_ingress_rules(ec2: Any, groups: Sequence[str]) -> tuple[IngressRule, ...]:
    """Everything that these groups let in."""
    if not groups:
        return ()
    pages = ec2.get_paginator("describe_security_group_rules")
    found = pages.paginate(Filters=[{"Name": "group-id", "Values": list(groups)}])
    return tuple(_rule(raw) for page in found for raw in page["SecurityGroupRules"] if not raw["IsEgress"])


def revoke_ingress(ec2: Any, group: str, rules: Sequence[IngressRule]) -> None:
    """Take these rules of one group away. AWS takes none of them where one is gone already."""
    with already("InvalidSecurityGroupRuleId.NotFound", "InvalidPermission.NotFound"):
        ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[rule.id for rule in rules])


def authorize_ingress(ec2: Any, group: str, rules: Sequence[IngressRule]) -> None:
    """Give these rules back to one group."""
    with already("InvalidPermission.Duplicate"):
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[_permission(rule) for rule in rules])


def _rule(raw: Mapping[str, Any]) -> IngressRule:
    peer = raw.get("ReferencedGroupInfo") or {}
    sources = (raw.get("CidrIpv4"), raw.get("CidrIpv6"), peer.get("GroupId"), raw.get("PrefixListId"))
    every = raw["IpProtocol"] == _ANY_PROTOCOL
    return IngressRule(
        id=raw["SecurityGroupRuleId"],
        group=raw["GroupId"],
        protocol=raw["IpProtocol"],
        from_port=None if every else raw.get("FromPort"),
        to_port=None if every else raw.get("ToPort"),
        source=next((str(source) for source in sources if source), ""),
        description=raw.get("Description") or "",
        owner=str(peer.get("UserId") or ""),
    )


def _permission(rule: IngressRule) -> dict[str, Any]:
    told: dict[str, Any] = {"Description": rule.description} if rule.description else {}
    permission: dict[str, Any] = {"IpProtocol": rule.protocol}
    if rule.from_port is not None:
        permission |= {"FromPort": rule.from_port, "ToPort": rule.to_port}
    if rule.source.startswith("sg-"):
        owner = {"UserId": rule.owner} if rule.owner else {}
        return {**permission, "UserIdGroupPairs": [{"GroupId": rule.source, **owner, **told}]}
    if rule.source.startswith("pl-"):
        return {**permission, "PrefixListIds": [{"PrefixListId": rule.source, **told}]}
    if ":" in rule.source:
        return {**permission, "Ipv6Ranges": [{"CidrIpv6": rule.source, **told}]}
    return {**permission, "IpRanges": [{"CidrIp": rule.source, **told}]}
