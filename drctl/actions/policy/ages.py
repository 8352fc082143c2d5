"""Whether something is recent enough, and how old it is told to be."""

from __future__ import annotations

from datetime import timedelta

from drctl.actions.findings import Finding, judged
from drctl.model.duration import format_duration


def judge_age(check: str, subject: str, *, age: timedelta, most: timedelta, what: str, fix: str) -> Finding:
    """Ok up to `most`. `what` is the sentence where it is older, with `{age}` in it."""
    whole = _whole(age)
    told = _in_minutes(whole, most)
    wrong = f"{what.format(age=told)}, more than {format_duration(most)}"
    return judged(check, subject, holds=whole <= most, observed=told, wrong=wrong, fix=fix)


def _whole(span: timedelta) -> timedelta:
    """Without fractions of seconds; what is newer than AWS's clock is of now."""
    return timedelta(seconds=max(0, int(span.total_seconds())))


def _in_minutes(age: timedelta, most: timedelta) -> str:
    """To the minute, as people say it; to the second where the minute would hide that it is too old."""
    minutes = timedelta(minutes=round(age / timedelta(minutes=1)))
    hides = age < timedelta(minutes=1) or (minutes <= most) != (age <= most)
    return format_duration(age if hides else minutes)
