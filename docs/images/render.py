"""Terminal output with its colours, on stdin, becomes an SVG without external resources, on stdout.

tmux capture-pane -e -p | python docs/images/render.py "drctl drill …" > docs/images/drill.svg
"""

from __future__ import annotations

import io
import re
import sys

from rich.console import Console
from rich.text import Text

WIDTH = 100


def main() -> None:
    """Render stdin; the first argument is the title of the window."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(sys.stdin.read().rstrip()))
    svg = console.export_svg(title=sys.argv[1] if len(sys.argv) > 1 else "drctl", unique_id="drctl")
    # rich would fetch its font from the network; a picture in a README may not.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    sys.stdout.write(svg.replace("Fira Code", "ui-monospace, Menlo, Consolas, monospace"))


if __name__ == "__main__":
    main()
