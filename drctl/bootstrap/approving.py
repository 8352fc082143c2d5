"""Who is asked in a run, and answers that come with a token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from drctl.bootstrap.environment_world import EnvironmentSettings, EnvironmentWorld, MfaCode
from drctl.bootstrap.reaching import present
from drctl.bootstrap.records import plan_of
from drctl.bootstrap.requests import SIMULATED
from drctl.bootstrap.world import RunWorld
from drctl.dispatch.by_order import ByOrder
from drctl.dispatch.policy import ApprovedByPolicy
from drctl.errors import DrctlError, Refused, SimulationGone
from drctl.journal.folder import RunFolder
from drctl.journal.reading import read_journal
from drctl.model import events as e
from drctl.model.approval_request import request_now
from drctl.model.approval_token import TokenInvalid, verified
from drctl.model.run import Run
from drctl.ports.approvals import Approvals


class TokenRefused(Refused):
    """A token that is not signed here, has expired, or is not for what it was given for."""

    name = "token-refused"


class TokenUnreadable(DrctlError):
    """The key that tokens are verified with cannot be read."""

    name = "token-unreadable"
    default_note = "nothing was changed"


@dataclass(frozen=True, slots=True)
class Open:
    """A request as it stands, and what was answered to it."""

    asked: e.ApprovalAsked
    answers: tuple[e.AnswerGiven, ...]


def people(first: e.RunStarted, approve: e.Approve, terminal: Approvals | None, world: RunWorld) -> Approvals | None:
    """Who answers in a run: a policy in a drill that nobody watches, this terminal, or whoever orders from elsewhere.

    None where nobody can be waited for: the run is held then, for it would wait for ever.
    """
    if approve is e.Approve.AUTO and first.mode is not e.Mode.RECOVER:
        return ApprovedByPolicy()
    if terminal is None and first.environment != SIMULATED:
        now = world.clock.now()
        runs_by_itself = world.clock.wall_until(now + timedelta(seconds=1)) is not None
        return ByOrder() if runs_by_itself else None
    return terminal


def open_request(folder: RunFolder, step: str) -> Open | None:
    """What that step asks, on the evidence as it is now; None where it asks nothing."""
    run = Run.of(read_journal(folder.journal))
    recorded = run.step(step)
    if recorded.asked is None:
        return None
    asked = request_now(recorded.asked, run, plan_of(run), run.last_at or recorded.asked.at)
    return Open(asked, recorded.answers if asked is recorded.asked else ())


def evidence_of_token(folder: RunFolder, step: str, token: str, *, approves: bool, mfa_code: MfaCode | None) -> str:
    """The hash of the evidence that a token answers to, once the token is known to be good for that answer.

    Raises TokenRefused, and TokenUnreadable where the key cannot be read.
    """
    run = Run.of(read_journal(folder.journal))
    first = run.started
    if first is None or first.environment == SIMULATED:
        raise TokenRefused("nobody signs tokens in a simulated drill", hint="leave --token out")
    try:
        claims = verified(token.strip(), _key(first, run.last_at, mfa_code), _now(first, run.last_at))
    except TokenInvalid as error:
        raise TokenRefused(f"the token is refused: {error}", hint=f"drctl status {folder.run}") from None
    asked = run.step(step).asked
    meant = (first.run, step, asked.epoch if asked is not None else 0, approves)
    if (claims.run, claims.step, claims.epoch, claims.approved) != meant:
        what = "approves" if claims.approved else "rejects"
        context = [f"it {what} {claims.step} of {claims.run}, as it was asked in attempt {claims.epoch}"]
        raise TokenRefused("the token is refused: it is for something else", context=context)
    return claims.sha256


def _key(first: e.RunStarted, last_at: datetime | None, mfa_code: MfaCode | None) -> bytes:
    from drctl.aws.secretsmanager import open_secret

    settings = EnvironmentSettings.read(first.settings)
    environment = settings.described()
    chat = environment.approvals.chat
    if chat is None:
        raise TokenRefused(f"nobody signs tokens in {environment.name}: it has no approvals.chat")
    access = EnvironmentWorld(environment, settings, mode=first.mode, mfa_code=mfa_code, not_before=last_at).access(
        first.run
    )
    try:
        secrets = access.for_account(chat.account).client("secretsmanager", chat.region)
        return open_secret(secrets, chat.signing_secret).value.encode()
    except DrctlError:
        raise
    except Exception as error:
        failure = access.classify(error)
        if failure is None:
            raise
        raise TokenUnreadable(
            f"the secret {chat.signing_secret} cannot be read: {access.without_secrets(str(failure))}",
            hint="approve without a token: leave --token and --by out",
        ) from None


def _now(first: e.RunStarted, last_at: datetime | None) -> datetime:
    try:
        return present(first, last_at)
    except SimulationGone:
        return last_at or first.at
