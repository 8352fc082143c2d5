"""What a plan may do: in the step's own account and Region alone, and nothing that loses data."""

from __future__ import annotations

from drctl.actions.programs.terraform_shown import AwsProvider, ShownPlan
from drctl.model.decision import Refuse

PROTECTED = frozenset({
    "aws_db_instance", "aws_rds_cluster", "aws_db_snapshot", "aws_s3_bucket", "aws_s3_object", "aws_kms_key",
    "aws_route53_zone", "aws_secretsmanager_secret", "aws_dynamodb_table", "aws_efs_file_system", "aws_ecr_repository",
    "aws_elasticache_replication_group", "aws_backup_vault",
})  # fmt: skip
"""Types of the AWS provider that hold what cannot be made again; they are never destroyed by a recovery."""


def refuse_place(plan: ShownPlan, account: str, region: str) -> Refuse | None:
    """Why the plan may not be used in that account and Region; None where it is for them and no others."""
    if plan.unknown_actions:
        said = ", ".join(plan.unknown_actions)
        return Refuse(f"the plan has actions that nobody here knows: {said}", "is this a newer version of Terraform?")
    if plan.touches_aws and not plan.providers:
        return Refuse("the plan does not tell which AWS provider it uses", _write(account))
    for provider in plan.providers:
        if (refused := _refuse_provider(provider, account, region)) is not None:
            return refused
    return None


def refuse_destroys(plan: ShownPlan, *, allowed: bool) -> Refuse | None:
    """Why what the plan destroys may not be destroyed; None where it may, or where that is nothing."""
    if protected := sorted(address for address, kind in plan.destroyed_types.items() if kind in PROTECTED):
        hint = "a recovery never destroys those; take them out of the plan"
        return Refuse(f"the plan destroys {', '.join(protected)}", hint)
    if plan.destroys and not allowed:
        return Refuse(f"the plan destroys {', '.join(plan.destroys)}", "`allow_destroy: true` would permit that")
    return None


def _refuse_provider(provider: AwsProvider, account: str, region: str) -> Refuse | None:
    if provider.account_ids is None:
        because = f"the provider {provider.name!r} does not say which account it is for"
        return Refuse(because, _write(account))
    if provider.account_ids != (account,):
        named = ", ".join(provider.account_ids) or "any"
        return Refuse(f"the provider {provider.name!r} is for account {named}, not for {account}", _write(account))
    if provider.says_region and provider.region != region:
        because = f"the provider {provider.name!r} is for {provider.region or 'a Region that the plan does not tell'}"
        return Refuse(f"{because}, not for {region}", "one root module for each Region, and the Region written in it")
    return None


def _write(account: str) -> str:
    return f'write allowed_account_ids = ["{account}"] in the provider, or a variable with that value'
