"""The top of an HTML report, as a browser shows it, becomes docs/images/report.png.

drctl report latest --format html --out report.html && python -m docs.images.report report.html
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

from tests.browser.devtools import chromium

WIDTH, HEIGHT = 1060, 1380


def main() -> None:
    """Take the picture of the page that the first argument names."""
    with chromium() as browser:
        page = browser.open(Path(sys.argv[1]).absolute(), width=WIDTH, height=HEIGHT)
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT, "scale": 1}
        taken = page.ask("Page.captureScreenshot", format="png", clip=clip)
        Path(__file__).with_suffix(".png").write_bytes(base64.b64decode(taken["data"]))


if __name__ == "__main__":
    main()
