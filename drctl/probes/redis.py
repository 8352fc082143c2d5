"""Redis and Valkey for checks: a connection of its own for each look, and nothing kept but a key for a minute."""

from __future__ import annotations

import socket
import ssl
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from drctl.ports.redis import RedisAnswer, RedisQuestion

if TYPE_CHECKING:
    import redis

_KEPT_S = 60
"""How long a key stays that was written, where nobody deletes it before."""


class RedisPyProbe:
    """Asks with redis-py."""

    def ask(self, question: RedisQuestion) -> RedisAnswer:
        return answered(question, lambda client: _ask(client, question))


def answered(question: RedisQuestion, ask: Callable[[Any], RedisAnswer]) -> RedisAnswer:
    """What `ask` makes of a connection of its own, which is closed again; or why there is no answer."""
    # Imported here: a command that asks no cache should not pay for loading it.
    import redis

    client = _client(question)
    try:
        return ask(client)
    except (redis.RedisError, OSError) as error:
        return _failure(error)
    finally:
        client.close()


def _ask(client: Any, question: RedisQuestion) -> RedisAnswer:
    client.ping()
    role = client.execute_command("ROLE")
    keys = client.execute_command("DBSIZE")
    wrote, write_failure = _try_to_write(client, question.write_key) if question.write_key else (None, "")
    beacon = client.execute_command("GET", question.beacon_key) if question.beacon_key else None
    return RedisAnswer(
        role=_text(role[0]),
        server_version=_version(client),
        keys=int(keys),
        wrote=wrote,
        write_failure=write_failure,
        beacon=None if beacon is None else _text(beacon),
    )


def _try_to_write(client: Any, key: str) -> tuple[bool, str]:
    import redis

    written = uuid.uuid4().hex
    try:
        client.execute_command("SET", key, written, "EX", _KEPT_S)
        read = _text(client.execute_command("GET", key))
    except redis.ResponseError as error:
        return False, str(error)
    return (True, "") if read == written else (False, f"{key} was set, and something else was read")


def _version(client: Any) -> str:
    """Empty where the user may not ask: a check for data does not need it."""
    import redis

    try:
        told = _text(client.execute_command("INFO", "server"))
    except redis.ResponseError:
        return ""
    lines = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
    return lines.get("valkey_version") or lines.get("redis_version", "")


def _client(question: RedisQuestion) -> redis.Redis:
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    seconds = question.timeout.total_seconds()
    secured: dict[str, Any] = {}
    if question.tls:
        secured = {"ssl": True, "ssl_check_hostname": True, "ssl_cert_reqs": "required"}
        if question.ca_file is not None:
            secured["ssl_ca_certs"] = question.ca_file
    client = redis.Redis(
        host=question.host,
        port=question.port,
        username=question.user,
        password=question.password.text if question.password is not None else None,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        single_connection_client=False,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
        **secured,
    )
    # The answers are read as they come: what redis-py makes of them differs from release to release.
    client.response_callbacks.clear()
    return client


def _failure(error: BaseException) -> RedisAnswer:
    import redis

    detail = " ".join(str(error).split())[:300]
    causes = list(_causes(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return RedisAnswer(failure="dns", detail=detail)
    if any(isinstance(cause, ssl.SSLError) for cause in causes) or "SSL" in detail:
        return RedisAnswer(failure="tls", detail=detail)
    match error:
        case redis.AuthenticationError() | redis.exceptions.AuthenticationWrongNumberOfArgsError():
            kind = "auth"
        case redis.TimeoutError() | TimeoutError():
            kind = "timeout"
        case redis.exceptions.InvalidResponse():
            kind = "protocol"
        case redis.BusyLoadingError() | redis.ResponseError():
            kind = "auth" if detail.startswith(("WRONGPASS", "NOAUTH")) else "denied"
        case _:
            kind = "connect"
    return RedisAnswer(failure=kind, detail=detail)


def _causes(error: BaseException | None) -> Any:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
