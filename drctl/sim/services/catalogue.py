"""The simulated services that are more than moto."""

from __future__ import annotations

from collections.abc import Callable

from drctl.sim.overlay import ServiceOverlay, World
from drctl.sim.services.arc_zonal_shift import ArcZonalShiftOverlay
from drctl.sim.services.cloudfront import CloudfrontOverlay
from drctl.sim.services.cloudwatch import CloudwatchOverlay
from drctl.sim.services.ecs import EcsOverlay
from drctl.sim.services.elasticache import ElasticacheOverlay
from drctl.sim.services.elbv2 import Elbv2Overlay
from drctl.sim.services.kms import KmsOverlay
from drctl.sim.services.lambda_overlay import LambdaOverlay
from drctl.sim.services.rds import RdsOverlay
from drctl.sim.services.route53 import Route53Overlay
from drctl.sim.services.route53_recovery import (
    Route53RecoveryClusterOverlay,
    Route53RecoveryControlConfigOverlay,
)
from drctl.sim.services.s3 import S3Overlay
from drctl.sim.services.s3control import S3controlOverlay
from drctl.sim.services.secretsmanager import SecretsmanagerOverlay
from drctl.sim.services.sesv2 import Sesv2Overlay
from drctl.sim.services.sqs import SqsOverlay
from drctl.sim.web.overlay import WebOverlay

OVERLAYS: tuple[Callable[[World], ServiceOverlay], ...] = (
    ArcZonalShiftOverlay,
    CloudfrontOverlay,
    CloudwatchOverlay,
    EcsOverlay,
    ElasticacheOverlay,
    Elbv2Overlay,
    KmsOverlay,
    LambdaOverlay,
    RdsOverlay,
    Route53Overlay,
    Route53RecoveryClusterOverlay,
    Route53RecoveryControlConfigOverlay,
    S3Overlay,
    S3controlOverlay,
    SecretsmanagerOverlay,
    Sesv2Overlay,
    SqsOverlay,
    WebOverlay,
)


def overlays(world: World) -> tuple[ServiceOverlay, ...]:
    """All of them, sharing `world`."""
    return tuple(overlay(world) for overlay in OVERLAYS)
