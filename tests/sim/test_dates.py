"""Answers are dated by the virtual clock: a caller tells by it how old a datapoint is."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest

from tests.simulated import RECOVERY, Simulated


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("cloudwatch", "list_metrics"),
        ("s3", "list_buckets"),
        ("ecs", "list_clusters"),
        ("route53", "list_hosted_zones"),
    ],
)
def test_an_answer_is_dated_by_the_clock_of_the_world(simulated: Simulated, service: str, operation: str) -> None:
    """Whether an overlay gave it or moto, in every protocol."""
    for _ in range(2):
        simulated.advance(timedelta(hours=5))
        answer = getattr(simulated.client(service, RECOVERY), operation)()
        date = answer["ResponseMetadata"]["HTTPHeaders"]["date"]
        assert parsedate_to_datetime(date) == simulated.now()
