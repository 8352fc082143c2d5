"""Fence the old primary: the application is let in no longer, so that two databases are never written to at once.

The rules by which its security groups let the application in are taken away; they are kept in the
journal, and undo gives them back. Connections that are open already may outlive their rule (Amazon EC2
User Guide, "Security group connection tracking"), so the writers are stopped as well. That a write fails
is then tried, twice, and not concluded from the rules. While its Region is gone none of this can be
done: such a step is `source_side`, and is tried again when the Region is back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from drctl.actions.checks.store_failures import NO_PASSWORD, told_no_password
from drctl.actions.fence.primary_params import Params
from drctl.actions.fence.proof import prove, took_writes
from drctl.actions.rds.instance_permissions import resource_arn
from drctl.actions.secrets.permissions import opening
from drctl.aws.ec2 import security_group_ids
from drctl.aws.passwords import find_password
from drctl.aws.rds import DbInstance, find_instance
from drctl.aws.security_group_rules import IngressRule, authorize_ingress, list_ingress_rules, revoke_ingress
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext
from drctl.ports.postgres import PostgresAnswer

REVOKE, AUTHORIZE = "revoke", "authorize"
_LEFT = "; connections that were open before may still be, and write, until whoever holds them is stopped"
# A new connection proves nothing of old ones: a tracked one outlives its rule, and no call of AWS ends it.


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    instance: DbInstance | None
    sources: Mapping[str, str]
    """Each of `applications` that is there → how rules name it."""
    rules: tuple[IngressRule, ...] = ()
    """Everything that the instance's security groups let in."""
    answer: PostgresAnswer
    """What the database says to a write."""


class FencePrimary:
    """Holds once no rule lets the application in, and a write has failed twice in a row."""

    spec = ActionSpec(
        kind="fence.primary",
        summary="Take write access from the old primary, and prove that a write fails",
        params=Params,
        outputs={"proof": ValueKind.STRING, "revoked": ValueKind.INTEGER},
        expect=timedelta(minutes=1),
        deadline=timedelta(minutes=10),
        operations=(
            "rds:DescribeDBInstances",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSecurityGroupRules",
            "ec2:RevokeSecurityGroupIngress",
            "ec2:AuthorizeSecurityGroupIngress",
            "secretsmanager:GetSecretValue",
        ),
        mutating=True,
        example="""\
- id: fence-frankfurt
  uses: fence.primary
  source_side: true
  with:
    region: eu-central-1
    instance: amply-prod
    applications: [amply-ecs]
    database: amply
    user: amply
    password_secret: amply/prod/database-password
    password_region: eu-west-1
    ca_file: /etc/ssl/rds-global-bundle.pem
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        instance = find_instance(ctx.aws.client("rds", params.region), params.instance)
        if instance is None or instance.endpoint is None:
            return Seen(instance=instance, sources={}, answer=PostgresAnswer(failure="connect"))
        ec2 = ctx.aws.client("ec2", params.region)
        cidrs = {source: source for source in params.applications if "/" in source}
        named = [source for source in params.applications if "/" not in source]
        sources = {**security_group_ids(ec2, instance.vpc or "", named), **cidrs}
        rules = list_ingress_rules(ec2, tuple(instance.security_groups))
        password = find_password(ctx.aws.client("secretsmanager", params.password_region), params.password_secret)
        if password is None:
            told = told_no_password(params.password_secret, params.password_region)
            answer = PostgresAnswer(failure=NO_PASSWORD, detail=told)
        else:
            answer = ctx.probes.postgres.ask(params.question(instance, password))
        return Seen(instance=instance, sources=sources, rules=rules, answer=answer)

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if seen.instance is None:
            return Refuse(f"there is no instance {params.instance} in {params.region}", "name the one to be fenced")
        if seen.instance.endpoint is None:
            return Wait(f"{params.instance} to have an endpoint; it is {seen.instance.status}")
        if missing := [source for source in params.applications if source not in seen.sources]:
            hint = "name groups of the database's own VPC, as its rules do"
            return Refuse(f"there is no security group {missing[0]} in {params.region}", hint)
        open_rules = [rule for rule in _letting_in(seen) if rule.source in seen.sources.values()]
        if open_rules:
            return _revoke(params, seen, open_rules)
        return Done(f"no rule of {params.instance} lets {', '.join(params.applications)} in", looks=2)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        ec2 = ctx.aws.client("ec2", params.region)
        act = revoke_ingress if change.name == REVOKE else authorize_ingress
        act(ec2, change.target, change.detail)
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        # The answer that was just looked at is the evidence; the engine asks for another one before it believes it.
        first = past.first_undo(REVOKE)
        proof = prove(seen.answer, bool(first["took_writes"]) if first is not None else None)
        if not proof.holds:
            others = sorted({rule.source for rule in _letting_in(seen)})
            still = f"; its rules still let in {', '.join(others)}" if others else ""
            return Evidence.missing(f"{params.instance}: {proof.how}{still}")
        revoked = len(_revoked(past))
        taken = f"{revoked} rules were taken away" if revoked else "no rule was left to take away"
        return Evidence.of(
            f"{params.instance} in {params.region} is fenced: {taken}, and {proof.how}{_LEFT if revoked else ''}",
            outputs={"proof": proof.kind, "revoked": revoked},
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        known = {rule.meaning for rule in seen.rules}
        missing = [rule for rule in _revoked(past) if rule.meaning not in known]
        if seen.instance is None or not missing:
            return Done(f"{params.instance} lets in whom it let in before")
        group = missing[0].group
        back = [rule for rule in missing if rule.group == group]
        return Change(
            name=AUTHORIZE,
            summary=f"let {', '.join(sorted({rule.source for rule in back}))} into {group} again",
            operation="ec2:AuthorizeSecurityGroupIngress",
            target=group,
            detail=back,
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        groups = (f"arn:aws:ec2:{params.region}:{account}:security-group/*",)
        rules = (f"arn:aws:ec2:{params.region}:{account}:security-group-rule/*",)
        instance = (resource_arn(params.region, account, "db", params.instance),)
        change = ("ec2:RevokeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupIngress")
        look = ("ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules")
        return (
            Permission(("rds:DescribeDBInstances",), instance, "find its endpoint and its security groups"),
            Permission(look, why="see whom they let in"),
            Permission(change, (*groups, *rules), "fence it, and undo"),
            *opening(params.password_region, account, params.password_secret),
        )


def _letting_in(seen: Seen) -> list[IngressRule]:
    """The rules that let anybody in at the database's port."""
    port = seen.instance.port if seen.instance is not None else None
    return [rule for rule in seen.rules if rule.covers(port or 5432)]


def _revoke(params: Params, seen: Seen, rules: Sequence[IngressRule]) -> Change:
    """Take away those of one group; a call is for one group."""
    group = rules[0].group
    taken = [rule for rule in rules if rule.group == group]
    return Change(
        name=REVOKE,
        summary=f"let {', '.join(sorted({rule.source for rule in taken}))} into {params.instance} no longer",
        operation="ec2:RevokeSecurityGroupIngress",
        target=group,
        detail=taken,
        undo={"rules": [rule.plain() for rule in taken], "took_writes": took_writes(seen.answer)},
    )


def _revoked(past: Past) -> tuple[IngressRule, ...]:
    """Every rule that this step has taken away, or may have, each once."""
    told: dict[object, IngressRule] = {}
    for change in past.made(REVOKE):
        saved = change.undo.get("rules")
        for plain in saved if isinstance(saved, list | tuple) else ():
            if isinstance(plain, Mapping):
                rule = IngressRule.read(plain)
                told[rule.meaning] = rule
    return tuple(told.values())
