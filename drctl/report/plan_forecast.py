"""How long a plan should take, and until when to declare, before anything of it has begun."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from drctl.model.duration import format_duration
from drctl.model.events import HistoryRead
from drctl.model.forecast import DecisionKind, chain_of
from drctl.model.history import counted_of, expected_of
from drctl.model.instant import format_instant, parse_instant
from drctl.model.plan import Plan
from drctl.report.forecast_words import decide_in_words, guessed_in_words
from drctl.report.plain_json import seconds
from drctl.report.wording import counted, span


def plan_forecast(plan: Plan, read: HistoryRead | None, onset: datetime | None, now: datetime) -> dict[str, Any]:
    """The longest chain of `plan`, by what is known of its steps, for scripts; with `onset`, until when to declare."""
    times = expected_of(plan, read)
    chain = chain_of(plan, times)
    measured, guesses = counted_of(tuple(times.values()))
    declare = None
    if onset is not None:
        until = onset + plan.objectives.rto
        declare = {
            "what": str(DecisionKind.DECLARE),
            "step": None,
            "p50": format_instant(until - chain.p50),
            "p90": format_instant(until - chain.p90),
        }
    return {
        "at": format_instant(now),
        "source": {
            "runs": read.runs if read is not None else 0,
            "unread": read.unread if read is not None else 0,
            "measured": measured,
            "guesses": guesses,
        },
        "objective_s": seconds(plan.objectives.rto),
        "p50_s": seconds(chain.p50),
        "p90_s": seconds(chain.p90),
        "path": list(chain.steps),
        "guesses_on_path": sum(times[id].guess for id in chain.steps),
        "decide_by": declare,
        "steps": [
            {
                "id": one.step,
                "p50_s": seconds(one.p50),
                "p90_s": seconds(one.p90),
                "of": one.of,
                "guess": one.guess,
                "environment": one.environment,
            }
            for one in times.values()
        ],
    }


def plan_forecast_lines(forecast: Mapping[str, Any]) -> list[str]:
    """The same for people."""
    bad_day = f" (bad day {span(forecast['p90_s'])})" if forecast["p90_s"] != forecast["p50_s"] else ""
    guessed = guessed_in_words(forecast["guesses_on_path"], len(forecast["path"]))
    source = f", from {counted(forecast['source']['runs'], 'run')}" if forecast["source"]["measured"] else ""
    lines = [f"expected to take {span(forecast['p50_s'])}{bad_day}{guessed}{source}"]
    objective = timedelta(seconds=forecast["objective_s"])
    if forecast["decide_by"] is not None:
        p50, p90 = parse_instant(forecast["decide_by"]["p50"]), parse_instant(forecast["decide_by"]["p90"])
        at = parse_instant(forecast["at"])
        lines.append(decide_in_words(DecisionKind.DECLARE, None, at, p50, p90, objective))
        return lines
    left = objective - timedelta(seconds=forecast["p50_s"])
    allowed = format_duration(objective)
    if left >= timedelta(0):
        lines.append(f"to meet {allowed}, declare within {format_duration(left)} of the onset")
    else:
        lines.append(f"{allowed} cannot be met: it takes {format_duration(-left)} more, however soon it is declared")
    return lines
