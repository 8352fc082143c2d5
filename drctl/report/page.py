"""Text of a given width, in sections; those of a simulated run are stamped SIMULATED, every one."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from drctl.report.wording import UNKNOWN, printable

STYLES = {
    "PASSED": "bold green",
    "PASSED WITH EXCEPTIONS": "bold yellow",
    "NOT PROVEN": "bold yellow",
    "FAILED": "bold red",
    "ABORTED": "bold red",
    "finished": "green",
    "succeeded": "green",
    "running": "cyan",
    "failed": "bold red",
    "held": "bold red",
    "skipped": "yellow",
    "fell-back": "yellow",
    "undone": "dim",
    "met": "green",
    "MISSED": "bold red",
    "REGRESSED": "bold red",
    UNKNOWN: "yellow",
    "warning": "yellow",
    "serious": "bold red",
}
"""The style of a word, up to its first comma, wherever it stands alone in a cell."""


class Page:
    """What is put on it is read back with `text`."""

    def __init__(self, *, width: int, colour: bool, simulated: bool) -> None:
        self._simulated = simulated
        self._out = io.StringIO()
        self._console = Console(
            file=self._out,
            width=width,
            force_terminal=colour,
            color_system="standard" if colour else None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        )

    @property
    def text(self) -> str:
        # rich fills table cells up to their width; in a file or a diff that is noise.
        return "\n".join(line.rstrip() for line in self._out.getvalue().splitlines()) + "\n"

    def heading(self, title: str) -> None:
        stamp = " SIMULATED --" if self._simulated else ""
        rule = "-" * max(self._console.width - len(title) - len(stamp) - 4, 2)
        self._console.print(Text(f"\n-- {title} {rule}{stamp}", style="bold"), soft_wrap=True)

    def line(self, text: str, style: str = "") -> None:
        self._console.print(Text(printable(text), style=style))

    def item(self, text: str) -> None:
        self._console.print(Padding(Text(printable(text)), (0, 0, 0, 2)))

    def command(self, text: str) -> None:
        """A command, never wrapped: it is there to be copied."""
        self._console.print(Text(f"  {printable(text)}", style="bold"), soft_wrap=True)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", show_header=any(columns))
        for place, column in enumerate(columns):
            # The first column names things; a name that is cut in two cannot be copied.
            table.add_column(column, no_wrap=place == 0, overflow="fold")
        for row in rows:
            table.add_row(*(Text(printable(cell), style=STYLES.get(cell.split(",")[0], "")) for cell in row))
        self._console.print(Padding(table, (0, 0, 0, 2)))
