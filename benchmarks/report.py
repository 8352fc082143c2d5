"""How long the HTML report takes: run with `python -m benchmarks.report`."""

from __future__ import annotations

import time

from tests.fakes.full_document import long_document


def main() -> None:
    """Make the page of runs of several lengths; the first one also reads the templates."""
    began = time.perf_counter()
    from drctl.report.html import report_html

    for steps in (10, 100, 1000, 10_000):
        document = long_document(steps)
        page = report_html(document)
        print(f"{steps:>6,} steps {time.perf_counter() - began:6.2f} s  {len(page) / 1024:8,.0f} kB")  # noqa: T201
        began = time.perf_counter()


if __name__ == "__main__":
    main()
