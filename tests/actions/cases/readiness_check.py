"""readiness.check"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from drctl.actions.readiness.facts import NEEDED, Fact
from drctl.aws.denied import Denied
from drctl.model.values import Json
from tests.actions.cases.policy_check import plant_image
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.actions.planting import plant_key, plant_network
from tests.simulated import PRODUCTION, RECOVERY, Simulated

SECRET = "amply/prod/database-password"
PARAMS: Mapping[str, Json] = {
    "region": RECOVERY,
    "keys": ["alias/amply-prod-data"],
    "db_subnet_groups": ["amply-prod-db"],
    "cache_subnet_groups": ["amply-prod-redis"],
    "security_groups": ["amply-rds", "amply-redis"],
    "db_parameter_groups": ["amply-prod-postgres16"],
    "secrets": [SECRET],
    "parameters": ["/amply/prod/deploy-freeze"],
    "cluster": "amply-prod",
    "services": ["amply-api"],
    "free_addresses": 8,
    "certificates": ["api.amply.example"],
    "edge_certificates": ["app.amply.example"],
    "load_balancers": ["amply-prod"],
    "target_groups": ["amply-api"],
    "queues": ["amply-celery"],
    "mail_identities": ["amply.example"],
}
NOTHING_MADE = "it looks and changes nothing"
MAY_NOT = Denied("DescribeIt", "AccessDenied")
IMAGE = f"{PRODUCTION}.dkr.ecr.{RECOVERY}.amazonaws.com/amply-api:2026.11.3"
READY = {check: Fact(check, "amply", RECOVERY, need.good) for check, need in NEEDED.items()}


def with_state(check: str, state: str | Denied | None) -> Sight:
    """All of it ready but for one thing."""
    return Sight(tuple({**READY, check: Fact(check, "amply", RECOVERY, state)}.values()))


def plant(simulated: Simulated) -> None:
    """All that is asked for, in the recovery Region."""
    plant_network(simulated, RECOVERY, "amply-rds", "amply-redis")
    plant_key(simulated, RECOVERY)
    simulated.client("rds", RECOVERY).create_db_parameter_group(
        DBParameterGroupName="amply-prod-postgres16", DBParameterGroupFamily="postgres16", Description="production"
    )
    simulated.client("secretsmanager", RECOVERY).create_secret(Name=SECRET, SecretString="opens-nothing")
    simulated.client("ssm", RECOVERY).put_parameter(Name="/amply/prod/deploy-freeze", Value="off", Type="String")
    simulated.client("sqs", RECOVERY).create_queue(QueueName="amply-celery")
    simulated.client("sesv2", RECOVERY).create_email_identity(EmailIdentity="amply.example")
    plant_image(simulated, RECOVERY, "2026.11.3")
    plant_service(simulated, IMAGE)
    plant_balancer(simulated)
    for region, name in ((RECOVERY, "*.amply.example"), ("us-east-1", "app.amply.example")):
        simulated.client("acm", region).request_certificate(DomainName=name, ValidationMethod="DNS")
    # The certificates are issued, the identity is verified, and the balancer is made.
    simulated.advance(timedelta(hours=2))


def plant_service(simulated: Simulated, image: str) -> None:
    """The service amply-api, whose tasks start `image`; there are none of them."""
    ecs = simulated.client("ecs", RECOVERY)
    ecs.register_task_definition(
        family="amply-api",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "api", "image": image, "essential": True}],
    )
    group = simulated.client("ec2", RECOVERY).describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["amply-redis"]}]
    )["SecurityGroups"][0]["GroupId"]
    network = {"subnets": subnets(simulated), "securityGroups": [group]}
    ecs.create_cluster(clusterName="amply-prod")
    ecs.create_service(
        cluster="amply-prod",
        serviceName="amply-api",
        taskDefinition="amply-api",
        desiredCount=0,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
    )


def subnets(simulated: Simulated) -> list[str]:
    """Those of `plant_network`."""
    listed = simulated.client("ec2", RECOVERY).describe_subnets(
        Filters=[{"Name": "cidr-block", "Values": ["10.1.0.0/24", "10.1.1.0/24"]}]
    )["Subnets"]
    return [subnet["SubnetId"] for subnet in listed]


def plant_balancer(simulated: Simulated) -> None:
    """The load balancer amply-prod, with a listener that leads to the target group amply-api."""
    elb, ids = simulated.client("elbv2", RECOVERY), subnets(simulated)
    vpc = simulated.client("ec2", RECOVERY).describe_subnets(SubnetIds=ids)["Subnets"][0]["VpcId"]
    balancer = elb.create_load_balancer(Name="amply-prod", Subnets=ids)["LoadBalancers"][0]["LoadBalancerArn"]
    group = elb.create_target_group(Name="amply-api", Protocol="HTTP", Port=8000, VpcId=vpc, TargetType="ip")
    elb.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group["TargetGroups"][0]["TargetGroupArn"]}],
    )


CASES = (
    Case(
        kind="readiness.check",
        params=PARAMS,
        sees=Sightings(
            there={"ready": Sight(tuple(READY.values()))},
            dead_end={
                **{f"no {need.what}": with_state(check, None) for check, need in NEEDED.items()},
                "a disabled key": with_state("kms.key", "Disabled"),
                "a secret that goes": with_state("secrets.secret", "waiting to be deleted"),
                "a drained service": with_state("ecs.service", "DRAINING"),
                "a balancer that lacks capacity": with_state("elb.load-balancer", "active_impaired"),
                "a group that nothing leads to": with_state("elb.target-group", "behind no load balancer"),
                "an image of the other Region": with_state("ecr.image", "pulled from eu-central-1"),
                "a certificate that nobody validated": with_state("acm.certificate", "PENDING_VALIDATION"),
                "an expired certificate": with_state("acm.certificate", "EXPIRED"),
                "a full subnet": with_state("ec2.subnet", "down to 3 free addresses, fewer than 8"),
                "the sandbox of SES": with_state("ses.account", "in the sandbox"),
                "an identity that is not verified": with_state("ses.identity", "not verified (PENDING)"),
            },
            unknown={
                "a status of a cluster": with_state("ecs.cluster", "PONDERING"),
                "a status of a balancer": with_state("elb.load-balancer", "pondering"),
                **{f"a denied {need.what}": with_state(check, MAY_NOT) for check, need in NEEDED.items()},
            },
            undo_over={"ready": Sight(tuple(READY.values()))},
        ),
        live=Live(plant=plant),
        exempt={
            "absent": NOTHING_MADE,
            "settling": "what is being made now would be just that in a disaster",
            "foreign": "whoever made it, it is only looked at",
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
            "denied_look": "what may not be looked at is told with all other gaps, and is never ready",
        },
    ),
)
