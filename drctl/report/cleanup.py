"""What a cleanup has come to, for people and for scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from drctl.model.cleanup import Cleaned
from drctl.model.values import Json
from drctl.report.wording import counted, printable


def cleanup_text(done: Sequence[Cleaned], *, dry_run: bool) -> str:
    """The lines of `drctl cleanup`."""
    lines = [printable(line) for one in done for line in _told(one, dry_run=dry_run)]
    return "\n".join(lines) if lines else "no drill has left anything that is over its time"


def cleanup_document(done: Sequence[Cleaned], *, dry_run: bool) -> Mapping[str, Json]:
    """The one document of `drctl cleanup --output json`."""
    return {
        "schema_version": 1,
        "dry_run": dry_run,
        "clean": all(one.clean for one in done) and not (dry_run and any(one.deleted for one in done)),
        "runs": [
            {
                "run": one.run or None,
                "deleted": list(one.deleted),
                "left": [{"arn": arn, "because": because} for arn, because in one.left],
                "unread": [
                    {"account": look.account, "region": look.region, "what": look.what, "because": look.because}
                    for look in one.unread
                ],
                "skipped": one.skipped or None,
            }
            for one in done
        ],
    }


def _told(one: Cleaned, *, dry_run: bool) -> Iterator[str]:
    name = one.run or "the search by tag"
    if one.skipped:
        yield f"{name}: left alone: {one.skipped}"
        return
    word = "would delete" if dry_run else "deleted"
    yield f"{name}: {word} {counted(len(one.deleted), 'resource')}"
    for arn in one.deleted:
        yield f"  {word}  {arn}"
    for arn, because in one.left:
        yield f"  LEFT  {arn}: {because}"
    for look in one.unread:
        yield f"  NOT SEEN  {look.what} in {look.account} {look.region}: {look.because}"
    if one.hint:
        yield f"  hint: {one.hint}"
