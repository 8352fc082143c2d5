"""The simulated CloudFront behaves as the real one does when origins are switched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulated import Simulated


class Site:
    """A distribution in front of a bucket, with a client that changes it."""

    def __init__(self, simulated: Simulated) -> None:
        self.simulated = simulated
        self.client = simulated.client("cloudfront", "us-east-1")
        origin = {
            "Id": "site",
            "DomainName": "site.s3.eu-central-1.amazonaws.com",
            "S3OriginConfig": {"OriginAccessIdentity": "origin-access-identity/cloudfront/E2"},
        }
        made = self.client.create_distribution(
            DistributionConfig={
                "CallerReference": "one",
                "Comment": "",
                "Enabled": True,
                "Origins": {"Quantity": 1, "Items": [origin]},
                "DefaultCacheBehavior": {"TargetOriginId": "site", "ViewerProtocolPolicy": "https-only"},
            }
        )
        self.id = made["Distribution"]["Id"]
        self.first = made

    def read(self) -> dict[str, Any]:
        read: dict[str, Any] = self.client.get_distribution(Id=self.id)
        return read

    def status(self) -> str:
        return str(self.read()["Distribution"]["Status"])

    def update(self, etag: str, domain: str) -> dict[str, Any]:
        config = self.read()["Distribution"]["DistributionConfig"]
        config["Origins"]["Items"][0]["DomainName"] = domain
        told: dict[str, Any] = self.client.update_distribution(Id=self.id, IfMatch=etag, DistributionConfig=config)
        return told

    def invalidate(self, reference: str, *paths: str) -> dict[str, Any]:
        batch = {"CallerReference": reference, "Paths": {"Quantity": len(paths), "Items": list(paths)}}
        made = self.client.create_invalidation(DistributionId=self.id, InvalidationBatch=batch)["Invalidation"]
        told: dict[str, Any] = made
        return told


@pytest.fixture
def site(simulated: Simulated) -> Site:
    return Site(simulated)


WEST = "site-west.s3.eu-west-1.amazonaws.com"


def test_a_new_distribution_and_an_updated_one_take_their_time(site: Site) -> None:
    """InProgress, then Deployed; a second update takes its own time, whatever becomes of the first."""
    lag = site.simulated.world.durations["cloudfront.deploy"]
    assert (site.first["Distribution"]["Status"], site.status()) == ("InProgress", "InProgress")
    site.simulated.advance(lag)
    assert site.status() == "Deployed"

    first = site.update(site.first["ETag"], WEST)
    assert first["Distribution"]["Status"] == "InProgress"
    site.simulated.advance(lag / 2)
    site.update(first["ETag"], WEST)
    site.simulated.advance(lag / 2)
    assert site.status() == "InProgress"
    site.simulated.advance(lag)
    assert site.status() == "Deployed"


def test_a_stale_version_is_refused_and_changes_nothing(site: Site) -> None:
    """An update has a new ETag; the old one is worth nothing any more, neither for updates nor for deletion."""
    stale = site.first["ETag"]
    present = site.update(stale, WEST)["ETag"]
    assert present != stale
    assert site.read()["ETag"] == present

    for attempt in (lambda: site.update(stale, "third.s3.amazonaws.com"), lambda: delete(site, stale)):
        with pytest.raises(ClientError) as refused:
            attempt()
        assert refused.value.response["Error"]["Code"] == "PreconditionFailed"
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    (origin,) = site.read()["Distribution"]["DistributionConfig"]["Origins"]["Items"]
    assert origin["DomainName"] == WEST


def delete(site: Site, etag: str) -> None:
    site.client.delete_distribution(Id=site.id, IfMatch=etag)


def test_a_bucket_stays_a_bucket_when_its_configuration_is_written_back(site: Site) -> None:
    """Without its S3OriginConfig CloudFront would not take the origin."""
    site.update(site.first["ETag"], WEST)
    (origin,) = site.read()["Distribution"]["DistributionConfig"]["Origins"]["Items"]
    assert origin["S3OriginConfig"] == {"OriginAccessIdentity": "origin-access-identity/cloudfront/E2"}


def test_an_invalidation_takes_its_time_and_ends_as_boto3_waits_for(site: Site) -> None:
    made = site.invalidate("r", "/*")
    assert made["Status"] == "InProgress"
    site.simulated.advance(site.simulated.world.durations["cloudfront.invalidate"])
    site.client.get_waiter("invalidation_completed").wait(DistributionId=site.id, Id=made["Id"])


def test_a_caller_reference_makes_one_invalidation(site: Site) -> None:
    """Again is the same one; with other paths it is a mistake; another reference makes another, listed first."""
    first = site.invalidate("r", "/a", "/b")
    assert site.invalidate("r", "/b", "/a")["Id"] == first["Id"]
    with pytest.raises(ClientError) as refused:
        site.invalidate("r", "/c")
    assert refused.value.response["Error"]["Code"] == "InvalidationBatchAlreadyExists"

    site.simulated.advance(timedelta(minutes=1))
    second = site.invalidate("s", "/c")
    listed = site.client.list_invalidations(DistributionId=site.id)["InvalidationList"]["Items"]
    assert [one["Id"] for one in listed] == [second["Id"], first["Id"]]


def test_an_unknown_distribution_is_unknown_to_every_call(simulated: Simulated) -> None:
    cloudfront = simulated.client("cloudfront", "us-east-1")
    batch = {"CallerReference": "r", "Paths": {"Quantity": 1, "Items": ["/*"]}}
    asks: tuple[Callable[[], object], ...] = (
        lambda: cloudfront.get_distribution(Id="E0"),
        lambda: cloudfront.create_invalidation(DistributionId="E0", InvalidationBatch=batch),
    )
    for ask in asks:
        with pytest.raises(ClientError) as refused:
            ask()
        assert refused.value.response["Error"]["Code"] == "NoSuchDistribution"
