"""The files of an evidence pack, computed from a run's journal alone: whoever has the journal can make them, too.

What programs of the user's own have printed is the one thing beside it: it lies in the run's folder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import drctl
from drctl.bootstrap.packed_environment import packed_environment
from drctl.bootstrap.programs import FOLDER as PROGRAMS
from drctl.bootstrap.records import plan_of
from drctl.errors import JournalCorrupt, Refused
from drctl.journal.lines import Row, as_lines, records_of
from drctl.model.plan import Plan
from drctl.model.recorded import Recorded
from drctl.model.run import Run, RunState
from drctl.pack.manifest import FORMAT, VERSION, JournalSection, Manifest
from drctl.pack.readme import README, README_TEXT
from drctl.report.aws_requests import aws_request_lines
from drctl.report.document import run_document
from drctl.report.event_log import log_lines
from drctl.report.html import report_html
from drctl.report.junit import junit_xml
from drctl.report.markdown import report_markdown
from drctl.report.plain_json import to_text
from drctl.report.shape import RunDocument
from drctl.report.text import report_text

JOURNAL = "journal.jsonl"
OUTPUTS = "logs/programs/"
WIDTH = 100

REPORTS: Mapping[str, Callable[[RunDocument], str]] = {
    "run.json": to_text,
    "report.txt": lambda document: report_text(document, width=WIDTH, colour=False),
    "report.md": report_markdown,
    "report.html": report_html,
    "junit.xml": junit_xml,
}
"""The reports of a pack, by the names of their files; each is computed from the run document."""


@dataclass(frozen=True, slots=True)
class RunToPack:
    """A run whose journal is whole, and everything that is computed from it."""

    run: Run
    plan: Plan
    rows: Sequence[Row]
    records: Sequence[Recorded]

    @classmethod
    def of(cls, rows: Sequence[Row], where: str) -> RunToPack:
        """The run that these rows tell of. Raises JournalCorrupt, and InputInvalid where its texts cannot be read."""
        records = records_of(rows, where)
        run = Run.of(records)
        return cls(run, plan_of(run), rows, records)

    def about(self) -> Manifest:
        """The manifest, but for what only the files and the signer tell."""
        first = self.run.started
        if first is None:
            raise JournalCorrupt("the journal has no first event, so the run never began")
        return Manifest(
            format=FORMAT,
            version=VERSION,
            run=first.run,
            runbook=first.runbook,
            mode=str(first.mode),
            environment=first.environment,
            simulated=first.simulated,
            state=str(self.run.state),
            finished=self.run.state is RunState.FINISHED,
            verdict=str(self.run.verdict) if self.run.verdict is not None else None,
            drctl=drctl.__version__,
            journal=JournalSection(len(self.records), self.records[-1].hash),
            files=0,
            sha256sums="",
            signer=None,
        )

    def files(self) -> Mapping[str, bytes]:
        """Every file that is computed from the journal, by its name."""
        return {name: _bytes(text) for name, text in self._texts()} | {JOURNAL: as_lines(self.rows)}

    def _texts(self) -> Iterator[tuple[str, str]]:
        first = self.run.started
        document = run_document(self.run, self.plan)
        yield README, README_TEXT
        for name, render in REPORTS.items():
            yield name, render(document)
        if first is not None:
            yield "environment.json", to_text(packed_environment(first))
            yield from _sources("runbook", first.sources)
        for number, amended in enumerate(self.run.amended, 1):
            folder = f"amendments/{number:03}"
            yield from _sources(f"{folder}/runbook", amended.sources)
            yield f"{folder}/difference.txt", f"by {amended.by}: {amended.why}\n\n{amended.difference}"
        yield "logs.txt", "\n".join(line for line, _ in log_lines(self.records))
        yield "aws-requests.jsonl", aws_request_lines(self.records)


def outputs_of_programs(folder: Path) -> Mapping[str, bytes]:
    """What each program has printed, as it is kept in the run's folder: without secrets. Raises Refused."""
    from drctl.programs.files import OUTPUT

    found = {}
    try:
        for one in sorted((folder / PROGRAMS).glob(f"[!.]*/{OUTPUT}")):
            if one.is_file() and not one.is_symlink():
                found[f"{OUTPUTS}{one.parent.name}.txt"] = one.read_bytes()
    except OSError as error:
        raise Refused(f"what programs of the run have said cannot be read: {error}") from error
    return found


def _sources(folder: str, sources: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The texts of runbooks under names that every file system takes, and which of them is which."""
    names = dict(_file_names(sources))
    for name, file in names.items():
        yield f"{folder}/{file}", sources[name]
    called = {file: name for name, file in names.items()}
    yield f"{folder}/names.json", json.dumps(called, indent=1, sort_keys=True)


def _file_names(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    taken: set[str] = set()
    for name in sorted(names):
        stem = re.sub(r"[^A-Za-z0-9_]+", "-", name.removesuffix(".yaml")).strip("-")[:80] or "runbook"
        # Two file systems may not agree whether A is a.
        number = 1
        while (file := f"{stem}{f'-{number}' if number > 1 else ''}.yaml").lower() in taken:
            number += 1
        taken.add(file.lower())
        yield name, file


def _bytes(text: str) -> bytes:
    return (text if not text or text.endswith("\n") else f"{text}\n").encode("utf-8", "replace")
