"""What a person types to ask what a step would ask: `aws`, `curl`, `psql`, `redis-cli`, `dig`, or a program itself.

No secret stands in any of it: where one is needed there is a variable of the shell, and before it the line that sets it
where it is known how. Sources: the manual pages of curl, psql (and libpq's "Connection Strings"), redis-cli and dig.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from drctl.ports.by_hand import AwsRequest, HttpAsked, Pieces, ProgramAsked, Request, Secret, StopAsked, StoreAsked
from drctl.ports.dns import DnsQuestion
from drctl.ports.postgres import BeaconRows, PostgresQuestion
from drctl.ports.redis import RedisQuestion
from drctl.report.aws_command_line import VARIABLE, assigned, aws_commands, quoted, to_fill_in


@dataclass(frozen=True, slots=True)
class Typed:
    """The lines to type, in order, and the places in them where a person has to put a secret."""

    commands: tuple[tuple[str, ...], ...]
    """Each in words of the shell."""
    fill_in: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        return [" ".join(words) for words in self.commands]


def typed(request: Request, proxy: str | None = None) -> Typed:
    """What to type for `request`. `proxy` is the simulated AWS, which plays everything outside of AWS too."""
    match request:
        case AwsRequest():
            return Typed(tuple(tuple(words) for words in aws_commands(request)), tuple(to_fill_in(request)))
        case HttpAsked():
            return _curl(request, proxy)
        case StoreAsked(question=PostgresQuestion() as question, password=password):
            return _with_password("PGPASSWORD", password, _psql(question))
        case StoreAsked(question=RedisQuestion() as question, password=password):
            return _with_password("REDISCLI_AUTH", password, *_redis(question))
        case DnsQuestion():
            return Typed((tuple(_dig(request)),))
        case ProgramAsked():
            return _program(request)
        case StopAsked(key=key):
            return Typed((("#", f"end the program that was started as {key}"),))
    raise AssertionError(f"nobody knows how to type {type(request).__name__}")


class _Variables:
    """The variables that stand for secrets in one command."""

    def __init__(self) -> None:
        self._held: list[Secret] = []

    def name(self, secret: Secret) -> str:
        if secret not in self._held:
            self._held.append(secret)
        place = self._held.index(secret)
        return VARIABLE if place == 0 else f"{VARIABLE}_{place + 1}"

    def word(self, pieces: Pieces, before: str = "") -> str:
        """One word of the shell."""
        if all(isinstance(piece, str) for piece in pieces):
            return quoted(before + "".join(str(piece) for piece in pieces))
        words = [quoted(piece) if isinstance(piece, str) else f'"${self.name(piece)}"' for piece in pieces]
        return (quoted(before) if before else "") + "".join(words)

    def typed(self, *commands: Iterable[str]) -> Typed:
        """`commands` after the lines that set the variables."""
        sets = [(assigned(self.name(one), one),) for one in self._held if one.source is not None]
        unknown = tuple(f"${self.name(one)}" for one in self._held if one.source is None)
        return Typed((*sets, *(tuple(words) for words in commands)), unknown)


def _curl(asked: HttpAsked, proxy: str | None) -> Typed:
    variables = _Variables()
    words = ["curl", "-sS", "-i", "--max-time", str(asked.timeout_s)]
    if asked.method == "HEAD":
        words += ["--head"]
    elif asked.method != "GET":
        words += ["-X", asked.method]
    url = asked.url
    if proxy is not None:
        # It plays every host, without TLS.
        words += ["--proxy", quoted(proxy)]
        first = str(url[0]) if url and isinstance(url[0], str) else ""
        url = (first.replace("https://", "http://", 1), *url[1:]) if first else url
    if asked.connect_to is not None:
        words += ["--connect-to", quoted(f"::{asked.connect_to}:")]
    for name, value in asked.headers:
        words += ["-H", variables.word(value, f"{name}: ")]
    if asked.body:
        words += ["--data-raw", variables.word(asked.body)]
    return variables.typed([*words, variables.word(url)])


def _psql(question: PostgresQuestion) -> list[str]:
    ca = f" sslrootcert={question.ca_file}" if question.ca_file else " sslrootcert=system"
    where = (
        f"host={question.host} port={question.port} dbname={question.database} user={question.user}"
        f" sslmode={question.sslmode}{ca if question.sslmode.startswith('verify') else ''}"
        f" connect_timeout={max(int(question.timeout.total_seconds()), 1)}"
    )
    asked = ["SELECT version(), now(), pg_is_in_recovery()"]
    if (beat := question.heartbeat) is not None:
        asked.append(f"SELECT max({_identifier(beat.column)}) FROM {_identifier(beat.table)}")  # noqa: S608 - quoted
    if question.beacons is not None:
        asked.append(_newest_beacon(question.beacons))
    if question.query is not None:
        asked.append(question.query)
    asked += [f"SELECT count(*) FROM {_identifier(table)}" for table in question.counts]  # noqa: S608 - quoted
    if question.sequences:
        asked.append("SELECT schemaname, sequencename, last_value FROM pg_sequences")
    if question.writable:
        asked.append("BEGIN; SELECT txid_current(); ROLLBACK")
    return ["psql", quoted(where), *(word for sql in asked for word in ("-c", quoted(sql)))]


def _newest_beacon(beacons: BeaconRows) -> str:
    where = f"store = {_literal(beacons.store)}"
    if beacons.environment is not None:
        where += f" AND environment = {_literal(beacons.environment)}"
    return f"SELECT * FROM {_identifier(beacons.table)} WHERE {where} ORDER BY at DESC LIMIT 1"  # noqa: S608 - quoted


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _identifier(name: str) -> str:
    return ".".join(f'"{part}"' for part in name.split("."))


def _redis(question: RedisQuestion) -> list[list[str]]:
    to = ["redis-cli", "-h", quoted(question.host), "-p", str(question.port)]
    to += ["--tls"] if question.tls else []
    to += ["--cacert", quoted(question.ca_file)] if question.tls and question.ca_file else []
    to += ["--user", quoted(question.user)] if question.user else []
    asked = [["ROLE"], ["DBSIZE"]]
    if question.write_key is not None:
        asked.append(["SET", quoted(question.write_key), "drctl", "EX", "60"])
    if question.beacon_key is not None:
        asked.append(["GET", quoted(question.beacon_key)])
    return [[*to, *words] for words in asked]


def _with_password(variable: str, password: Secret | None, *commands: list[str]) -> Typed:
    if password is None:
        return Typed(tuple(tuple(words) for words in commands))
    variables = _Variables()
    given = f"{variable}={variables.word((password,))}"
    return variables.typed(*([given, *words] for words in commands))


def _dig(question: DnsQuestion) -> list[str]:
    words = ["dig", *([f"@{question.server}"] if question.server else [])]
    words += ["-p", str(question.port)] if question.port != 53 else []
    return [*words, *([] if question.recursive else ["+norecurse"]), quoted(question.name), question.type]


def _program(asked: ProgramAsked) -> Typed:
    variables = _Variables()
    region = {"AWS_REGION": (asked.region,)} if asked.region else {}
    environment: Mapping[str, Pieces] = {**region, **dict(asked.environment)}
    given = [f"{name}={variables.word(value)}" for name, value in environment.items()]
    argv = [variables.word(word) for word in asked.argv]
    return variables.typed(["cd", quoted(asked.folder)], [*given, *argv])


def folded(words: tuple[str, ...], longest: int) -> str:
    """A command over several lines where it is longer: an option to each."""
    if len(" ".join(words)) <= longest or not any(word.startswith("--") for word in words):
        return " ".join(words)
    parts: list[list[str]] = [[]]
    for word in words:
        if word.startswith("--"):
            parts.append([])
        parts[-1].append(word)
    return " \\\n    ".join(" ".join(part) for part in parts)
