"""What the overlays hold is the same for two worlds that did the same, and nothing after a reset."""

from __future__ import annotations

from typing import Any

from tests.sim.services.test_s3_replication import Buckets
from tests.sim.small_estate import SmallEstate
from tests.simulated import RECOVERY, SHARED_SERVICES, Simulated

OURS = ("elasticache", "s3", "cloudwatch", "ecs", "elbv2", "route53")


def states(simulated: Simulated) -> dict[str, Any]:
    return {overlay.service: overlay.state() for overlay in simulated.app.overlays if overlay.service in OURS}


def live(simulated: Simulated) -> None:
    estate = SmallEstate(simulated)
    estate.push_image()
    _, group = estate.balance()
    estate.create(estate.define(), target_group=group)
    simulated.client("elasticache", RECOVERY).create_replication_group(
        ReplicationGroupId="redis", ReplicationGroupDescription="-", CacheNodeType="cache.t3.micro"
    )
    buckets = Buckets(simulated)
    buckets.replicate()
    buckets.put()
    dns = simulated.client("route53", "us-east-1", SHARED_SERVICES)
    zone = dns.create_hosted_zone(Name="amply.example", CallerReference="one")["HostedZone"]["Id"]
    record = {"Name": "a.amply.example", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    dns.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    )
    estate.wait()


def test_two_worlds_that_did_the_same_hold_the_same(simulated: Simulated) -> None:
    empty = states(simulated)
    live(simulated)
    first = states(simulated)
    assert first != empty
    simulated.renew()
    assert states(simulated) == empty

    live(simulated)

    assert states(simulated) == first
