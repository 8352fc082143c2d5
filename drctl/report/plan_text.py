"""What a runbook would do, for people."""

from __future__ import annotations

import textwrap
from datetime import timedelta
from typing import Any

from drctl.model.duration import format_duration
from drctl.report.plan_forecast import plan_forecast_lines

_SIGNS = {
    "changes": "~",
    "done": "=",
    "waits": ".",
    "refused": "!",
    "forbidden": "X",
    "person": "?",
    "later": " ",
    "unknown": "!",
}


def plan_text(found: Any, width: int) -> str:
    """The lines of `drctl plan`: each step with its sign, what it would do, to what, and what was there before."""
    stamp = "SIMULATED " if found["simulated"] else ""
    lines = [f"{stamp}plan of {found['runbook']} in {found['environment']}, as a {found['mode']}", ""]
    wide = max((len(step["id"]) for step in found["steps"]), default=0)
    times = {one["id"]: one for one in found["forecast"]["steps"]}
    for step in found["steps"]:
        lines += _step(step, times[step["id"]], wide, width)
    counted = {outlook: sum(step["outlook"] == outlook for step in found["steps"]) for outlook in _SIGNS}
    told = ", ".join(f"{count} {outlook}" for outlook, count in counted.items() if count)
    lines += ["", *plan_forecast_lines(found["forecast"]), f"{told}. Nothing was changed."]
    return "\n".join(lines)


def _step(step: Any, times: Any, wide: int, width: int) -> list[str]:
    expect = format_duration(timedelta(seconds=times["p50_s"]))
    if times["p90_s"] != times["p50_s"]:
        expect += f", on a bad day {format_duration(timedelta(seconds=times['p90_s']))}"
    lasting = "" if step["reversible"] else "; cannot be undone"
    head = f"{_SIGNS[step['outlook']]} {step['id']:<{wide}}  "
    said = f"{step['outlook']}: {step['says']} (about {expect}{lasting})"
    lines = textwrap.wrap(said, max(width, 40), initial_indent=head, subsequent_indent=" " * len(head))
    inset = " " * len(head)
    if step["operation"]:
        lines.append(f"{inset}{step['operation']} on {step['target']}")
    if step["usd_an_hour"] is not None:
        lines.append(f"{inset}about {step['usd_an_hour']:.3f} USD an hour, storage not counted")
    lines += [f"{inset}no price for {one}" for one in step["no_price_for"]]
    lines += [f"{inset}  {arn}" for arn in step["resources"]]
    lines += [f"{inset}  was {name}: {value}" for name, value in step["current"].items()]
    return lines
