"""What every command shares: how to answer, and where state lives."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import IO


class Invocation:
    """One call of `drctl`. The shared options (`drctl.cli.options`) fill it in before the command runs."""

    def __init__(self, arguments: Sequence[str]) -> None:
        # Read ahead of click, because a mistake in the arguments has to be told as JSON too.
        self.json = wants_json(arguments)
        self.verbose = 0
        self.no_color = False
        self.given_state_dir: Path | None = None
        self.state_dir_on_command_line = False

    @property
    def state_dir(self) -> Path:
        """`--state-dir`, else `$DRCTL_STATE_DIR`, else the platform's state folder."""
        if self.given_state_dir is not None:
            return self.given_state_dir
        if named := os.environ.get("DRCTL_STATE_DIR"):
            return Path(named)
        from platformdirs import user_state_path

        return user_state_path("drctl")

    def colour(self, stream: IO[str]) -> bool:
        """Whether `stream` takes colours: a terminal, and nobody asked for none."""
        wanted = not self.no_color and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        return wanted and stream.isatty()

    def command(self, text: str) -> str:
        """A command of drctl to type next: with the state folder where this call was given one, and with the
        path of drctl where it is not found by its name (as in an environment that is not active)."""
        import shutil

        typed = Path(sys.argv[0])
        if typed.name == "drctl" and os.sep in sys.argv[0] and shutil.which("drctl") is None:
            text = f"{typed} {text.removeprefix('drctl ')}"
        if not self.state_dir_on_command_line:
            return text
        import shlex

        return f"{text} --state-dir {shlex.quote(str(self.state_dir))}"


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether the arguments ask for one JSON document on stdout."""
    asked = {"--output", "--format"}
    spelt = any(f"{name}=json" in arguments for name in asked)
    return spelt or any(name in asked and value == "json" for name, value in pairwise(arguments))


def width() -> int:
    """The columns to write in: the terminal's, from 80 to 120; 100 where there is no terminal."""
    if not sys.stdout.isatty():
        return 100
    import shutil

    return min(max(shutil.get_terminal_size().columns, 80), 120)
