"""What a run did not prove, sentence by sentence. Each is there because of a fact of the run that it names.

A reader takes a green report for more than it is: what a drill has left untouched is not to be guessed at.
"""

from __future__ import annotations

from collections.abc import Iterator

from drctl.model.timing import Mark
from drctl.report.not_proven_world import listed, of_environment, of_simulation, steps_named
from drctl.report.shape import RunDocument
from drctl.report.wording import span


def not_proven(document: RunDocument) -> list[str]:
    """The sentences, from those that weigh most; empty where nothing of the kind is known of the run."""
    parts = (_end, of_simulation, of_environment, _clock, _data, _steps, _people, _money)
    return [sentence for part in parts for sentence in part(document)]


def _end(document: RunDocument) -> Iterator[str]:
    if document["verdict"] is None:
        yield f"How the run ends: it is {document['state']}, and this is a report of what is recorded so far."
    if document["undo_reason"]:
        yield "That the recovery lasts: what the run had changed was taken back."


def _clock(document: RunDocument) -> Iterator[str]:
    rto = document["rto"]
    marks, sources = rto["marks"], rto["mark_sources"]
    if rto["actual_s"] is None:
        yield f"How long the recovery takes: {rto['counted_to']} was not reached from {rto['counted_from']}."
    if rto["counted_from"] != "onset":
        yield "How long it took until the recovery was declared: the onset is not known, and the clock starts after it."
    if (told := sources.get(Mark.DETECTED, "")).startswith("scenario "):
        yield f"That monitoring notices in time: `detected` is an instant of {told}, and nobody had to see anything."
    if rto["counted_to"] == "serving":
        yield "That the recovered service works: no step verifies it, and the clock stops when it serves."
    yield from _sustain(document)
    if document["lost_regions"] and "fenced" not in marks:
        yield f"That the old primary in {listed(document['lost_regions'])} takes no writes: no step has fenced it."


def _sustain(document: RunDocument) -> Iterator[str]:
    rto, window = document["rto"], document["sustain"]
    if rto["actual_s"] is None or Mark.SUSTAINED in rto["marks"]:
        return
    if window is None:
        yield f"That the service stays up: nothing was watched for a while after {rto['counted_to']}."
    elif window["held"] is False:
        yield f"That the service stays up: within {span(window['for_s'])} a check did not hold. {window['because']}"
    else:
        yield f"That the service stays up: the {span(window['for_s'])} in which it was to be watched are not over."


def _data(document: RunDocument) -> Iterator[str]:
    rpo = document["rpo"]
    if rpo["objective_s"] is None:
        yield "That data survives: this runbook recovers none, and no loss was measured."
    durable = [store for store in rpo["stores"] if not store["ephemeral"]]
    if unread := [store["store"] for store in durable if store["loss_s"] is None]:
        yield f"What was lost of {listed(unread)}: no recovery point was read."
    inferred = [store for store in durable if store["loss_s"] is not None and not _was_read(store["method"])]
    if inferred:
        methods = listed(sorted({store["method"] or "no method" for store in inferred}))
        names = listed([store["store"] for store in inferred])
        yield f"What {names} really lacks: the loss is told by {methods}, and no beacon was read."
    if ephemeral := [store["store"] for store in rpo["stores"] if store["ephemeral"]]:
        yield f"What it costs to fill {listed(ephemeral)} again: that is not counted as a loss, and began empty."


def _steps(document: RunDocument) -> Iterator[str]:
    steps = document["steps"]
    if by_hand := [step for step in steps if step["state"] == "skipped" and step["skipped_by"]]:
        yield f"What {steps_named(by_hand)} should do: skipped by {listed(sorted({s['skipped_by'] for s in by_hand}))}."
    if left_out := [step for step in steps if step["state"] == "skipped" and not step["skipped_by"]]:
        yield f"What {steps_named(left_out)} would do: left out, as the runbook's own condition said."
    if idle := [step for step in steps if step["dormant"] and step["state"] == "pending"]:
        yield f"That the fallback works: {steps_named(idle)} was never needed."
    never = [step for step in steps if step["state"] == "pending" and not step["dormant"]]
    if never and document["verdict"] is not None:
        yield f"What {steps_named(never)} should do: never begun."


def _people(document: RunDocument) -> Iterator[str]:
    by_policy = [
        approval["step"]
        for approval in document["approvals"]
        if any(answer["via"] == "policy" for answer in approval["answers"])
    ]
    if by_policy:
        yield f"How long people take to decide: {listed(by_policy)} was answered by a policy, at once."
    elif document["mode"] == "drill" and document["approve"] == "auto":
        yield "That people know what to do: nobody was asked anything in this drill (--approve auto)."


def _money(document: RunDocument) -> Iterator[str]:
    cost = document["cost"]
    if cost is not None:
        missing = f", and {listed(cost['no_price_for'])}" if cost["no_price_for"] else ""
        yield f"What the drill costs in all: not counted are {cost['not_counted']}{missing}."
    elif document["mode"] == "drill" and not document["simulated"] and document["verdict"] is not None:
        yield f"What the drill cost in {document['environment']}: nobody has counted it."


def _was_read(method: str) -> bool:
    """Whether the recovered data itself was asked for its newest mark."""
    return method.startswith(("beacon", "heartbeat"))
