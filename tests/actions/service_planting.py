"""An ECS service behind a load balancer, planted with plain boto3 calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.actions.planting import plant_network
from tests.simulated import PRIMARY, RECOVERY, Simulated

CLUSTER, SERVICE = "amply-prod", "amply-api"


def plant_service(simulated: Simulated, *, count: int = 0, breaker: bool = True) -> None:
    """`amply-api` in the recovery Region: a pilot light whose container still points at the primary Region."""
    region = RECOVERY
    subnets = _subnets(simulated, plant_network(simulated, region, "amply-ecs"))
    group = _target_group(simulated, subnets)
    simulated.client("secretsmanager", region).create_secret(
        Name="amply/prod/django-secret-key", SecretString="made up"
    )
    ecs = simulated.client("ecs", region)
    ecs.create_cluster(clusterName=CLUSTER)
    ecs.create_service(
        cluster=CLUSTER,
        serviceName=SERVICE,
        taskDefinition=register(simulated, _container(PRIMARY)),
        desiredCount=count,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": subnets, "securityGroups": []}},
        loadBalancers=[{"targetGroupArn": group, "containerName": "api", "containerPort": 8000}],
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": breaker, "rollback": breaker}},
    )
    simulated.advance(timedelta(minutes=30))


def register(simulated: Simulated, container: dict[str, Any]) -> str:
    """A revision of the service's task definition; its ARN."""
    registered = simulated.client("ecs", RECOVERY).register_task_definition(
        family=SERVICE,
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[container],
        tags=[{"key": "team", "value": "core"}],
    )
    return str(registered["taskDefinition"]["taskDefinitionArn"])


def describe(simulated: Simulated) -> dict[str, Any]:
    """The service as ECS tells it."""
    ecs = simulated.client("ecs", RECOVERY)
    told: dict[str, Any] = ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]
    return told


def running(simulated: Simulated) -> object:
    """What the service runs, how many of it, and the revisions that could be run."""
    told = describe(simulated)
    listed = simulated.client("ecs", RECOVERY).list_task_definitions(familyPrefix=SERVICE, status="ACTIVE")
    return told["taskDefinition"], told["desiredCount"], told["runningCount"], listed["taskDefinitionArns"]


def _container(region: str) -> dict[str, Any]:
    return {
        "name": "api",
        "image": "amply/api:2026.11.3",
        "essential": True,
        "cpu": 256,
        "memory": 512,
        "portMappings": [{"containerPort": 8000, "protocol": "tcp"}],
        "environment": [{"name": "AWS_REGION", "value": region}, {"name": "LOG_LEVEL", "value": "info"}],
    }


def _subnets(simulated: Simulated, vpc: str) -> list[str]:
    listed = simulated.client("ec2", RECOVERY).describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    return [subnet["SubnetId"] for subnet in listed["Subnets"]]


def _target_group(simulated: Simulated, subnets: list[str]) -> str:
    elb, ec2 = simulated.client("elbv2", RECOVERY), simulated.client("ec2", RECOVERY)
    vpc = ec2.describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    balancer = elb.create_load_balancer(Name="amply-prod", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    group = elb.create_target_group(Name="amply-api", Protocol="HTTP", Port=8000, VpcId=vpc, TargetType="ip")
    arn = str(group["TargetGroups"][0]["TargetGroupArn"])
    elb.create_listener(
        LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}]
    )
    return arn
