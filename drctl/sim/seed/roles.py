"""IAM roles, the one that drctl assumes among them."""

from __future__ import annotations

import json
from typing import Any

from drctl.errors import InputInvalid
from drctl.model.estate_edge import Grant, Role
from drctl.sim.moto_resources import global_resources
from drctl.sim.seed.ground import Ground, Spot

_ANY_REGION = "us-east-1"
"""IAM has one control plane, which signs for this Region."""


def plant_roles(ground: Ground) -> None:
    """Every account has its roles, and the one that drctl assumes."""
    estate = ground.estate
    for account in estate.accounts:
        spot = ground.spot(account, _ANY_REGION)
        _plant_role(spot, estate.recovery_role, Role(trusts=estate.default_account, allow=(Grant(actions=("*",)),)))
        for name in sorted(estate.roles_of(account)):
            if name != estate.recovery_role:
                _plant_role(spot, name, estate.roles[name])


def _plant_role(spot: Spot, name: str, role: Role) -> None:
    iam = spot.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=_trust(spot, role.trusts))
    for policy in role.policies:
        iam.attach_role_policy(RoleName=name, PolicyArn=_managed_policy(spot, policy))
    if role.allow:
        statements = [
            {"Effect": "Allow", "Action": list(grant.actions), "Resource": list(grant.resources)}
            for grant in role.allow
        ]
        document = {"Version": "2012-10-17", "Statement": statements}
        iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=json.dumps(document))


def _trust(spot: Spot, trusted: str) -> str:
    account = spot.ground.estate.accounts.get(trusted)
    principal = {"AWS": f"arn:aws:iam::{account}:root"} if account else {"Service": trusted}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _managed_policy(spot: Spot, policy: str) -> str:
    """The ARN of a policy of AWS's own, which the account has afterwards: moto leaves them all out to start sooner."""
    from moto.iam.models import AWSManagedPolicy

    arn, name = f"arn:aws:iam::aws:policy/{policy}", policy.rpartition("/")[2]
    known: Any = global_resources("iam", spot.account_id).managed_policies
    if arn not in known:
        known[arn] = AWSManagedPolicy.from_data(name, spot.account_id, spot.region, _policy_of_aws(name))
    return arn


def _policy_of_aws(name: str) -> dict[str, Any]:
    from moto.iam.aws_managed_policies import aws_managed_policies_data as text

    # All of them are five megabytes; only this one is read.
    key = f'\n "{name}":'
    begin = text.find(key)
    if begin < 0:
        raise InputInvalid(f"AWS has no managed policy {name!r}", hint="look the name up in the IAM console")
    policy: dict[str, Any] = json.JSONDecoder().raw_decode(text, begin + len(key))[0]
    return policy
