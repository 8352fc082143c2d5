"""An environment's YAML → the model, with every problem at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from drctl.loading.described import load_described
from drctl.loading.environment_approvals import check_approvals
from drctl.loading.environment_beacons import check_beacons
from drctl.loading.environment_isolation import check_isolation
from drctl.loading.environment_plan import check_plan
from drctl.loading.referee import Referee
from drctl.loading.schemas import schema_of
from drctl.loading.shapes import GAP
from drctl.loading.yaml_source import Path
from drctl.model.account_alias import ACCOUNT_ALIAS
from drctl.model.environment import Environment, EnvironmentAccount
from drctl.model.finding import Severity
from drctl.model.notification import NotificationTarget
from drctl.model.problem import Problem
from drctl.model.region import parse_region
from drctl.model.values import Json

SIMULATED = "simulated"
"""The environment that is built in; no file can be called this."""

_ID = re.compile(r"\d{12}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_ROLE = re.compile(r"arn:aws(?:-[a-z]+)*:iam::(\d{12}):role/[\w+=,.@/-]+")
_DEVICE = re.compile(r"arn:aws(?:-[a-z]+)*:iam::\d{12}:(?:mfa|u2f)/[\w+=,.@/-]+")
_PARAMETER = re.compile(r"/?[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+){0,15}")
_OWNED = re.compile(r"arn:aws(?:-[a-z]+)*:[a-z0-9-]+:[a-z0-9*?-]*:(?:\d{12}|\*|):\S+")


def load_environment(text: str, file: str) -> tuple[Environment | None, tuple[Problem, ...]]:
    """The environment that `text` describes, or (None and) everything that is wrong with it, in the order of the file.

    `file` is the name that problems show. Never raises for what `text` holds.
    """
    return load_described(text, file, Environment, _check)


def environment_schema() -> Mapping[str, Json]:
    """The JSON Schema of an environment's file."""
    return schema_of(Environment, "A drctl environment: where runbooks run, and what is allowed there")


def _check(referee: Referee, environment: Environment) -> None:
    _matches(referee, ("environment",), environment.name, _NAME, "a name of letters, digits, - and _")
    if environment.name == SIMULATED:
        referee.wrong(("environment",), f"{SIMULATED!r} is built in; choose another name")
    for name, account in environment.accounts.items():
        _check_account(referee, ("accounts", name), account)
    referee.refer(("default_account",), environment.default_account, "account", environment.accounts, ("accounts",))
    _check_lists(referee, environment)
    for name, value in environment.variables.items():
        _matches(referee, ("variables", name), name, _NAME, "a name of letters, digits, - and _", at_key=True)
        if value is None:
            referee.wrong(("variables", name), "expected text, a number, true or false, or a list or mapping of them")
    if environment.home_region is not None and environment.home_region not in environment.regions:
        referee.refer(("home_region",), environment.home_region, "Region", environment.regions, ("regions",))
    if environment.marker is not None:
        wanted = "the name of a parameter, such as /drctl/environment"
        _matches(referee, ("marker",), environment.marker, _PARAMETER, wanted)
    for index, target in enumerate(environment.notify):
        _check_target(referee, ("notify", index), target, environment)
    if environment.kill_switch is not None:
        wanted = "the name of a parameter, such as /drctl/stop"
        _matches(referee, ("kill_switch",), environment.kill_switch, _PARAMETER, wanted)
    for index, pattern in enumerate(environment.drill_owned):
        _check_owned(referee, ("drill_owned", index), pattern)
    check_isolation(referee, environment)
    for index, alarm in enumerate(environment.stop_alarms):
        at: Path = ("stop_alarms", index)
        referee.refer((*at, "account"), alarm.account, "account", environment.accounts, ("accounts",))
        _check_region(referee, (*at, "region"), alarm.region)
    check_approvals(referee, environment)
    _check_findings(referee, environment)
    if environment.endpoint_url is not None:
        _check_endpoint(referee, environment.endpoint_url)
    check_plan(referee, environment)
    check_beacons(referee, environment)


def _check_target(referee: Referee, at: Path, target: NotificationTarget, environment: Environment) -> None:
    if len(target.ways) != 1:
        given = " and ".join(target.ways) or "none of them"
        referee.wrong(at, f"expected one of webhook_secret, topic and sender, got {given}")
    if (target.sender is None) is not (not target.receivers):
        referee.wrong(at, "`sender` and `receivers` go together")
    referee.refer((*at, "account"), target.account, "account", environment.accounts, ("accounts",))
    _check_region(referee, (*at, "region"), target.region)
    if not target.when:
        referee.wrong((*at, "when"), "expected at least one")


def _check_findings(referee: Referee, environment: Environment) -> None:
    policy = environment.findings
    if policy.owner and policy.owner != GAP and not policy.owner.strip():
        referee.wrong(("findings", "owner"), "expected text, got nothing but blanks")
    for severity in Severity:
        if not policy.due.of(severity):
            referee.wrong(("findings", "due", severity.value), "expected a duration longer than nothing")


def _check_owned(referee: Referee, at: Path, pattern: str) -> None:
    _matches(referee, at, pattern, _OWNED, "an ARN, such as arn:aws:sqs:eu-west-1:222222222222:drill-*")
    if set(pattern.split(":", 5)[-1]) <= {"*", "?"}:
        referee.wrong(at, "leaves everything to a drill; name what is a drill's own")


def _check_account(referee: Referee, at: Path, account: EnvironmentAccount) -> None:
    _matches(referee, (*at, "id"), account.id, _ID, "twelve digits in quotes")
    if account.alias is not None:
        _matches(referee, (*at, "alias"), account.alias, ACCOUNT_ALIAS, "an account alias such as amply-production")
    if account.mfa_serial is not None:
        wanted = "the ARN of a device, such as arn:aws:iam::111111111111:mfa/anna"
        _matches(referee, (*at, "mfa_serial"), account.mfa_serial, _DEVICE, wanted)
    if account.role is None and account.mfa_serial is not None:
        referee.wrong((*at, "mfa_serial"), "has no role that would ask for it")
    if not timedelta(minutes=15) <= account.session <= timedelta(hours=12):
        referee.wrong((*at, "session"), "expected 15m to 12h")
    if account.role is not None:
        role = _ROLE.fullmatch(account.role)
        if role is None:
            wanted = "the ARN of a role, such as arn:aws:iam::111111111111:role/drctl-recovery"
            _matches(referee, (*at, "role"), account.role, _ROLE, wanted)
        elif _ID.fullmatch(account.id) and role[1] != account.id:
            referee.wrong((*at, "role"), f"is a role of account {role[1]}, and this account is {account.id}")


def _check_lists(referee: Referee, environment: Environment) -> None:
    for index, region in enumerate(environment.regions):
        _check_region(referee, ("regions", index), region)
    lists: Mapping[str, tuple[str, ...]] = {"regions": environment.regions, "modes": environment.modes}
    for key, values in lists.items():
        if not values:
            referee.wrong((key,), "expected at least one")
        for index, value in enumerate(values):
            if value in values[:index]:
                referee.wrong((key, index), f"{str(value)!r} is here twice")


def _check_region(referee: Referee, at: Path, region: str) -> None:
    try:
        parse_region(region)
    except ValueError as error:
        if region != GAP:
            referee.wrong(at, str(error))


def _check_endpoint(referee: Referee, url: str) -> None:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fine = False
    if "@" in url:
        # Not repeated: it goes into messages and, with the environment, into the journal.
        referee.wrong(("endpoint_url",), "has a user or a password in it, which would be recorded; leave them out")
        return
    if not fine:
        referee.wrong(("endpoint_url",), f"expected a URL such as https://localhost:4566, got {url!r}")


def _matches(
    referee: Referee, at: Path, text: str, form: re.Pattern[str], wanted: str, *, at_key: bool = False
) -> None:
    if text != GAP and form.fullmatch(text) is None:
        referee.wrong(at, f"expected {wanted}, got {text!r}", at_key=at_key)
