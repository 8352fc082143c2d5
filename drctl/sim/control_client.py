"""The simulated world as a drill holds it: its time, what was done to it, and its end."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

from drctl.errors import GuardRefused, SimulationGone
from drctl.model.instant import parse_instant

_PATIENCE_S = 60
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Simulation:
    """A simulated AWS that runs somewhere on this machine. Every method raises SimulationGone where it has ended."""

    url: str
    world: str
    """Which one it is; told apart from another that came to listen at the same address."""
    onset: datetime
    """The instant its scenario struck."""
    speed: str = "instant"
    """How fast its time runs by itself; `instant` where it stands still until somebody moves it."""

    def clock(self) -> datetime:
        """The world's present instant."""
        return parse_instant(self._get("clock")["now"])

    def advance(self, to: datetime) -> datetime:
        """Move the world to `to`, never back; its present instant afterwards."""
        return parse_instant(self._post("advance", {"to": to.isoformat()})["now"])

    def calls(self, since: int = 0) -> list[Mapping[str, Any]]:
        """Every call after number `since` that may have changed something, in order."""
        found: list[Mapping[str, Any]] = self._get("calls", since=since)["calls"]
        return found

    def state(self) -> Mapping[str, Any]:
        """The resources that are there, without what differs between two equal runs."""
        found: Mapping[str, Any] = self._get("state")
        return found

    def lose(self, region: str, mode: str = "reset") -> None:
        """Have nothing that is in `region` answer any more."""
        self._post("scenario", {"lose": {region: mode}})

    def heal(self, region: str) -> None:
        """Have `region` answer again."""
        self._post("scenario", {"heal": [region]})

    def inject(self, faults: Sequence[str]) -> None:
        """Put these faults (as the command line writes them) in force instead of those before."""
        self._post("faults", {"faults": list(faults)})

    def enforce(self, policies: Mapping[str, Sequence[Any]]) -> None:
        """Have these roles, by their ARNs, do only what their policy documents allow; others do as they like.

        Raises ValueError, with nothing changed, for a document that is not understood.
        """
        self._post("access", {"roles": {role: list(documents) for role, documents in policies.items()}})

    def access(self) -> Mapping[str, Any]:
        """By enforced role: `needed`, the statements without which something had been denied, and what was `denied`."""
        found: Mapping[str, Any] = self._get("access")["roles"]
        return found

    def play_program(self, **asked: Any) -> None:
        """Have the world play a program of Terraform, unless it plays one under that key already."""
        self._post("program", asked)

    def program(self, key: str) -> Mapping[str, Any] | None:
        """How a program stands that the world plays; None where it plays none of that key."""
        found: Mapping[str, Any] | None = self._get("program", key=key)["program"]
        return found

    def program_file(self, key: str, name: str) -> str | None:
        """A file that such a program has left, in base64; None where it has left none."""
        found: str | None = self._get("program-file", key=key, file=name)["content"]
        return found

    def stop(self) -> None:
        """End the world. Nothing happens where it has ended already."""
        try:
            self._post("stop", {})
        except SimulationGone:
            return

    def _get(self, name: str, **query: Any) -> Any:
        return ask(self.url, "GET", f"{name}?{urlencode(query)}" if query else name)

    def _post(self, name: str, asked: Mapping[str, Any]) -> Any:
        return ask(self.url, "POST", name, asked)


def attach(url: str, world: str | None = None) -> Simulation:
    """The simulated AWS that listens at `url`.

    Raises SimulationGone where nothing does, or another world than `world` does.
    """
    told = ask(url, "GET", "health")
    if world is not None and told["world"] != world:
        raise gone(url, f"it is world {told['world']} now, and the run was in {world}")
    return Simulation(url, told["world"], parse_instant(told["onset"]), told["speed"])


def _loopback_port(url: str) -> int | None:
    """The port that `url` names on this machine; None where it names none there."""
    try:
        target = urlsplit(url)
        host, port = target.hostname, target.port
    except ValueError:
        return None
    return port if host == _LOOPBACK else None


def ask(url: str, method: str, name: str, asked: Mapping[str, Any] | None = None) -> Any:
    """The answer of a control endpoint. No proxy is ever asked: http.client knows of none.

    Raises GuardRefused for an address that is not this machine, SimulationGone where no simulated AWS answers,
    and ValueError, with its words, where it refuses.
    """
    port = _loopback_port(url)
    if port is None:
        raise GuardRefused(f"a simulated AWS is on {_LOOPBACK}, not at {url}")
    body = json.dumps(asked).encode() if asked is not None else None
    try:
        status, text = _asked_once(port, method, name, body)
    except (OSError, http.client.HTTPException) as error:
        raise gone(url, str(error) or type(error).__name__) from error
    if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        raise RuntimeError(f"the simulated AWS failed at {name}; its log has the traceback")
    try:
        told = json.loads(text)
    except ValueError:
        raise gone(url, "something else answers there") from None
    if status != http.HTTPStatus.OK:
        raise ValueError(f"the simulated AWS refused: {told['error']}")
    return told


# Every endpoint may be asked again: instants are absolute, and what is set is set as a whole. A connection that is cut
# under load says nothing of the world; one that is refused says that nobody is there, and is not tried again.
@retry(
    retry=retry_if_exception_type((ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected)),
    wait=wait_exponential(multiplier=0.05, max=0.4),
    stop=stop_after_attempt(4),
    reraise=True,
)
def _asked_once(port: int, method: str, name: str, body: bytes | None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(_LOOPBACK, port, timeout=_PATIENCE_S)
    try:
        connection.request(method, f"/_sim/{name}", body, {"Content-Type": "application/json", "Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def gone(url: str, why: str) -> SimulationGone:
    """The error that says what became of a simulated AWS, and what can still be done."""
    return SimulationGone(
        "the simulated AWS of this run has ended",
        context=[f"nothing of it answers at {url}: {why}"],
        note="what is recorded of the run stays; its simulated resources are gone",
        hint="start the drill again: a simulated AWS cannot be brought back",
    )
