"""What is left of a run in queues and alarms, as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from drctl.sim.moto_used import used
from drctl.sim.state_stores import RUN_TAGS

Plain: TypeAlias = dict[str, Any]

_KEPT = ("VisibilityTimeout", "MessageRetentionPeriod", "RedrivePolicy", "KmsMasterKeyId")


def queues() -> Iterator[tuple[str, Plain]]:
    """Queues, with what is said of them and how much is in them."""
    for account, region, sqs in used("sqs", "sqs_backends"):
        for name, found in sqs.queues.items():
            attributes = found.attributes
            yield (
                f"{account}/{region}/{name}",
                {
                    "attributes": {key: str(attributes[key]) for key in _KEPT if attributes.get(key) is not None},
                    "messages": len(found._messages),  # noqa: SLF001 (moto has no public name for those in flight)
                    "tags": {key: "(run)" if key in RUN_TAGS else value for key, value in sorted(found.tags.items())},
                },
            )


def alarms() -> Iterator[tuple[str, Plain]]:
    """Alarms, and whether they call anybody."""
    for account, region, cloudwatch in used("cloudwatch", "cloudwatch_backends"):
        for name, found in cloudwatch.alarms.items():
            yield f"{account}/{region}/{name}", {"calls": found.actions_enabled}
