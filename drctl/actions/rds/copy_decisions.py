"""What the copying of a snapshot decides. Pure."""

from __future__ import annotations

from datetime import timedelta

from drctl.actions.rds.copy_params import Params, Seen
from drctl.actions.rds.key_decisions import judge_wanted_key
from drctl.actions.rds.snapshot_decisions import judge_snapshot
from drctl.aws import rds
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.past import Past


def decide_copy(params: Params, seen: Seen, past: Past) -> Decision:
    """What is needed for the copy to be there, of the right snapshot and under the right key."""
    if seen.copy is not None:
        return _judge_copy(params, seen, seen.copy, past)
    return (
        _judge_source(params, seen.source, past)
        or judge_wanted_key(params.kms_key, seen.key, params.region, past)
        or _copy(params, seen)
    )


def _judge_copy(params: Params, seen: Seen, copy: rds.DbSnapshot, past: Past) -> Decision:
    judged = judge_snapshot(copy, params.region, past)
    if not isinstance(judged, Done):
        return judged
    named_so = _named(copy.source) == (params.source_region, params.snapshot)
    if not named_so and copy.source != params.snapshot:
        return Refuse(
            f"{copy.id} is a copy of {copy.source or 'nothing'}, not of {params.snapshot} in {params.source_region}",
            hint="choose another name for the copy",
        )
    if params.kms_key is not None and (seen.key is None or copy.kms_key != seen.key.arn):
        return Refuse(
            f"{copy.id} is encrypted with {copy.kms_key or 'no key'}, not with {params.kms_key}",
            hint=f"choose another name for the copy, or delete this one; drctl resume {past.run}",
        )
    return judged


def _judge_source(params: Params, source: rds.DbSnapshot | None, past: Past) -> Wait | Refuse | None:
    if source is None:
        return Refuse(
            f"there is no snapshot {params.snapshot} in {params.source_region}",
            hint=f"aws rds describe-db-snapshots --region {params.source_region} shows what is there",
        )
    if source.status in rds.SNAPSHOT_SETTLING:
        return Wait(f"snapshot {source.id} to leave {source.status!r}", percent=source.percent)
    if source.status not in rds.SNAPSHOT_USABLE:
        return Refuse(f"snapshot {source.id} is {source.status!r}", hint="name another `snapshot`")
    if source.kms_key is not None and params.kms_key is None and params.source_region != params.region:
        return Refuse(
            f"snapshot {source.id} is encrypted, and its key does not leave {params.source_region}",
            hint=f"set `kms_key` to a key of {params.region}",
        )
    return None


def _copy(params: Params, seen: Seen) -> Change:
    return Change(
        name="copy",
        summary=f"copy {params.snapshot} of {params.source_region} to {params.region} as {params.copy}",
        operation="rds:CopyDBSnapshot",
        target=params.copy,
        detail=seen.source.arn if seen.source else params.snapshot,
        settle=timedelta(seconds=60),
    )


def _named(arn: str | None) -> tuple[str, str]:
    """The Region and the name in the ARN of a snapshot."""
    parts = (arn or "").split(":", 6)
    return (parts[3], parts[6]) if len(parts) == 7 else ("", "")
