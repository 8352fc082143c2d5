"""Delete what drills have made and left: of one run, or of every drill whose time is over.

Everything that it needs is in the journal, in the environment's file and in AWS. Killed anywhere and run again, it
goes on where it was. It deletes what carries the tags of the run and of a drill, and never anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from drctl.bootstrap import preflight, texts
from drctl.bootstrap.environment_world import EnvironmentSettings, EnvironmentWorld, MfaCode
from drctl.bootstrap.records import plan_of
from drctl.bootstrap.requests import SIMULATED
from drctl.engine.cleaning import Cleaning
from drctl.engine.stocktaking import sought_of
from drctl.errors import DrctlError, JournalCorrupt, LeaseHeld, NotFound, Refused
from drctl.journal.folder import find_run
from drctl.journal.holder import this_process
from drctl.journal.sqlite import SqliteJournal
from drctl.model.cleanup import Cleaned
from drctl.model.environment import Environment
from drctl.model.events import Event, Mode, RunStarted
from drctl.model.inventory import EXPIRY_TAG, Sought, expired_runs, is_expired
from drctl.model.run import Run, RunState

Tell = Callable[[str], None]


def cleanup(
    run: str, state_dir: Path, *, dry_run: bool = False, mfa_code: MfaCode | None = None, tell: Tell = lambda line: None
) -> Cleaned:
    """Delete what the drill of that name has made and left; with `dry_run` only say what that is.

    Raises NotFound, LeaseHeld where somebody drives it, and GuardRefused where these are not its accounts.
    """
    folder = find_run(state_dir, run)
    journal = SqliteJournal.open(folder.journal)
    try:
        recorded = Run.of(journal.read())
        first = _drill(recorded, folder.run)
        known = EnvironmentSettings.read(first.settings)
        environment = known.described()
        world = EnvironmentWorld(environment, known, mode=Mode.DRILL, mfa_code=mfa_code, not_before=recorded.last_at)
        accounts = tuple(sorted(preflight.accounts_of(plan_of(recorded), environment)))
        preflight.confirm(world.access(first.run), environment, accounts)
        cleaning = _cleaning(world, environment, accounts, sought_of(recorded), journal, tell)
        cleaned = cleaning.planned() if dry_run else cleaning.go()
    finally:
        journal.release()
    # What it has changed and not made, such as a DNS record, only its own undo takes back.
    undo = f"take back what it has changed, too: drctl abort {first.run} --undo"
    return replace(cleaned, hint="" if recorded.state is RunState.FINISHED else undo)


def cleanup_expired(
    name: str,
    state_dir: Path,
    *,
    dry_run: bool = False,
    mfa_code: MfaCode | None = None,
    tell: Tell = lambda line: None,
) -> Sequence[Cleaned]:
    """Delete what any drill has made in the environment of that name and should not need any more.

    A run that somebody drives from this state folder is left alone. Raises Refused.
    """
    from drctl.aws.inventory import Places, find_tagged

    environment, settings = texts.environment_of(name)
    world = EnvironmentWorld(environment, settings, mode=Mode.DRILL, mfa_code=mfa_code)
    accounts = tuple(sorted(environment.accounts))
    access = world.access("cleanup")
    preflight.confirm(access, environment, accounts)
    found = find_tagged(access, Places(accounts, environment.regions), EXPIRY_TAG)
    now = world.clock.now()
    done = [
        _expired(run, world, environment, accounts, state_dir, now, dry_run=dry_run, tell=tell)
        for run in expired_runs(found.resources, now)
    ]
    if found.unread:
        done.append(Cleaned(run="", unread=found.unread))
    return done


def _expired(
    run: str,
    world: EnvironmentWorld,
    environment: Environment,
    accounts: tuple[str, ...],
    state_dir: Path,
    now: datetime,
    *,
    dry_run: bool,
    tell: Tell,
) -> Cleaned:
    journal: SqliteJournal | None = None
    try:
        journal = SqliteJournal.open(find_run(state_dir, run).journal)
    except NotFound:
        # Of another machine, or long gone: its tags say all that is needed.
        tell(f"{run} has no journal here")
    except LeaseHeld as held:
        return Cleaned(run=run, skipped=held.what)
    except DrctlError as error:
        tell(f"the journal of {run} takes no record of this: {error.what}")
    try:
        cleaning = _cleaning(world, environment, accounts, Sought(run=run), journal, tell)
        cleaning = replace(cleaning, wanted=lambda resource: is_expired(resource, now))
        return cleaning.planned() if dry_run else cleaning.go()
    finally:
        if journal is not None:
            journal.release()


def _drill(recorded: Run, run: str) -> RunStarted:
    first = recorded.started
    if first is None:
        raise JournalCorrupt(f"the journal of {run} has no first event")
    if first.environment == SIMULATED:
        raise Refused(f"{run} was simulated: what it made is gone with its simulated AWS", hint="drctl runs")
    if first.mode is not Mode.DRILL:
        raise Refused(f"{run} is a recovery: what it has made is in use", hint=f"drctl report {run} tells what it is")
    return first


def _cleaning(
    world: EnvironmentWorld,
    environment: Environment,
    accounts: tuple[str, ...],
    sought: Sought,
    journal: SqliteJournal | None,
    tell: Tell,
) -> Cleaning:
    import functools

    from drctl.aws.inventory import Places, take_inventory
    from drctl.aws.removal import AwsRemover
    from drctl.report.event_line import event_line

    access = world.access(sought.run)
    places = Places(accounts, environment.regions)
    ids = {name: environment.accounts[name].id for name in accounts}

    def record(events: Sequence[Event]) -> None:
        if journal is not None:
            journal.append(events)
        for event in events:
            tell(event_line(event).text)

    return Cleaning(
        sought=sought,
        take=functools.partial(take_inventory, access, places),
        remover=AwsRemover(access, ids, sought.run, environment.sts_region),
        clock=world.clock,
        by=str(this_process()),
        record=record,
        keep_lease=journal.renew if journal is not None else lambda: None,
    )
