"""The run document as JUnit XML, which every CI system shows: a test case for each step, objective and the verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree as ET

from drctl.model.instant import parse_instant
from drctl.model.verdict import Verdict
from drctl.report.shape import RunDocument, StepSection
from drctl.report.shape_clock import SustainSection
from drctl.report.wording import UNKNOWN, span

# What XML 1.0 ("Characters", production 2) has no way to write, not even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    group: str
    name: str
    took_s: float = 0
    ending: Literal["failure", "skipped"] | None = None
    """None where it is as it should be."""
    message: str = ""
    details: str = ""


def junit_xml(document: RunDocument) -> str:
    """The document as one test suite. Where the objectives were not met, at least one of its cases has failed.

    A step that failed and is not critical is told as skipped, since it does not decide the verdict. What is not known
    at the end of a run is a failure.
    """
    cases = list(_cases(document))
    stamp = "SIMULATED " if document["simulated"] else ""
    suite = ET.Element(
        "testsuite",
        name=_text(f"{stamp}{document['mode']} of {document['runbook']} in {document['environment']}"),
        timestamp=f"{parse_instant(document['started_at']):%Y-%m-%dT%H:%M:%S}",
        time=_seconds(_took(document)),
        tests=str(len(cases)),
        failures=str(sum(case.ending == "failure" for case in cases)),
        errors="0",
        skipped=str(sum(case.ending == "skipped" for case in cases)),
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(document):
        ET.SubElement(properties, "property", name=name, value=_text(value))
    for case in cases:
        element = ET.SubElement(
            suite, "testcase", classname=_text(case.group), name=_text(case.name), time=_seconds(case.took_s)
        )
        if case.ending is not None:
            ET.SubElement(element, case.ending, message=_text(case.message)).text = _text(case.details) or None
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _properties(document: RunDocument) -> Iterator[tuple[str, str]]:
    yield "run", document["run"]
    yield "verdict", document["verdict"] or document["state"]
    yield "simulated", "true" if document["simulated"] else "false"
    if document["notice"]:
        yield "notice", document["notice"]
    yield "drctl", document["drctl"]
    yield "journal", f"{document['journal']['events']} events, {document['journal']['head_hash']}"


def _cases(document: RunDocument) -> Iterator[_Case]:
    group = f"{document['runbook']}.steps"
    for step in document["steps"]:
        if not (step["dormant"] and step["state"] == "pending"):
            yield _step(group, step)
    group = f"{document['runbook']}.objectives"
    ended = document["verdict"] is not None
    rto, rpo = document["rto"], document["rpo"]
    yield _objective(group, "RTO", rto["met"], rto["actual_s"], rto["objective_s"], ended=ended)
    if rpo["objective_s"] is not None:
        yield _objective(group, "RPO", rpo["met"], rpo["actual_s"], rpo["objective_s"], ended=ended)
    if document["sustain"] is not None:
        yield _sustained(group, document["sustain"], ended=ended)
    yield _verdict(group, document)


def _sustained(group: str, window: SustainSection, *, ended: bool) -> _Case:
    if window["held"] is None:
        why = "the window never came to its end" if ended else "the window has not ended"
        return _Case(group=group, name="sustained", ending="skipped", message=why)
    if window["held"]:
        return _Case(group=group, name="sustained", took_s=window["for_s"])
    return _Case(group=group, name="sustained", ending="failure", message=window["because"])


def _step(group: str, step: StepSection) -> _Case:
    took = step["duration_s"] or 0
    details = "\n".join(filter(None, (step["title"], step["failure"], step["undo_failed"], step["hint"])))
    if step["undo_failed"]:
        return _Case(
            group=group, name=step["id"], took_s=took, ending="failure", message=step["undo_failed"], details=details
        )
    if step["failure"] or step["state"] == "failed":
        why = step["failure"] or step["because"]
        if step["critical"]:
            return _Case(group=group, name=step["id"], took_s=took, ending="failure", message=why, details=details)
        return _Case(
            group=group,
            name=step["id"],
            took_s=took,
            ending="skipped",
            message=f"failed, and is not critical: {why}",
            details=details,
        )
    if step["state"] in ("succeeded", "undone"):
        return _Case(group=group, name=step["id"], took_s=took)
    return _Case(group=group, name=step["id"], took_s=took, ending="skipped", message=_not_done(step))


def _not_done(step: StepSection) -> str:
    match step["state"]:
        case "skipped":
            by = f" by {step['skipped_by']}" if step["skipped_by"] else ""
            return f"skipped{by}: {step['because']}"
        case "fell-back":
            return f"gave up, {step['fell_back_to']} took its place: {step['because']}"
        case "pending":
            return "never began"
        case _:
            return "has not ended"


def _objective(
    group: str, name: str, met: bool | None, actual_s: float | None, objective_s: float, *, ended: bool
) -> _Case:
    message = f"{name} {span(actual_s)}, {span(objective_s)} allowed"
    if met:
        return _Case(group=group, name=name, took_s=actual_s or 0)
    unknown = met is None and not ended
    return _Case(
        group=group,
        name=name,
        took_s=actual_s or 0,
        ending="skipped" if unknown else "failure",
        message=message if met is False else f"{name} is {UNKNOWN}",
    )


def _verdict(group: str, document: RunDocument) -> _Case:
    verdict = document["verdict"]
    if verdict is None:
        return _Case(group=group, name="verdict", ending="skipped", message=f"the run is {document['state']}")
    if Verdict(verdict).objectives_met:
        return _Case(group=group, name="verdict")
    return _Case(
        group=group, name="verdict", ending="failure", message=str(verdict), details="\n".join(document["reasons"])
    )


def _took(document: RunDocument) -> float:
    end = parse_instant(document["ended_at"] or document["last_event_at"])
    return max((end - parse_instant(document["started_at"])).total_seconds(), 0)


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"


def _text(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
