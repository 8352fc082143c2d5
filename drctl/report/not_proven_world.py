"""What a run could not prove because of where it ran: in a simulation, or in an environment that is not another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from drctl.report.shape import RunDocument, StepSection
from drctl.report.wording import counted, span

_MOST = 6
"""Names in one sentence; the others are counted."""
_LONG_S = 60
"""From here on a step's duration is one that AWS decides."""
_SWITCHING = ("route53.", "cloudfront.", "arc.")
_MAIL = ("ses.", "notify.email")
_UNTOUCHED_TLS = "TLS is not simulated"


def of_simulation(document: RunDocument) -> Iterator[str]:
    """What a simulated run cannot show; nothing of any other."""
    if not document["simulated"]:
        return
    ran = [step for step in document["steps"] if step["duration_s"] is not None]
    if slow := [step for step in ran if (step["duration_s"] or 0) >= _LONG_S]:
        longest = max(slow, key=lambda step: step["duration_s"] or 0)
        yield (
            f"How long AWS takes: the {span(longest['duration_s'])} of {longest['id']}, and those of "
            f"{counted(len(slow) - 1, 'other long step')}, are those of a simulation."
        )
    if changes := sum(len(step["changes"]) for step in ran):
        yield (
            f"That AWS has the quota and the capacity: {counted(changes, 'change')} of "
            f"{steps_named([step for step in ran if step['changes']])} asked no real account for any."
        )
    if stores := [store["store"] for store in document["rpo"]["stores"]]:
        yield f"That the real volume of data is recovered in this time: {listed(stores)} held none of it."
    if switched := [step for step in ran if step["uses"].startswith(_SWITCHING)]:
        names = steps_named(switched)
        yield f"That clients follow: {names} switched their records in a simulation, without a cache on the way."
    if tls := [step for step in ran if _UNTOUCHED_TLS in (step["evidence"] or {"fact": ""})["fact"]]:
        yield f"That certificates are right: TLS is not simulated, and {steps_named(tls)} looked at none."
    if mail := [step for step in ran if step["uses"].startswith(_MAIL)]:
        yield f"That mail arrives: {steps_named(mail)} sent none, and no sender's reputation was at stake."
    if played := [step for step in ran if step["uses"].startswith("terraform.")]:
        yield f"That the Terraform configuration is right: in {steps_named(played)} it was played, not run."


def of_environment(document: RunDocument) -> Iterator[str]:
    """What a drill in one environment cannot show of another; nothing of a recovery."""
    if document["simulated"] or document["mode"] != "drill":
        return
    where = document["environment"]
    yield (
        f"That another environment recovers as {where} does: its volume of data, its traffic and its quotas were "
        "not there."
    )
    ran = [step for step in document["steps"] if step["duration_s"] is not None]
    if switched := [step for step in ran if step["uses"].startswith(_SWITCHING)]:
        yield (
            f"How long clients elsewhere keep old answers: {steps_named(switched)} switched those of {where}, and "
            "caches hold others."
        )
    if document["lost_regions"]:
        yield (
            f"That nothing else needs {listed(document['lost_regions'])}: drctl's own calls were kept from there, "
            "and those of every other program were not."
        )


def steps_named(steps: Sequence[StepSection]) -> str:
    """Their names, as `listed` tells them."""
    return listed([step["id"] for step in steps])


def listed(names: Sequence[str]) -> str:
    """`a, b and c`; of many, the first, and how many more."""
    shown = list(names[:_MOST])
    more = [f"{len(names) - _MOST} more"] if len(names) > _MOST else []
    *before, last = [*shown, *more] or [""]
    return f"{', '.join(before)} and {last}" if before else last
