"""What a replication backlog means for promoting a replica. Pure.

Where the source's Region is gone the backlog never drains, so nobody waits for it:
it is reported, and it stops the step only where the runbook sets a limit.
"""

from __future__ import annotations

from datetime import timedelta

from drctl.aws.cloudwatch import Backlog
from drctl.model.decision import Refuse
from drctl.model.duration import format_duration
from drctl.model.instant import format_instant

STALE = timedelta(minutes=10)
"""An older measurement says nothing about now; S3 measures every minute."""


def fault_in(backlog: Backlog | None, source: str, replica: str) -> Refuse | None:
    """The reason why nobody can tell what the replica lacks; None where the measurements do."""
    between = f"from {source} to {replica}"
    if backlog is None:
        hint = "switch replication metrics on for the rule; without them nobody can tell what was lost"
        return Refuse(f"S3 has not measured replication {between} for hours", hint)
    if backlog.age > STALE:
        return Refuse(
            f"the newest measurement of replication {between} is {format_duration(backlog.age)} old",
            "look at the metrics in the replica's Region; a measurement that old says nothing about now",
        )
    if backlog.current_to is None:
        hint = "look at ReplicationLatency in the replica's Region"
        return Refuse(f"{backlog.pending} operations {between} are pending, and S3 does not say for how long", hint)
    return None


def limit_exceeded(backlog: Backlog | None, max_backlog: int | None, max_latency: timedelta | None) -> Refuse | None:
    """A refusal where the backlog is beyond a limit of the runbook."""
    if backlog is None:
        return None
    hint = "raise the limit to accept the loss, or restore the source"
    if max_backlog is not None and backlog.pending > max_backlog:
        return Refuse(f"{backlog.pending} operations are not replicated, more than the {max_backlog} allowed", hint)
    latency = backlog.latency or timedelta(0)
    if max_latency is not None and backlog.pending and latency > max_latency:
        allowed = format_duration(max_latency)
        return Refuse(f"the replica is {format_duration(latency)} behind, more than the {allowed} allowed", hint)
    return None


def told(backlog: Backlog) -> str:
    """The backlog in a few words."""
    at = format_instant(backlog.at)
    if backlog.pending == 0 or backlog.latency is None:
        return f"{backlog.pending} operations were pending at {at}"
    return f"{backlog.pending} operations were pending at {at}, {format_duration(backlog.latency)} behind"
