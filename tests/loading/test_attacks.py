"""What a scenario attacks has to be there, and to be as much as it says."""

from __future__ import annotations

import pytest

from drctl.loading.estate import load_estate
from drctl.loading.scenario import load_scenario
from tests.loading.shipped import AMPLY, find_scenario


def problems_of(attacked: str) -> list[str]:
    estate, _ = load_estate(AMPLY.read_text(), "amply.yaml")
    text = f"scenario: test\nattacked: {attacked}\n"
    _, problems = load_scenario(text, "scenario.yaml", find=find_scenario, estate=estate)
    return [problem.message for problem in problems]


@pytest.mark.parametrize(
    ("attacked", "message"),
    [
        ("{ buckets: { amply-storage: { deleted: 1 } } }", "there is no bucket 'amply-storage'"),
        (
            "{ buckets: { amply-storage-prod: { deleted: 9, overwritten: 4 } } }",
            "holds 12 objects, and 13 are attacked",
        ),
        ("{ buckets: { amply-storage-prod: { deleted: 1, purged: 2 } } }", "only 1 objects are overwritten or deleted"),
        ("{ deleted_buckets: [amply-storage] }", "there is no bucket 'amply-storage'"),
        (
            "{ buckets: { amply-storage-prod: {} }, deleted_buckets: [amply-storage-prod] }",
            "is attacked above, and a bucket that is deleted holds nothing any more",
        ),
    ],
)
def test_an_attack_that_does_not_fit_the_estate_is_a_problem(attacked: str, message: str) -> None:
    (said,) = problems_of(attacked)
    assert message in said


def test_an_attack_that_fits_is_none() -> None:
    assert problems_of("{ buckets: { amply-storage-prod: { deleted: 8, overwritten: 4, purged: 12 } } }") == []
