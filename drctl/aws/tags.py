"""Tags, which AWS writes in three ways and drctl reads in one: name → value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from drctl.ports.action import OWNER_TAG


def tags_of(listed: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """The tags of an answer, whether it spells `Key`/`Value` or, as ECS does, `key`/`value`."""
    return {tag.get("Key", tag.get("key", "")): tag.get("Value", tag.get("value", "")) for tag in listed or ()}


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """`tags` as most services take them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def lower_tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """`tags` as ECS takes them."""
    return [{"key": key, "value": value} for key, value in tags.items()]


def owner_of(tags: Mapping[str, str]) -> str | None:
    """The run that made the resource of these tags; None where no run did."""
    return tags.get(OWNER_TAG)
