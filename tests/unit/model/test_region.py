"""Names of Regions are known by their form."""

from __future__ import annotations

import pytest

from drctl.model.region import parse_region


@pytest.mark.parametrize("text", ["eu-west-1", "us-gov-east-1", "ap-southeast-4", "cn-north-1"])
def test_the_name_of_a_region_is_taken(text: str) -> None:
    assert parse_region(text) == text


@pytest.mark.parametrize("text", ["", "Ireland", "eu-west", "eu-west-1a", "EU-WEST-1", "eu-west-1 ", "eu--1"])
def test_anything_else_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(ValueError, match="expected a Region such as eu-west-1"):
        parse_region(text)
