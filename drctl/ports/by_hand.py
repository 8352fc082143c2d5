"""What a step would ask of the world, written down so that a person can ask it instead."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from drctl.model.values import Json
from drctl.ports.dns import DnsQuestion
from drctl.ports.http import HttpRequest
from drctl.ports.postgres import PostgresQuestion
from drctl.ports.programs import ProgramRequest
from drctl.ports.redis import RedisQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Stands where a value was that is not to be shown."""

    source: AwsRequest | None = None
    """The call that hands the value out; None where nobody knows one."""
    field: str = ""
    """The member of that call's answer that holds it."""


class Form(StrEnum):
    """How the AWS command line takes the value of an option."""

    TEXT = "text"
    FLAG = "flag"
    """`--option`, or `--no-option` where it is false."""
    LIST = "list"
    """Several words after the option."""
    JSON = "json"
    RAW = "raw"
    """Bytes, given as they are (`--cli-binary-format raw-in-base64-out`)."""
    FILE = "file"
    """Bytes that it reads from a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One parameter of a call. `name` is AWS's own; anywhere inside `value` there may be a `Secret`."""

    name: str
    option: str
    """The option on the command line, without its dashes."""
    form: Form
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsRequest:
    """One call of AWS's API, with its parameters as they would leave."""

    service: str
    """In boto3's name."""
    operation: str
    command: str
    """The operation as the command line names it: `describe-db-instances`."""
    region: str
    account: str | None = None
    """The environment's name of the account; None for its own."""
    arguments: tuple[Argument, ...] = ()
    endpoint_url: str | None = None
    """Where it goes; None for AWS's own endpoint."""
    query: str = ""
    """What of the answer is shown, where it is not all of it."""
    streams: bool = False
    """Whether the command line wants a file for what the answer carries."""
    as_json: bool = False
    """Whether the command line would misread an option of it, so that all of them are given as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRequest:
    """End a program that was started under `key`."""

    key: str


Request: TypeAlias = (
    AwsRequest | HttpRequest | PostgresQuestion | RedisQuestion | DnsQuestion | ProgramRequest | StopRequest
)


class Unsent(BaseException):
    """A request that would change something, and that was kept from leaving.

    No `Exception`: an action that is lenient with what AWS answers must not take this for an answer.
    """

    def __init__(self, request: Request) -> None:
        super().__init__("not sent")
        self.request = request


@dataclass(slots=True)
class Notes:
    """What was asked while a step looked, in order, and the secrets it was handed."""

    asked: list[Request] = field(default_factory=list)
    untried: bool = False
    """Whether a question was asked without the part of it that writes."""
    secrets: dict[str, Secret] = field(default_factory=dict, repr=False)
    """By the values that must not be shown."""

    def add(self, request: Request) -> None:
        """Write it down, once."""
        if request not in self.asked:
            self.asked.append(request)


_TELLING = 6
"""Characters from which on a secret inside another text is looked for: a shorter one is in any text."""


class Discretion:
    """What may be shown of the values that a step works with.

    `params` are the step's own, which stand in the runbook and in the journal for everybody to read; `looks_secret`
    says of a text whether it has the look of a key.
    """

    def __init__(self, notes: Notes, params: Json, looks_secret: Callable[[str], bool]) -> None:
        self._notes, self._looks_secret = notes, looks_secret
        self._written = list(_parts(params))

    def secret_for(self, text: str) -> Secret | None:
        """What stands for `text` where it is a secret, or holds one; None where it may be shown."""
        if text in self._notes.secrets:
            return self._notes.secrets[text]
        long = [value for value in self._notes.secrets if len(value) >= _TELLING]
        held = any(value in text or json.dumps(value)[1:-1] in text for value in long)
        return Secret() if held or self._looks_secret(text) else None

    def is_written(self, text: str) -> bool:
        """Whether the runbook says so itself."""
        if text in self._written:
            return True
        try:
            return json.loads(text) in self._written
        except ValueError:
            return False


def _parts(value: Json) -> Iterator[Json]:
    yield value
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _parts(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _parts(inner)


class Stance(StrEnum):
    """What a step makes of the world as it is."""

    CHANGE = "change"
    DONE = "done"
    WAIT = "wait"
    REFUSE = "refuse"
    PERSON = "person"
    """It is a person who decides."""
    UNKNOWN = "unknown"
    """The world could not be looked at, or what the step needs is not known yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """How a person does what a step would do next."""

    step: str
    uses: str
    title: str
    state: str
    stance: Stance
    says: str
    hint: str = ""
    account: str = ""
    """The twelve-digit id of the account it works in."""
    role: str = ""
    """The role it works as."""
    does: tuple[Request, ...] = ()
    """What is asked of the world to change it: the next call only, unless `skeleton`."""
    looks: tuple[Request, ...] = ()
    """What shows whether it has worked."""
    skeleton: bool = False
    """Whether `does` and `looks` are every call that the action may make, with the values left open."""
    params: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()
