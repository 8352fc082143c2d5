"""A lost Region answers nothing, and every other one goes on."""

from __future__ import annotations

import pytest
from botocore.exceptions import ConnectionClosedError

from tests.simulated import RECOVERY, Simulated


def test_a_lost_region_answers_nothing_and_the_other_one_does(simulated: Simulated) -> None:
    simulated.world.lose("eu-central-1")
    with pytest.raises(ConnectionClosedError):
        simulated.client("rds").describe_db_instances()
    assert simulated.client("rds", RECOVERY).describe_db_instances()["DBInstances"] == []


def test_a_bucket_is_lost_with_its_region_through_every_endpoint(simulated: Simulated) -> None:
    simulated.client("s3").create_bucket(
        Bucket="amply-storage-prod", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    simulated.world.lose("eu-central-1")
    with pytest.raises(ConnectionClosedError):
        simulated.client("s3", RECOVERY).list_objects_v2(Bucket="amply-storage-prod")


def test_the_global_control_planes_outlive_the_primary_region(simulated: Simulated) -> None:
    simulated.world.lose("eu-central-1")
    assert simulated.client("route53", "us-east-1").list_hosted_zones()["HostedZones"] == []
