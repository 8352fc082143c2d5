"""Security groups by the names that people give them, and zones by the ids that all accounts share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def security_group_ids(ec2: Any, vpc: str, wanted: Sequence[str]) -> Mapping[str, str]:
    """Group ids by what was asked for, a name or an id (`sg-…`), both in `vpc`; what is not there is left out.

    A name is one group's only within a VPC, so it is never looked up without one. An id of another VPC is of no use.
    """
    ids = [group for group in wanted if group.startswith("sg-")]
    names = [group for group in wanted if not group.startswith("sg-")]
    found: dict[str, str] = {}
    for asked, values, told in (("group-name", names, "GroupName"), ("group-id", ids, "GroupId")):
        if not values:
            continue
        # By filter, an id that is not there is left out of the answer and is no error.
        filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": asked, "Values": values}]
        for page in ec2.get_paginator("describe_security_groups").paginate(Filters=filters):
            found |= {group[told]: group["GroupId"] for group in page["SecurityGroups"]}
    return {group: found[group] for group in wanted if group in found}


def zones_of_subnets(ec2: Any, subnets: Sequence[str]) -> Mapping[str, str]:
    """The Availability Zone of each of the subnets, by its name; what is not there is left out."""
    return {raw["SubnetId"]: raw["AvailabilityZone"] for raw in _list_subnets(ec2, subnets)}


def free_addresses(ec2: Any, subnets: Sequence[str]) -> Mapping[str, int]:
    """How many addresses each of the subnets has left; what is not there is left out."""
    return {raw["SubnetId"]: int(raw["AvailableIpAddressCount"]) for raw in _list_subnets(ec2, subnets)}


def _list_subnets(ec2: Any, subnets: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    # By filter, a subnet that is not there is left out of the answer and is no error.
    pages = ec2.get_paginator("describe_subnets").paginate(Filters=[{"Name": "subnet-id", "Values": list(subnets)}])
    return (raw for page in pages for raw in page["Subnets"])


def zone_ids(ec2: Any) -> Mapping[str, str]:
    """The ids of the Region's Availability Zones by their names.

    A name such as eu-central-1b is another zone in another account; an id such as euc1-az3 is the same zone in all
    (Amazon EC2 User Guide, "Regions and Zones").
    """
    listed = ec2.describe_availability_zones()["AvailabilityZones"]
    return {zone["ZoneName"]: zone["ZoneId"] for zone in listed}
