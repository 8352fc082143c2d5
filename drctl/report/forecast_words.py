"""A forecast in words, the same in the live view, the plain progress and `drctl status`."""

from __future__ import annotations

from datetime import datetime, timedelta

from drctl.model.duration import format_duration
from drctl.model.forecast import DecisionKind, Forecast
from drctl.model.instant import parse_instant
from drctl.model.timing import Mark
from drctl.report.forecast_shape import ForecastSection
from drctl.report.wording import counted

_NONE = timedelta(0)


def forecast_lines(forecast: Forecast, objective: timedelta) -> list[str]:
    """When the recovery is expected to end, who has to decide until when, what takes the time; [] once it is over."""
    if forecast.finish_p50 is None or forecast.finish_p90 is None or forecast.finish_p50 < forecast.at:
        return []
    at = forecast.at
    left = [one for one in forecast.path if not one.ended]
    lines = [
        finish_in_words(
            forecast.counted_to,
            at,
            (forecast.finish_p50, forecast.headroom_p50),
            (forecast.finish_p90, forecast.headroom_p90),
            guessed_in_words(sum(forecast.times[one.step].guess for one in left), len(left)),
        )
    ]
    if (by := forecast.decide_by) is not None:
        lines.append(decide_in_words(by.what, by.step, at, by.p50, by.p90, objective))
    if (eats := forecast.eats) is not None:
        lines.append(eats_in_words(eats.step, eats.over, eats.remaining))
    return lines


def section_lines(section: ForecastSection, counted_to: Mark, objective_s: float) -> list[str]:
    """The same of a run document."""
    if section["expected_finish_p50"] is None or section["expected_finish_p90"] is None:
        return []
    at, p50 = parse_instant(section["at"]), parse_instant(section["expected_finish_p50"])
    if p50 < at:
        return []
    left = {one["step"] for one in section["path"] if not one["ended"]}
    guesses = sum(one["guess"] for one in section["steps"] if one["id"] in left)
    lines = [
        finish_in_words(
            counted_to,
            at,
            (p50, _span(section["headroom_p50_s"])),
            (parse_instant(section["expected_finish_p90"]), _span(section["headroom_p90_s"])),
            guessed_in_words(guesses, len(left)),
        )
    ]
    if (by := section["decide_by"]) is not None:
        instants = parse_instant(by["p50"]), parse_instant(by["p90"])
        lines.append(decide_in_words(by["what"], by["step"], at, *instants, timedelta(seconds=objective_s)))
    if (eats := section["eats"]) is not None:
        lines.append(
            eats_in_words(eats["step"], timedelta(seconds=eats["over_s"]), timedelta(seconds=eats["remaining_s"]))
        )
    return lines


def finish_in_words(
    mark: Mark,
    now: datetime,
    p50: tuple[datetime, timedelta | None],
    p90: tuple[datetime, timedelta | None],
    guessed: str = "",
) -> str:
    """`expected: verified 04:18Z, head-room 3h24m (bad day 04:31Z, 3h11m)`: each instant with what it leaves."""
    said = f"expected: {mark} {clock(p50[0], now)}{_headroom(p50[1], ', head-room ')}"
    if p90[0] != p50[0]:
        said += f" (bad day {clock(p90[0], now)}{_headroom(p90[1], ', ')})"
    return f"{said}{guessed}"


def guessed_in_words(guesses: int, steps: int) -> str:
    """How much of what is to come is a guess."""
    if not guesses:
        return ""
    return ", a guess" if guesses == steps else f", {guesses} of {counted(steps, 'step')} guessed"


def decide_in_words(
    what: DecisionKind, step: str | None, now: datetime, p50: datetime, p90: datetime, objective: timedelta
) -> str:
    """`to meet 4h, approve approve-traffic by 07:35Z (bad day 07:21Z)`."""
    if what is DecisionKind.DECLARE:
        told = "declare"
    elif step is None:
        told = f"{what} the run"
    else:
        told = f"{what} {step}"
    bad_day = f" (bad day {clock(p90, now)})" if p90 != p50 else ""
    late = "; that is over" if p50 < now else ""
    return f"to meet {format_duration(objective)}, {told} by {clock(p50, now)}{bad_day}{late}"


def eats_in_words(step: str, over: timedelta, remaining: timedelta) -> str:
    """Which step takes the head-room, and how much."""
    left = f", {format_duration(remaining)} left" if remaining > _NONE else ""
    if over > _NONE:
        return f"{step} eats the head-room: {format_duration(over)} over its time{left}"
    return f"most is left of {step}: {format_duration(remaining)}"


def clock(instant: datetime, now: datetime) -> str:
    """The time of day in UTC; with its date where that is not the day of `now`."""
    return f"{instant:%H:%M}Z" if instant.date() == now.date() else f"{instant:%Y-%m-%d %H:%M}Z"


def _headroom(left: timedelta | None, before: str) -> str:
    if left is None:
        return ""
    return f"{before}{format_duration(left)}" if left >= _NONE else f", {format_duration(-left)} LATE"


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
