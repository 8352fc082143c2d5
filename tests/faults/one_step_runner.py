"""A runner of runs of one step that is killed where it is told to be: `python -m tests.faults.one_step_runner`.

It has everything imported and no thread, and forks for each job that comes in as a line of JSON. The child is the
runner: the real engine on a real journal, with the simulated AWS at `url`. It writes down each thing that it does
(a commit to the journal, a call to AWS) before it does it, and kills itself with SIGKILL before the `kill`-th.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from drctl.actions.catalogue import ActionCatalogue
from drctl.aws.credentials import Account, Keys
from drctl.aws.sessions import AwsSessions
from drctl.aws.worlds import World
from drctl.engine.drive import drive
from drctl.engine.orders import Rules, carry_out
from drctl.engine.parts import Parts
from drctl.journal.sqlite import SqliteJournal
from drctl.model import events as e
from drctl.model.events import Approve, Event, Mode
from drctl.model.order import Order, OrderKind
from drctl.model.plan import Objectives, Plan, PlannedStep
from drctl.model.recorded import Recorded
from drctl.model.reference import Value
from drctl.model.run import Run
from drctl.model.timing import Mark
from drctl.ports.probes import Probes
from drctl.probes.http import HttpxProbe
from drctl.sim.control_client import attach
from drctl.sim.credentials import key_of
from drctl.sim.engine_clock import JumpingClock
from drctl.testing.access import ACCOUNTS
from drctl.testing.cases import RUN, STEP, Case
from drctl.testing.simulated import PRIMARY, RECOVERY, START
from tests.actions.laws import every_case
from tests.fakes.pool import InlinePool
from tests.fakes.progress import SilentProgress

HOLD = "hold"
_HOURS = timedelta(hours=4)
CASES = {f"{place}": case for place, case in enumerate(every_case())}


@dataclass(frozen=True, kw_only=True)
class Job:
    """One drive of one run: from its beginning, from where its journal ends, or to take back what it did."""

    case: str
    url: str
    world: str
    folder: str
    kill: int | None = None
    """Before which of the things that it does it is killed; None to let it live."""
    undo: bool = False


class Deeds:
    """What the runner does, in order: one line of `deeds.log` each, so that it is known whatever becomes of it."""

    def __init__(self, folder: Path, kill: int | None) -> None:
        self._log = os.open(folder / "deeds.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        self._kill, self._count = kill, 0

    def about_to(self, deed: str) -> None:
        """`deed` is the next thing that is done; or nothing is, any more."""
        if self._count == self._kill:
            os.kill(os.getpid(), signal.SIGKILL)
        self._count += 1
        os.write(self._log, f"{deed}\n".encode())


class WatchedJournal(SqliteJournal):
    """The journal; each commit to it is a deed."""

    deeds: Deeds

    def append(self, events: Sequence[Event], obeyed: Sequence[str] = ()) -> tuple[Recorded, ...]:
        self.deeds.about_to(f"record {' '.join(type(event).__name__ for event in events)}")
        return super().append(events, obeyed)


def plan_of(case: Case) -> Plan:
    """The step of `case`, and a person who is never there: the run is held once the step is done."""
    step = PlannedStep(id=STEP, uses=case.kind, params=_values(case), account=case.account)
    spec = ActionCatalogue().spec(case.kind)
    assert spec is not None
    step = replace(step, deadline=spec.deadline, expect=spec.expect, irreversible=spec.irreversible)
    asks = PlannedStep(id=HOLD, uses="approval", params={"role": "nobody"}, needs=(STEP,))
    return Plan(runbook="one-step", title="One step", objectives=Objectives(rto=_HOURS, rpo=None), steps=(step, asks))


def _values(case: Case) -> Mapping[str, Value]:
    values: Any = case.params
    return dict(values)


def run(job: Job) -> None:
    """Do the job, in this process."""
    case, folder = CASES[job.case], Path(job.folder)
    live = case.live
    assert live is not None
    deeds = Deeds(folder, job.kill)
    _watch_calls(deeds)
    clock = JumpingClock(attach(job.url, job.world))
    _present.append(clock)
    path = folder / "journal.sqlite"
    journal = WatchedJournal.open(path, create=not path.exists())
    assert isinstance(journal, WatchedJournal)
    journal.deeds = deeds
    now = clock.now()
    if not journal.read():
        journal.append([_started(now), e.Marked(at=now, mark=Mark.ONSET, instant=now)])
    else:
        journal.append([e.LeaseTaken(at=now, holder="the next one", reason="resume"), e.RunResumed(at=now)])
    plan, catalogue = plan_of(case), ActionCatalogue()
    if job.undo and Run.of(journal.read()).aborted is None:
        order = Order(id="abort", kind=OrderKind.ABORT, by="ana@ops", why="go back", undo=True)
        rules = Rules(lambda kind: kind == "approval", lambda sources: plan)
        journal.append(carry_out(order, Run.of(journal.read()), plan, rules, now))
    parts = Parts(
        catalogue=catalogue,
        aws=_access(case, job.url),
        probes=_probes(live.probes, job.url, over_http=live.over_http),
        programs=live.programs,
        clock=clock,
        journal=journal,
        progress=SilentProgress(),
        approvals=None,
        pool=InlinePool(),
        replan=lambda sources: plan,
    )
    drive(plan, Run.of(journal.read()), parts)
    journal.release()


def _probes(probes: Probes, url: str, *, over_http: bool) -> Probes:
    return replace(probes, http=HttpxProbe(url)) if over_http else probes


def _watch_calls(deeds: Deeds) -> None:
    from botocore.httpsession import URLLib3Session

    send = URLLib3Session.send

    def watched(self: Any, request: Any) -> Any:
        deeds.about_to(f"call {request.method} {request.url.split('/', 3)[3][:40]}")
        return send(self, request)

    URLLib3Session.send = watched


def _started(now: Any) -> e.RunStarted:
    return e.RunStarted(
        at=now,
        run=RUN,
        runbook="one-step",
        mode=Mode.DRILL,
        approve=Approve.ASK,
        environment="simulated",
        simulated=True,
        sources={},
        inputs={},
        variables={},
    )


def main() -> None:
    """Fork a runner for each job, and tell how it ended: 0, or the number of the signal, negative."""
    for line in sys.stdin:
        job = Job(**json.loads(line))
        _prepare(job.case, job.url)
        child = os.fork()
        if child == 0:
            try:
                run(job)
                os._exit(0)
            except BaseException:
                import traceback

                traceback.print_exc()
                os._exit(1)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - this is the answer


_present: list[JumpingClock] = []
"""The clock of the runner that this process is; the process that forks runners has none."""


@functools.cache
def _sessions(account: str, url: str) -> AwsSessions:
    """Clients by the account's own key, made once for all runners: making them takes longer than most runs."""
    key = key_of(ACCOUNTS[account].id)
    return AwsSessions(
        accounts={name: Account(id=known.id) for name, known in ACCOUNTS.items()},
        own=account,
        home_region=RECOVERY,
        run=RUN,
        now=lambda: _present[-1].now() if _present else START,
        world=World(simulated=True, endpoint_url=url),
        keys=Keys(key.access_key, key.secret_key),
    )


def _access(case: Case, url: str) -> AwsSessions:
    return _sessions(case.account or "production", url)


@functools.cache
def _prepare(id: str, url: str) -> None:
    """Make the clients that the case will want, and no connection: two runners must not share one."""
    case = CASES[id]
    spec = ActionCatalogue().spec(case.kind)
    assert spec is not None
    name, sessions = case.account or "production", _access(case, url)
    flips = {operation.split(":")[0] for operation in spec.flips}
    for service in sorted({operation.split(":")[0] for operation in spec.operations}):
        for region in (PRIMARY, RECOVERY):
            clients = [sessions.client(name, service, region)]
            clients += [sessions.client(name, service, region, flip=True)] if service in flips else []
            for client in clients:
                client.close()
    if spec.operations:
        sessions.client(name, "sts", RECOVERY).close()


def as_line(job: Job) -> str:
    """The job as `main` reads it."""
    return json.dumps(asdict(job))


if __name__ == "__main__":
    main()
