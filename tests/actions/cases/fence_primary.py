"""fence.primary"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.fence.primary import Seen
from drctl.aws.rds import DbInstance
from drctl.aws.security_group_rules import IngressRule
from drctl.model.past import ChangeState, Past, PastChange
from drctl.ports.postgres import PostgresAnswer, PostgresQuestion
from drctl.sim.postgres import Databases
from drctl.testing.outside import no_probes
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.actions.planting import plant_network
from tests.simulated import PRIMARY, RECOVERY, Simulated

SECRET = "amply/prod/database-password"
PASSWORD = "known-to-the-secret"
PARAMS: dict[str, Any] = {
    "region": PRIMARY,
    "instance": "amply-prod",
    "applications": ["amply-ecs", "10.9.0.0/16"],
    "database": "amply",
    "user": "amply",
    "password_secret": SECRET,
    "password_region": RECOVERY,
}
INSTANCE = DbInstance(
    name="amply-prod", status="available", owner=None, arn="arn:aws:rds:eu-central-1:111111111111:db:amply-prod",
    resource_id="db-1", engine_version="16.4", instance_class="db.t3.small", subnet_group="amply-prod-db",
    security_groups={"sg-db": "active"}, parameter_groups={}, multi_az=False, kms_key=None,
    deletion_protection=False, pending=(), endpoint="amply-prod.rds.amazonaws.com", port=5432, vpc="vpc-1",
)  # fmt: skip
APP = IngressRule(
    id="sgr-1", group="sg-db", protocol="tcp", from_port=5432, to_port=5432, source="sg-app", description="tasks"
)
SOURCES = {"amply-ecs": "sg-app", "10.9.0.0/16": "10.9.0.0/16"}
WRITES = PostgresAnswer(server_version="16.4", writable=True)
SILENT = PostgresAnswer(failure="timeout", detail="nobody answers")
OPEN = Seen(instance=INSTANCE, sources=SOURCES, rules=(APP,), answer=WRITES)
FENCED = Seen(instance=INSTANCE, sources=SOURCES, answer=SILENT)


class InTheWorld:
    """Asks the databases of the simulated AWS that was planted last."""

    def __init__(self) -> None:
        self.simulated: Simulated | None = None

    def ask(self, question: PostgresQuestion) -> PostgresAnswer:
        assert self.simulated is not None
        with self.simulated.app.lock:
            return Databases(self.simulated.world).ask(question)


PROBE = InTheWorld()


def plant(simulated: Simulated) -> None:
    """`amply-prod`, which lets the application in by two rules, and the secret that opens it."""
    PROBE.simulated = simulated
    vpc = plant_network(simulated, PRIMARY, "amply-ecs", "amply-rds")
    ec2 = simulated.client("ec2", PRIMARY)
    found = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["SecurityGroups"]
    ids = {group["GroupName"]: group["GroupId"] for group in found}
    app = {"GroupId": ids["amply-ecs"], "Description": "tasks"}
    at = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}
    ec2.authorize_security_group_ingress(
        GroupId=ids["amply-rds"],
        IpPermissions=[
            {**at, "UserIdGroupPairs": [app]},
            {**at, "IpRanges": [{"CidrIp": "10.9.0.0/16", "Description": "jobs"}]},
            {"IpProtocol": "tcp", "FromPort": 9187, "ToPort": 9187, "IpRanges": [{"CidrIp": "10.9.0.0/16"}]},
        ],
    )
    simulated.client("rds", PRIMARY).create_db_instance(
        DBInstanceIdentifier="amply-prod", DBInstanceClass="db.t3.small", Engine="postgres", EngineVersion="16.4",
        AllocatedStorage=100, MasterUsername="amply", MasterUserPassword=PASSWORD, DBName="amply",
        DBSubnetGroupName="amply-prod-db", VpcSecurityGroupIds=[ids["amply-rds"]],
    )  # fmt: skip
    simulated.client("secretsmanager", RECOVERY).create_secret(Name=SECRET, SecretString=PASSWORD)
    simulated.advance(timedelta(hours=1))


def rules(simulated: Simulated) -> object:
    """Whom every security group of the primary Region lets in."""
    told = simulated.client("ec2", PRIMARY).describe_security_group_rules()["SecurityGroupRules"]
    shown = ("GroupId", "IpProtocol", "FromPort", "ToPort", "CidrIpv4", "Description")
    return sorted(
        str([rule.get(name) for name in shown] + [rule.get("ReferencedGroupInfo", {}).get("GroupId")])
        for rule in told
        if not rule["IsEgress"]
    )


def revoked(*taken: IngressRule, state: ChangeState = ChangeState.RETURNED, took_writes: bool = True) -> Past:
    change = PastChange(
        name="revoke",
        summary="revoke",
        state=state,
        intended_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
        undo={"rules": [rule.plain() for rule in taken], "took_writes": took_writes},
    )
    return replace(PAST, changes=(change,))


BACK = replace(FENCED, rules=(replace(APP, id="sgr-2"),))

CASES = (
    Case(
        kind="fence.primary",
        params=PARAMS,
        sees=Sightings(
            absent={
                "let in": Sight(OPEN),
                "let in at every port": Sight(
                    replace(OPEN, rules=(replace(APP, protocol="-1", from_port=None, to_port=None),))
                ),
                "let in within a range": Sight(replace(OPEN, rules=(replace(APP, from_port=5000, to_port=6000),))),
                "let in by CIDR": Sight(replace(OPEN, rules=(replace(APP, source="10.9.0.0/16"),))),
            },
            settling={"no endpoint yet": Sight(replace(OPEN, instance=replace(INSTANCE, endpoint=None)))},
            there={
                "nobody let in": Sight(FENCED),
                "let in elsewhere": Sight(replace(FENCED, rules=(replace(APP, from_port=9187, to_port=9187),))),
                "somebody else let in": Sight(replace(FENCED, rules=(replace(APP, source="sg-ops"),))),
            },
            dead_end={
                "no instance": Sight(Seen(instance=None, sources={}, answer=SILENT)),
                "no such group": Sight(replace(OPEN, sources={"10.9.0.0/16": "10.9.0.0/16"})),
            },
            undo_own={
                "taken away": Sight(FENCED, revoked(APP)),
                "taken away, the answer lost": Sight(FENCED, revoked(APP, state=ChangeState.INTENDED)),
            },
            undo_over={
                "never taken away": Sight(FENCED),
                "given back under another id": Sight(BACK, revoked(APP)),
                "the instance is gone": Sight(Seen(instance=None, sources={}, answer=SILENT), revoked(APP)),
            },
        ),
        live=Live(
            plant=plant,
            takes=("revoke",),
            undo_takes=("authorize",),
            fingerprint=rules,
            probes=replace(no_probes(), postgres=PROBE),
        ),
        exempt={
            "unknown": "whatever state the instance is in, nobody is to be let in",
            "foreign": "a rule belongs to nobody; only what was taken away is given back",
            "foreign_live": "a rule belongs to nobody; what was taken away is in the journal",
        },
    ),
)
