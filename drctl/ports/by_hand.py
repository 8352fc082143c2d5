"""What a step would ask of the world, written down so that a person can ask it instead."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from drctl.errors import DrctlError
from drctl.model.values import Json
from drctl.ports.dns import DnsQuestion
from drctl.ports.postgres import PostgresQuestion
from drctl.ports.redis import RedisQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Stands where a value was that is not to be shown."""

    source: AwsRequest | None = None
    """The call that hands the value out; None where nobody knows one."""
    field: str = ""
    """The member of that call's answer that holds it."""
    key: str = ""
    """Where that member is a JSON object: the key whose value it is."""


Pieces: TypeAlias = "tuple[str | Secret, ...]"
"""A text, with a Secret wherever something in it is not to be shown."""


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
class HttpAsked:
    """One request over HTTP."""

    method: str
    url: Pieces
    headers: tuple[tuple[str, Pieces], ...] = ()
    body: Pieces = ()
    connect_to: str | None = None
    timeout_s: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAsked:
    """What a database or a cache is asked; `question` is without its password."""

    question: PostgresQuestion | RedisQuestion
    password: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramAsked:
    """A program to start in `folder`."""

    argv: tuple[Pieces, ...]
    folder: str
    environment: tuple[tuple[str, Pieces], ...] = ()
    account: str | None = None
    """The twelve-digit id of the account that it works in."""
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAsked:
    """End the program that was started under `key`."""

    key: str


Request: TypeAlias = AwsRequest | HttpAsked | StoreAsked | DnsQuestion | ProgramAsked | StopAsked


class Unsent(BaseException):
    """A request that would change something, and that was kept from leaving.

    No `Exception`: an action that is lenient with what AWS answers must not take this for an answer.
    """

    def __init__(self, request: Request) -> None:
        super().__init__("not sent")
        self.request = request


class Unreachable(DrctlError):
    """There is no world to ask, or not enough is known to ask it anything."""

    name = "unreachable"


@dataclass(slots=True)
class Notes:
    """What was asked while a step looked, in order, and the secrets it was handed."""

    asked: list[Request] = field(default_factory=list)
    unreachable: str = ""
    """Why nothing may be sent at all, where that is so: what would be asked is noted all the same."""
    untried: bool = False
    """Whether a question was asked without the part of it that writes."""
    secrets: dict[str, Secret] = field(default_factory=dict, repr=False)
    """By the values that must not be shown."""

    def add(self, request: Request) -> None:
        """Write it down, once. Raises Unreachable where it may not be sent."""
        if request not in self.asked:
            self.asked.append(request)
        if self.unreachable:
            raise Unreachable(self.unreachable)


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

    def pieces(self, text: str) -> Pieces:
        """`text`, with a Secret in place of each secret that it holds."""
        if not text:
            return ()
        if text in self._notes.secrets:
            return (self._notes.secrets[text],)
        for value in sorted(self._notes.secrets, key=len, reverse=True):
            if len(value) >= _TELLING and value in text:
                before, _, after = text.partition(value)
                return (*self.pieces(before), self._notes.secrets[value], *self.pieces(after))
        return (Secret(),) if self._looks_secret(text) else (text,)

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
    """The next call that changes something."""
    may_do: tuple[Request, ...] = ()
    """Where that cannot be told: the calls it would be one of, with what is not known left open."""
    looks: tuple[Request, ...] = ()
    """What shows how things are, and whether it has worked."""
    params: Mapping[str, Json] = field(default_factory=dict)
    """The step's parameters, as far as they are known."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Steps of a run, for whoever goes on without drctl."""

    run: str
    runbook: str
    simulated_at: str | None
    """Where the simulated AWS of the run is; None for the real one."""
    steps: tuple[ByHand, ...]
    undo: bool = False
    """Whether it is about taking the steps back."""
    prepare: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Lines to type before the commands of an account, by its id."""
