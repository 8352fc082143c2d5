"""The simulated services that are more than moto."""

from __future__ import annotations

from collections.abc import Callable

from drctl.sim.overlay import ServiceOverlay, World
from drctl.sim.services.cloudfront import CloudfrontOverlay
from drctl.sim.services.cloudwatch import CloudwatchOverlay
from drctl.sim.services.ecs import EcsOverlay
from drctl.sim.services.elasticache import ElasticacheOverlay
from drctl.sim.services.elbv2 import Elbv2Overlay
from drctl.sim.services.kms import KmsOverlay
from drctl.sim.services.lambda_overlay import LambdaOverlay
from drctl.sim.services.rds import RdsOverlay
from drctl.sim.services.route53 import Route53Overlay
from drctl.sim.services.s3 import S3Overlay
from drctl.sim.services.secretsmanager import SecretsmanagerOverlay
from drctl.sim.services.sesv2 import Sesv2Overlay
from drctl.sim.services.sqs import SqsOverlay
from drctl.sim.web.overlay import WebOverlay

OVERLAYS: tuple[Callable[[World], ServiceOverlay], ...] = (
    CloudfrontOverlay,
    CloudwatchOverlay,
    EcsOverlay,
    ElasticacheOverlay,
    Elbv2Overlay,
    KmsOverlay,
    LambdaOverlay,
    RdsOverlay,
    Route53Overlay,
    S3Overlay,
    SecretsmanagerOverlay,
    Sesv2Overlay,
    SqsOverlay,
    WebOverlay,
)


def overlays(world: World) -> tuple[ServiceOverlay, ...]:
    """All of them, sharing `world`."""
    return tuple(overlay(world) for overlay in OVERLAYS)
