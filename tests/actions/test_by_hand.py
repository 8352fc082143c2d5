"""What a step would do next is told as a command that does the same, and telling it changes nothing."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NoReturn

import pytest

from drctl.aws.credentials import Account, Keys
from drctl.aws.sessions import AwsSessions
from drctl.aws.unsent import UnsentAccess
from drctl.aws.worlds import World
from drctl.bootstrap.next_change import Found, next_of
from drctl.model.decision import Change, Done, Refuse, Wait
from drctl.ports.action import OWNER_TAG, StepContext
from drctl.ports.by_hand import AwsRequest, Discretion, Notes, Stance, Unsent
from drctl.ports.programs import ProgramRequest
from drctl.probes.http import HttpxProbe
from drctl.probes.unsent import unsent_probes
from drctl.programs.unsent import program_asked
from drctl.report.aws_command_line import VARIABLE, aws_commands
from drctl.report.typed_commands import typed
from drctl.sim.credentials import key_of
from drctl.sim.state import state_of
from drctl.testing.access import ACCOUNTS
from drctl.testing.cases import RUN, STEP, Case
from drctl.testing.simulated import RECOVERY, Simulated
from tests.actions.driving import POLL, Driver
from tests.actions.laws import every_case
from tests.fakes.aws_command_line import parsed

LIVE = [case for case in every_case() if case.live is not None]
CHANGING = [case for case in LIVE if case.live is not None and case.live.takes]


PROGRAMS = ("command", "terraform.plan", "terraform.apply")


def world_of(simulated: Simulated) -> Any:
    with simulated.app.lock:
        return state_of(simulated.app.overlays)


class Remembering(UnsentAccess):
    """It remembers the parameters of the newest call as the action gave them."""

    raw: Mapping[str, Any]

    @property
    def handed_out(self) -> list[str]:
        return [value for value in self._notes.secrets if len(value) > 3]

    def _request(self, *about: Any) -> AwsRequest:
        self.raw = about[-1]
        return super()._request(*about)


@functools.cache
def access_to(url: str, account: str, simulated: Simulated) -> Remembering:
    """Clients that only look, made once: making them costs more than looking."""
    key = key_of(ACCOUNTS[account].id)
    sessions = AwsSessions(
        accounts={account: Account(id=ACCOUNTS[account].id)},
        own=account,
        home_region=RECOVERY,
        run=RUN,
        now=simulated.now,
        world=World(simulated=True, endpoint_url=url),
        keys=Keys(key.access_key, key.secret_key),
    )
    return Remembering(sessions, url)


def looked(case: Case, simulated: Simulated, driver: Driver, *, undo: bool = False, unreachable: str = "") -> Found:
    """What the step would do next in the world as it is, found out as `drctl manual` does."""
    assert case.live is not None
    access = access_to(simulated.url, case.account or "production", simulated)
    notes = Notes(unreachable=unreachable)
    discretion = Discretion(notes, dict(case.params), lambda text: False)
    access.note_in(notes, discretion)
    probes = replace(case.live.probes, http=HttpxProbe(simulated.url)) if case.live.over_http else case.live.probes
    ctx = StepContext(
        run=RUN,
        step=STEP,
        aws=access.for_account(case.account),
        probes=unsent_probes(probes, notes, discretion),
        programs=_Unstarted(case.live.programs, discretion),
        tags={OWNER_TAG: RUN, "drctl:step-id": STEP, "drctl:runbook": "laws", "drctl:mode": "drill"},
        token="6f1d7e0a-0d53-5c0e-9d2e-6b9c4a3f1d77",
        answer=case.live.answer,
    )
    return next_of(case.bound, driver.past, ctx, access, notes, undo=undo)


class _Unstarted:
    """The programs of a case, of which none is started here."""

    def __init__(self, programs: Any, discretion: Discretion) -> None:
        self._programs, self._discretion = programs, discretion

    def __getattr__(self, name: str) -> Any:
        return getattr(self._programs, name)

    def start(self, request: ProgramRequest) -> NoReturn:
        raise Unsent(program_asked(request, self._discretion))


def assert_same_call(request: AwsRequest) -> dict[str, Any]:
    """The line is one that the AWS command line takes, for that call; the parameters that it would send."""
    commands = aws_commands(request)
    files = {words[-1]: shlex.split(words[2])[0].encode() for words in commands if words[0] == "printf"}
    service, operation, params, given = parsed(" ".join(commands[-1]), files)
    assert (service, operation, given["region"]) == (request.service, request.operation, request.region)
    assert given["endpoint-url"] == request.endpoint_url
    assert set(params) == {argument.name for argument in request.arguments}
    return params


def assert_same(sent: Any, meant: Any) -> None:
    """What would be sent is what the action gave, but for what stands in place of a secret."""
    if isinstance(meant, Mapping) and isinstance(sent, dict):
        assert set(sent) == set(meant)
        for name, value in meant.items():
            assert_same(sent[name], value)
    elif isinstance(meant, list | tuple) and isinstance(sent, list):
        assert len(sent) == len(meant)
        for one, other in zip(sent, meant, strict=True):
            assert_same(one, other)
    elif not _stands_for_a_secret(sent):
        assert sent == _sent(meant)


def assert_tells_no_secret(found: Found, access: Remembering) -> None:
    """None of the secrets that the step was handed while it looked stands in what is typed."""
    lines = [line for request in (*found.does, *found.looks) for line in typed(request).lines]
    for value in access.handed_out:
        assert not [line for line in lines if value in line]


def _stands_for_a_secret(sent: Any) -> bool:
    text = sent.decode("utf-8", "replace") if isinstance(sent, bytes) else str(sent)
    return text in (f"${VARIABLE}", f"<{VARIABLE}>")


def _sent(meant: Any) -> Any:
    if isinstance(meant, Mapping):
        return f"{meant['Bucket']}/{meant['Key']}?versionId={meant['VersionId']}"
    if isinstance(meant, datetime):
        return meant.isoformat()
    return meant


@pytest.mark.parametrize("case", CHANGING, ids=str)
def test_every_change_is_told_as_a_command_that_makes_it_and_nothing_is_sent(case: Case, simulated: Simulated) -> None:
    assert case.live is not None
    case.live.plant(simulated)
    driver = Driver(case, simulated)
    told: list[str] = []
    for _ in range(200):
        decision, evidence = driver.look()
        before = len(simulated.calls())
        state = world_of(simulated) if isinstance(decision, Change) else None
        found = looked(case, simulated, driver)
        assert len(simulated.calls()) == before
        assert state is None or world_of(simulated) == state
        assert_tells_no_secret(found, access_to(simulated.url, case.account or "production", simulated))
        match decision:
            case Change(summary=summary):
                assert found.stance is Stance.CHANGE, found
                assert found.says == summary
                (request,) = found.does
                if isinstance(request, AwsRequest):
                    assert f"{request.service}:{request.operation}" in case.action.spec.operations
                    access = access_to(simulated.url, case.account or "production", simulated)
                    assert_same(assert_same_call(request), access.raw)
                if decision.name not in told:
                    told.append(decision.name)
                if driver._settled(decision):
                    driver.act(decision)
                simulated.advance(POLL)
            case Wait(again_in=again_in):
                # A stand-in for a program goes on whenever somebody looks.
                assert found.stance is Stance.WAIT or case.kind in PROGRAMS
                simulated.advance(again_in or POLL)
            case Refuse():
                raise AssertionError(decision)
            case Done() if evidence is not None and evidence.holds:
                assert found.stance is Stance.DONE
                break
            case Done(apart=apart):
                simulated.advance(apart)
        for request in found.looks:
            if isinstance(request, AwsRequest):
                assert_same_call(request)
    assert set(told) == set(case.live.takes)


UNDONE = [case for case in LIVE if case.live is not None and case.live.undo_takes and case.kind not in PROGRAMS]


@pytest.mark.parametrize("case", UNDONE, ids=str)
def test_what_takes_a_step_back_is_told_as_well(case: Case, simulated: Simulated) -> None:
    assert case.live is not None
    case.live.plant(simulated)
    driver = Driver(case, simulated)
    driver.converge()
    before = len(simulated.calls())

    found = looked(case, simulated, driver, undo=True)

    assert len(simulated.calls()) == before
    decision, _ = driver.look(undo=True)
    if isinstance(decision, Change):
        assert found.says == decision.summary
        (request,) = found.does
        if isinstance(request, AwsRequest):
            assert_same_call(request)
    else:
        assert not found.does


def test_where_nobody_answers_what_would_be_asked_is_told_all_the_same(simulated: Simulated) -> None:
    (case,) = [case for case in CHANGING if str(case) == "rds.restore_snapshot"]
    found = looked(case, simulated, Driver(case, simulated), unreachable="the world is gone")

    assert found.stance is Stance.UNKNOWN
    assert "the world is gone" in found.says
    (look,) = found.looks
    assert isinstance(look, AwsRequest)
    assert assert_same_call(look) == {"DBInstanceIdentifier": case.params["instance"]}
