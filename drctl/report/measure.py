"""Both objectives as sections of the run document: what was allowed, what it took, and how that is known."""

from __future__ import annotations

from drctl.model.loss_in_words import loss_in_words
from drctl.model.outcome import Outcome, reference_mark
from drctl.model.run import Run
from drctl.model.timing import Mark, StoreLoss
from drctl.report.clock_sections import mark_amendment_sections, spent_s
from drctl.report.plain_json import instant_or_none, plain, seconds, seconds_or_none
from drctl.report.shape import RpoSection, RtoSection, StoreSection


def rto_section(run: Run, outcome: Outcome) -> RtoSection:
    """The recovery time of `run`, with its marks in the order of a recovery."""
    rto = outcome.rto
    human_s, tool_s, aws_s = spent_s(run, outcome)
    reached = [mark for mark in Mark if mark in run.marks]
    return RtoSection(
        objective_s=seconds(rto.objective),
        actual_s=seconds_or_none(rto.total),
        exec_s=seconds_or_none(rto.exec),
        human_s=human_s,
        tool_s=tool_s,
        aws_s=aws_s,
        met=rto.met,
        counted_from=rto.counted_from,
        counted_to=rto.counted_to,
        marks={mark: str(plain(run.marks[mark])) for mark in reached},
        mark_sources={mark: run.mark_sources.get(mark, "") for mark in reached},
        amendments=mark_amendment_sections(run),
    )


def rpo_section(run: Run, outcome: Outcome) -> RpoSection:
    """The loss of data of `run`, store by store."""
    rpo = outcome.rpo
    return RpoSection(
        objective_s=seconds_or_none(rpo.objective),
        actual_s=seconds_or_none(rpo.actual),
        met=rpo.met,
        measured_against=reference_mark(run),
        stores=[_store(store, reference_mark(run)) for store in rpo.stores],
    )


def _store(store: StoreLoss, reference: Mark) -> StoreSection:
    return StoreSection(
        store=store.store,
        recovery_point=instant_or_none(store.recovery_point),
        loss_s=seconds_or_none(store.loss),
        method=store.method,
        precision_s=seconds_or_none(store.precision),
        ephemeral=store.ephemeral,
        says=loss_in_words(store, reference),
    )
