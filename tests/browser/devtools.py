"""A real Chromium, driven over the DevTools protocol by a pipe: no port, no driver, nothing to install beside it.

Messages are JSON, each ended by a NUL; Chromium reads them at descriptor 3 and writes them to descriptor 4.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.processes import program

PATIENCE_S = 30.0
_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--remote-debugging-pipe", "--force-color-profile=srgb", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
"""Root may not run it in its sandbox; and no name is looked up by it."""


class Browser:
    """One Chromium. Its events are kept, page by page, as they come."""

    def __init__(self, asks: int, answers: int) -> None:
        self._asks, self._answers = asks, answers
        self._half = b""
        self._count = 0
        self.events: dict[str, list[Mapping[str, Any]]] = {}

    def ask(self, method: str, session: str | None = None, **params: Any) -> Any:
        """The result of a command; AssertionError where the browser refuses it, or says nothing."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": params}
        asked = json.dumps({**message, "sessionId": session} if session else message)
        written = memoryview(asked.encode() + b"\0")
        while written:
            written = written[os.write(self._asks, written) :]
        for said in self._said():
            if said.get("id") == self._count:
                assert "error" not in said, f"{method}: {said['error']}"
                return said["result"]
            self.events.setdefault(said.get("sessionId", ""), []).append(said)
        raise AssertionError("unreachable")

    def _said(self) -> Iterator[Mapping[str, Any]]:
        give_up = time.monotonic() + PATIENCE_S
        while True:
            while b"\0" not in self._half:
                assert time.monotonic() < give_up, "the browser says nothing"
                if select.select([self._answers], [], [], 1)[0]:
                    got = os.read(self._answers, 1 << 20)
                    assert got, "the browser has gone"
                    self._half += got
            one, _, self._half = self._half.partition(b"\0")
            yield json.loads(one)

    def open(self, file: Path, *, width: int = 1280, height: int = 900, scheme: str = "light") -> Page:
        """A page of its own with that file, loaded, on a screen of that width."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session, target)
        for domain in ("Page", "Runtime", "Network", "Log", "Accessibility"):
            page.ask(f"{domain}.enable")
        page.look(width=width, height=height, scheme=scheme)
        page.ask("Page.navigate", url=file.as_uri())
        page.wait_for("Page.loadEventFired")
        return page


@dataclass
class Page:
    """A page that is open."""

    browser: Browser
    session: str
    target: str

    def ask(self, method: str, **params: Any) -> Any:
        return self.browser.ask(method, self.session, **params)

    @property
    def events(self) -> Sequence[Mapping[str, Any]]:
        """What the browser has told of it so far."""
        return self.browser.events.get(self.session, [])

    def of(self, method: str) -> list[Any]:
        """What was told with each event of that name."""
        return [event["params"] for event in self.events if event["method"] == method]

    @property
    def asked_for(self) -> list[str]:
        """What it has asked for, but for what is written in it itself."""
        asked = [request["request"]["url"] for request in self.of("Network.requestWillBeSent")]
        return [url for url in asked if not url.startswith("data:")]

    @property
    def complaints(self) -> list[Any]:
        """Every message of its console: its own, an exception's, and the browser's."""
        told = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
        return [params for name in told for params in self.of(name)]

    def wait_for(self, event: str) -> None:
        give_up = time.monotonic() + PATIENCE_S
        while not self.of(event):
            assert time.monotonic() < give_up, f"no {event}"
            self.evaluate("0")

    def look(self, *, width: int, height: int = 900, scheme: str = "light") -> None:
        """Have it looked at on another screen."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, screenWidth=width, screenHeight=height, deviceScaleFactor=1, mobile=width < 500,
        )  # fmt: skip
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", media="", features=features)

    def evaluate(self, expression: str) -> Any:
        """The value of JavaScript of ours, which runs beside the page whatever its own policy says."""
        done = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def picture(self, *, whole: bool = True) -> bytes:
        """What it looks like, as PNG."""
        taken = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(taken["data"])

    def printed(self, **options: Any) -> bytes:
        """What is printed of it, as PDF."""
        made = self.ask("Page.printToPDF", printBackground=False, preferCSSPageSize=True, **options)
        return base64.b64decode(made["data"])

    def close(self) -> None:
        self.browser.ask("Target.closeTarget", targetId=self.target)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium of its own, up until the block ends; skips the test where there is none."""
    # Debian's, past the script that starts it; or the Chrome that machines of GitHub's have, where Chromium is a snap.
    chrome = Path("/opt/google/chrome/chrome")
    path = str(chrome) if chrome.exists() else program("chromium", "chromium", "/usr/lib/chromium")
    # Far from 3 and 4, which they are to become.
    asked, asks, answers, answered = (*_far_pipe(), *_far_pipe())
    with tempfile.TemporaryDirectory(prefix="drctl-browser-", ignore_cleanup_errors=True) as profile:
        nothing = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
        given = [(os.POSIX_SPAWN_DUP2, asked, 3), (os.POSIX_SPAWN_DUP2, answered, 4)]
        command = [path, *_FLAGS, f"--user-data-dir={profile}"]
        process = os.posix_spawn(path, command, dict(os.environ), file_actions=[*nothing, *given], setsid=True)
        os.close(asked)
        os.close(answered)
        browser = Browser(asks, answers)
        try:
            yield browser
            browser.ask("Browser.close")
        finally:
            os.close(asks)
            os.close(answers)
            _end(process)


def _far_pipe() -> tuple[int, int]:
    near = os.pipe()
    reads, writes = (fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in near)
    for fd in near:
        os.close(fd)
    return reads, writes


def _end(process: int) -> None:
    """Wait for it, and not for ever: it ends when nobody holds its pipes any more."""
    give_up = time.monotonic() + 10
    while os.waitpid(process, os.WNOHANG) == (0, 0):
        if time.monotonic() > give_up:
            os.killpg(process, signal.SIGKILL)
            os.waitpid(process, 0)
            return
        time.sleep(0.02)  # noqa: TID251 - waiting for another process, not for a step
