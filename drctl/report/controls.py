"""Which clauses of which frameworks a run is evidence for, and for which it is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drctl.model.participants import Role
from drctl.report.control_shape import ControlSection, Supplied
from drctl.report.shape import RunDocument

Lacks = Callable[[RunDocument], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Control:
    """A clause. `never` says what no run supplies of it, and so why one is never all of the evidence."""

    framework: str
    clause: str
    asks: str
    fields: tuple[str, ...]
    lacks: tuple[Lacks, ...]
    """What is missing of the run: one thing alone makes it partial evidence."""
    only_real: bool = True
    """Whether a simulation is no evidence at all."""
    never: str = ""


def control_sections(document: RunDocument) -> list[ControlSection]:
    """Every clause, in the order of the frameworks, with what the run is worth for it."""
    return [_section(control, document) for control in CONTROLS]


def _section(control: Control, document: RunDocument) -> ControlSection:
    supplied, because = _supplied(control, document)
    return ControlSection(
        framework=control.framework,
        clause=control.clause,
        asks=control.asks,
        fields=list(control.fields),
        supplied=supplied,
        because=because,
    )


def _supplied(control: Control, document: RunDocument) -> tuple[Supplied, str]:
    if document["verdict"] is None:
        return Supplied.NO, f"the run is {document['state']}, and proves nothing before its end"
    if document["verdict"] == "ABORTED":
        return Supplied.NO, "the run was aborted"
    if document["simulated"] and control.only_real:
        return Supplied.NO, "the run was simulated, and nothing real was recovered"
    lacking = [said for lacks in control.lacks for said in lacks(document)]
    if document["simulated"]:
        lacking.insert(0, "the run was simulated: it rehearses the procedure, and no recovery")
    if control.never:
        lacking.append(control.never)
    if lacking:
        return Supplied.PARTLY, "; ".join(lacking)
    return Supplied.YES, f"the run was carried out in {document['environment']} and judged: {document['verdict']}"


def _planned_test(document: RunDocument) -> list[str]:
    return ["it was a real recovery and no planned test"] if document["mode"] == "recover" else []


def _measured(document: RunDocument) -> list[str]:
    rto, rpo = document["rto"], document["rpo"]
    lacking = ["the recovery time is not known"] if rto["met"] is None else []
    if rpo["objective_s"] is None:
        return lacking
    return [*lacking, *(["the loss of data is not known"] if rpo["met"] is None else [])]


def _restored(document: RunDocument) -> list[str]:
    durable = [store for store in document["rpo"]["stores"] if not store["ephemeral"]]
    if not durable:
        return ["no durable data store was recovered"]
    unread = [store["store"] for store in durable if store["loss_s"] is None]
    return [f"no recovery point was read of {', '.join(unread)}"] if unread else []


def _data_checked(document: RunDocument) -> list[str]:
    kinds = ("check.postgres", "check.redis", "check.objects")
    looked = [s for s in document["steps"] if s["uses"].startswith(kinds) and s["state"] == "succeeded"]
    return [] if looked else ["no step has looked into the recovered data"]


def _scenario(document: RunDocument) -> list[str]:
    return [] if document["scenario"] or document["incident"] else ["no scenario is named"]


def _skips(document: RunDocument) -> list[str]:
    skipped = [s["id"] for s in document["steps"] if s["state"] == "skipped" and s["skipped_by"]]
    return [f"{', '.join(skipped)} was skipped by a person"] if skipped else []


def _people(document: RunDocument) -> list[str]:
    deciding = set(Role) - {Role.INITIATOR, Role.RUNNER}
    decided = any(deciding & set(one["roles"]) for one in document["participants"])
    return [] if decided else ["nobody but who began it had a part in it that is recorded"]


def _sustained(document: RunDocument) -> list[str]:
    return [] if "sustained" in document["rto"]["marks"] else ["the service was not watched after it was verified"]


def _findings(document: RunDocument) -> list[str]:
    loose = [f["id"] for f in document["findings"] if not f["owner"] or f["due"] is None]
    return [f"{', '.join(loose)} has no owner or is not due at any time"] if loose else []


CONTROLS: tuple[Control, ...] = (
    Control(
        framework="SOC 2",
        clause="A1.2",
        asks="Backups and the means to recover are designed, put in place, operated and watched.",
        fields=("rpo.stores", "steps.evidence", "findings"),
        lacks=(_restored,),
        never="it shows them at work once; that they are watched every day is shown elsewhere",
    ),
    Control(
        framework="SOC 2",
        clause="A1.3",
        asks="The procedures of recovery are tested against the objectives.",
        fields=("verdict", "objectives", "rto", "rpo", "steps", "findings"),
        lacks=(_planned_test, _measured, _skips),
    ),
    Control(
        framework="ISO 22301",
        clause="8.5",
        asks="Plans are exercised with aims and a scenario, and each exercise ends in a report of what is to be done.",
        fields=("scenario", "objectives", "verdict", "reasons", "participants", "findings"),
        lacks=(_planned_test, _scenario, _people, _findings),
        only_real=False,
    ),
    Control(
        framework="ISO/IEC 27001",
        clause="A.5.30",
        asks="Systems are made ready for a disruption, and that is tested against the objectives of continuity.",
        fields=("objectives", "rto", "rpo", "verdict", "not_proven"),
        lacks=(_measured, _skips),
    ),
    Control(
        framework="DORA",
        clause="art. 11",
        asks="Plans for continuity, response and recovery are tested at least once a year, switchovers included.",
        fields=("started_at", "scenario", "rto", "decisions", "steps"),
        lacks=(_planned_test, _measured, _scenario),
        never="that it is done every year is shown by the row of runs, not by one",
    ),
    Control(
        framework="DORA",
        clause="art. 12",
        asks="Backups are restored as a test, and what was restored is checked for being whole and right.",
        fields=("rpo.stores", "steps.evidence", "steps.changes"),
        lacks=(_restored, _data_checked),
    ),
    Control(
        framework="DORA",
        clause="art. 24",
        asks="There is a programme of tests by people who are independent, and what they find is put right.",
        fields=("participants", "findings", "approvals"),
        lacks=(_planned_test, _people, _findings),
        never="who is independent of whom, and the programme itself, are not in a run",
    ),
    Control(
        framework="DORA",
        clause="art. 25",
        asks="Tests go from end to end and follow scenarios.",
        fields=("scenario", "lost_regions", "critical_path", "rto.marks", "sustain"),
        lacks=(_planned_test, _scenario, _measured, _sustained),
    ),
    Control(
        framework="NIST SP 800-34",
        clause="3.5",
        asks="The contingency plan is tested: a system is recovered elsewhere, from backups, and works there.",
        fields=("steps", "rpo.stores", "rto.marks", "verdict"),
        lacks=(_planned_test, _restored, _skips),
    ),
    Control(
        framework="NIST SP 800-84",
        clause="after action report",
        asks="Each exercise leaves a report: its aims, who took part, what was observed, what is to be improved.",
        fields=("objectives", "participants", "findings", "not_proven"),
        lacks=(_people, _findings),
        only_real=False,
    ),
)
"""What is asked is told shortly and in our own words; the frameworks themselves say it exactly."""
