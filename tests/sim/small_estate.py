"""A small estate for tests of the simulated AWS: what one service behind a load balancer needs in one Region."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.simulated import PRODUCTION, RECOVERY, Simulated

IMAGE_TAG = "2026.11.3"
MANIFEST = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "layers": [{"digest": "sha256:1", "size": 1}],
    }
)
LONG = timedelta(minutes=30)


class SmallEstate:
    """One Region of the production account; each method makes only what is asked for."""

    def __init__(self, simulated: Simulated, region: str = RECOVERY) -> None:
        self.simulated = simulated
        self.region = region
        self.ecs = simulated.client("ecs", region)
        self.elb = simulated.client("elbv2", region)
        self.subnets = [s["SubnetId"] for s in simulated.client("ec2", region).describe_subnets()["Subnets"]][:2]
        self.vpc = simulated.client("ec2", region).describe_vpcs()["Vpcs"][0]["VpcId"]
        self.group = simulated.client("ec2", region).create_security_group(GroupName="amply-ecs", Description="tasks")
        self.ecs.create_cluster(clusterName="amply-prod")

    @property
    def image(self) -> str:
        return f"{PRODUCTION}.dkr.ecr.{self.region}.amazonaws.com/amply-api:{IMAGE_TAG}"

    def push_image(self, tag: str = IMAGE_TAG) -> str:
        """Push an image and return its reference."""
        ecr = self.simulated.client("ecr", self.region)
        if not ecr.describe_repositories()["repositories"]:
            ecr.create_repository(repositoryName="amply-api")
        ecr.put_image(repositoryName="amply-api", imageManifest=MANIFEST, imageTag=tag)
        return self.image.replace(IMAGE_TAG, tag)

    def secret(self, name: str = "amply/prod/database-password") -> str:
        client = self.simulated.client("secretsmanager", self.region)
        return str(client.create_secret(Name=name, SecretString="x")["ARN"])

    def define(
        self,
        image: str | None = None,
        *,
        secrets: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> str:
        """Register a task definition of one container and return its ARN."""
        container = {
            "name": "api",
            "image": image or self.image,
            "portMappings": [{"containerPort": 8000}],
            "environment": [{"name": name, "value": value} for name, value in (environment or {}).items()],
            "secrets": [{"name": name, "valueFrom": value} for name, value in (secrets or {}).items()],
        }
        made = self.ecs.register_task_definition(
            family="amply-api",
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            containerDefinitions=[container],
        )
        return str(made["taskDefinition"]["taskDefinitionArn"])

    def balance(self, name: str = "amply-prod") -> tuple[dict[str, Any], str]:
        """Make a load balancer with a listener and return it, with the ARN of its target group."""
        balancer = self.elb.create_load_balancer(Name=name, Subnets=self.subnets)["LoadBalancers"][0]
        group = self.elb.create_target_group(
            Name="amply-api", Protocol="HTTP", Port=8000, VpcId=self.vpc, TargetType="ip", HealthCheckPath="/health"
        )["TargetGroups"][0]["TargetGroupArn"]
        self.elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        return balancer, group

    def create(self, definition: str, *, count: int = 2, target_group: str | None = None, **more: Any) -> Any:
        """Create the service amply-api."""
        network = {"subnets": self.subnets, "securityGroups": [self.group["GroupId"]]}
        behind = [{"targetGroupArn": target_group, "containerName": "api", "containerPort": 8000}]
        return self.ecs.create_service(
            cluster="amply-prod",
            serviceName="amply-api",
            taskDefinition=definition,
            desiredCount=count,
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": network},
            **({"loadBalancers": behind} if target_group else {}),
            **more,
        )["service"]

    def update(self, **wanted: Any) -> Any:
        return self.ecs.update_service(cluster="amply-prod", service="amply-api", **wanted)["service"]

    def service(self) -> Any:
        found = self.ecs.describe_services(cluster="amply-prod", services=["amply-api"], include=["TAGS"])
        return found["services"][0]

    def tasks(self, status: str = "RUNNING") -> list[Any]:
        arns = self.ecs.list_tasks(cluster="amply-prod", serviceName="amply-api", desiredStatus=status)["taskArns"]
        if not arns:
            return []
        return list(self.ecs.describe_tasks(cluster="amply-prod", tasks=arns)["tasks"])

    def health(self, target_group: str) -> list[str]:
        told = self.elb.describe_target_health(TargetGroupArn=target_group)["TargetHealthDescriptions"]
        return [target["TargetHealth"]["State"] for target in told]

    def wait(self, span: timedelta = LONG) -> None:
        self.simulated.advance(span)
