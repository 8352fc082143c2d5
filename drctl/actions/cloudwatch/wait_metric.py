"""Wait until a metric is where it has to be: a queue that is worked off, an error rate that has come down.

What CloudWatch has not measured proves nothing: neither no datapoint, nor an old one,
nor a gap between two good ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from operator import ge, gt, le, lt
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from drctl.actions.parameters import CLOSED, Duration, Region
from drctl.actions.read_only import ReadOnly
from drctl.aws.metrics import COMPLETE, Datapoint, Measurements, Metric, read_measurements
from drctl.model.decision import Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.instant import format_instant
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {">": gt, ">=": ge, "<": lt, "<=": le}
FRESH_PERIODS = 3
"""After how many periods without a datapoint the newest one says nothing of the present any more."""
NOT_ALL = frozenset({"PartialData", "InternalError"})


def _whole_minutes(span: timedelta) -> timedelta:
    if span < timedelta(minutes=1) or span % timedelta(minutes=1):
        raise ValueError("a period is a number of whole minutes")
    return span


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    namespace: str
    metric: str
    compare: Literal[">", ">=", "<", "<="]
    threshold: float
    dimensions: Mapping[str, str] = field(default_factory=dict)
    statistic: Literal["Average", "Sum", "Minimum", "Maximum", "SampleCount"] = "Average"
    period: Annotated[Duration, AfterValidator(_whole_minutes)] = timedelta(minutes=1)
    consecutive: Annotated[int, Field(ge=1, le=100)] = 1
    """How many periods in a row it has to be so."""

    @property
    def asked(self) -> Metric:
        """The metric that is looked at."""
        return Metric(
            namespace=self.namespace,
            name=self.metric,
            dimensions=self.dimensions,
            statistic=self.statistic,
            period=self.period,
        )


class CloudwatchWaitMetric(ReadOnly):
    """Holds once the newest `consecutive` datapoints, without a gap, compare as wanted.

    Source of the statuses: Amazon CloudWatch API Reference, MetricDataResult.
    """

    spec = ActionSpec(
        kind="cloudwatch.wait_metric",
        summary="Wait until a CloudWatch metric is where it has to be",
        params=Params,
        outputs={"value": ValueKind.NUMBER, "at": ValueKind.TIMESTAMP},
        expect=timedelta(minutes=5),
        deadline=timedelta(minutes=30),
        operations=("cloudwatch:ListMetrics", "cloudwatch:GetMetricData"),
        poll_least=timedelta(seconds=30),
        poll_most=timedelta(minutes=1),
        example="""\
- id: queue-is-worked-off
  uses: cloudwatch.wait_metric
  with:
    region: eu-west-1
    namespace: AWS/SQS
    metric: ApproximateNumberOfMessagesVisible
    dimensions: { QueueName: amply-celery }
    statistic: Maximum
    compare: "<="
    threshold: 100
    consecutive: 3
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Measurements:
        looked_back = params.period * (params.consecutive + FRESH_PERIODS + 1)
        return read_measurements(ctx.aws.client("cloudwatch", params.region), params.asked, looked_back)

    def decide(self, params: Params, seen: Measurements, past: Past) -> Decision:
        if seen.status in NOT_ALL:
            return Wait(f"CloudWatch to tell all it has of {params.metric}")
        if seen.status != COMPLETE:
            hint = "look whether the role may read metrics of this account"
            return Refuse(f"CloudWatch answers {seen.status!r} for {params.metric}", hint)
        if fault := _fault(params, seen):
            return Wait(f"{params.metric} to be {params.compare} {params.threshold:g}: {fault}")
        return Done(f"{params.metric} is {params.compare} {params.threshold:g}")

    def verify(self, params: Params, seen: Measurements, past: Past, ctx: StepContext) -> Evidence:
        if not seen.points:
            return Evidence.missing(f"{params.metric} has no datapoint")
        newest = seen.points[0]
        return Evidence.of(
            f"{params.metric} was {newest.value:g} at {format_instant(newest.at)}",
            outputs={"value": newest.value, "at": format_instant(newest.at)},
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        # CloudWatch knows no permission on single metrics.
        return (Permission(("cloudwatch:ListMetrics", "cloudwatch:GetMetricData"), why=f"read {params.metric}"),)


def _fault(params: Params, seen: Measurements) -> str:
    """Why the metric cannot be said to be as wanted; empty where it is."""
    newest = seen.points[: params.consecutive]
    if not newest:
        return "there is no datapoint"
    if newest[0].at + params.period * (FRESH_PERIODS + 1) < seen.read_at:
        return f"the newest datapoint is of {format_instant(newest[0].at)}"
    holds = COMPARISONS[params.compare]
    if wrong := [point for point in newest if not holds(point.value, params.threshold)]:
        return f"it was {wrong[0].value:g} at {format_instant(wrong[0].at)}"
    in_a_row = _in_a_row(newest, params.period)
    return "" if in_a_row >= params.consecutive else f"{in_a_row} of {params.consecutive} periods in a row"


def _in_a_row(points: tuple[Datapoint, ...], period: timedelta) -> int:
    gaps = (newer.at - older.at > period for newer, older in pairwise(points))
    return next((place for place, gap in enumerate(gaps, start=1) if gap), len(points))
