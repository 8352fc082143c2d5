"""CloudWatch: metrics of replication and of queues, computed from what there really is. The rest is moto's.

The pending metrics and the latency are published in the Region of the destination, so that they can be read when
the source is gone; failures are published in the Region of the source ("Amazon S3 User Guide, Monitoring
replication with metrics"). There is one datapoint a minute, and none of the future.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drctl.sim.moto_resources import refusals, resources
from drctl.sim.overlay import AwsError, Call, Handler, World
from drctl.sim.services.aurora_lag import GlobalLag
from drctl.sim.services.metric_periods import Period, periods_of, statistic
from drctl.sim.services.queue_depth import QueueDepth
from drctl.sim.services.rds_replica_lag import ReplicaLag
from drctl.sim.services.replication_metrics import ReplicationMetrics


class CloudwatchOverlay:
    service = "cloudwatch"

    def __init__(self, world: World) -> None:
        self._world = world
        self._sources = (ReplicationMetrics(world), ReplicaLag(world), GlobalLag(world), QueueDepth())
        self.before: Mapping[str, Handler] = {}
        self.after: Mapping[str, Handler] = {}
        self.replaces: Mapping[str, Handler] = {
            "GetMetricData": self._data,
            "GetMetricStatistics": self._statistics,
            "ListMetrics": self._list,
        }

    def reset(self) -> None:
        """Nothing is kept here: every value is computed when it is asked for."""

    def state(self) -> Mapping[str, Any]:
        return {}

    def _data(self, call: Call) -> Mapping[str, Any]:
        queries = call.params.get("MetricDataQueries") or []
        ours = [query for query in queries if self._is_ours((query.get("MetricStat") or {}).get("Metric") or {})]
        others = [query for query in queries if query not in ours]
        if ours and any("Expression" in query for query in others):
            raise AwsError("NotSimulated", "the simulated AWS cannot do metric math over replication metrics")
        answers = {query["Id"]: self._answer(call, query) for query in ours}
        if others or not queries:
            answers |= {answer["id"]: answer for answer in self._ask_moto(call, others)}
        shown = [query["Id"] for query in queries if query.get("ReturnData", True)]
        return {"MetricDataResults": [answers[name] for name in shown if name in answers]}

    def _answer(self, call: Call, query: Mapping[str, Any]) -> dict[str, Any]:
        asked = query["MetricStat"]
        periods = self._read(call, asked["Metric"], int(asked["Period"]))
        if call.params.get("ScanBy", "TimestampDescending") == "TimestampDescending":
            periods = periods[::-1]
        return {
            "Id": query["Id"],
            "Label": query.get("Label") or asked["Metric"]["MetricName"],
            "Timestamps": [period.start for period in periods],
            "Values": [statistic(asked["Stat"], period.values) for period in periods],
            "StatusCode": "Complete",
        }

    def _statistics(self, call: Call) -> Mapping[str, Any]:
        params = call.params
        source = self._source_of(params)
        if source is None:
            with refusals():
                return self._moto_statistics(call)
        wanted = [*params.get("Statistics", ()), *params.get("ExtendedStatistics", ())]
        if not wanted:
            raise AwsError("InvalidParameterCombination", "Must specify either Statistics or ExtendedStatistics")
        return {
            "Label": params["MetricName"],
            "Datapoints": [
                {"Timestamp": period.start, "Unit": source.unit(params["MetricName"])}
                | {name: statistic(name, period.values) for name in params.get("Statistics", ())}
                for period in self._read(call, params, int(params["Period"]))
            ],
        }

    def _list(self, call: Call) -> Mapping[str, Any]:
        params = call.params
        with refusals():
            token, theirs = resources("cloudwatch", call.account, call.region).list_metrics(
                params.get("NextToken"),
                params.get("Namespace"),
                params.get("MetricName"),
                params.get("Dimensions") or [],
            )
        ours = [
            metric for source in self._sources for metric in source.listed(call.region)
            if params.get("Namespace") in (None, source.namespace)
            and params.get("MetricName") in (None, metric["MetricName"])
            and _has(metric["Dimensions"], params.get("Dimensions") or ())
        ]  # fmt: skip
        # The first page has them; a token asks for one of moto's further pages.
        return {"Metrics": [*([] if params.get("NextToken") else ours), *theirs], "NextToken": token}

    def _is_ours(self, metric: Mapping[str, Any]) -> bool:
        return self._source_of(metric) is not None

    def _source_of(self, metric: Mapping[str, Any]) -> ReplicationMetrics | ReplicaLag | GlobalLag | QueueDepth | None:
        namespace, name = metric.get("Namespace"), metric.get("MetricName", "")
        return next((one for one in self._sources if one.namespace == namespace and one.unit(name)), None)

    def _read(self, call: Call, metric: Mapping[str, Any], period: int) -> list[Period]:
        dimensions = {one["Name"]: one["Value"] for one in metric.get("Dimensions") or ()}
        start, end = call.params["StartTime"], call.params["EndTime"]
        if start >= end:
            raise AwsError("ValidationError", "The parameter StartTime must be less than the parameter EndTime.")
        source = self._source_of(metric)
        if source is None:
            raise AwsError("InternalFailure", f"{metric['MetricName']} is not computed here", 500)
        value_at = source.series(call.region, metric["MetricName"], dimensions)
        return periods_of(start, end, period, newest=self._world.now(), value_at=value_at)

    def _ask_moto(self, call: Call, queries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        moto = resources("cloudwatch", call.account, call.region)
        with refusals():
            answers: list[dict[str, Any]] = moto.get_metric_data(
                queries=[{**query, "ReturnData": True} for query in queries],
                start_time=call.params["StartTime"].replace(tzinfo=None),
                end_time=call.params["EndTime"].replace(tzinfo=None),
                scan_by=call.params.get("ScanBy", "TimestampDescending"),
            )
        return answers

    def _moto_statistics(self, call: Call) -> Mapping[str, Any]:
        params = call.params
        datapoints = resources("cloudwatch", call.account, call.region).get_metric_statistics(
            params["Namespace"], params["MetricName"],
            params["StartTime"].replace(tzinfo=None), params["EndTime"].replace(tzinfo=None),
            int(params["Period"]), params.get("Statistics") or [],
            unit=params.get("Unit"), dimensions=params.get("Dimensions") or [],
        )  # fmt: skip
        return {"Label": params["MetricName"], "Datapoints": datapoints}


def _has(dimensions: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]) -> bool:
    told = {one["Name"]: one["Value"] for one in dimensions}
    return all(one["Name"] in told and one.get("Value") in (None, told[one["Name"]]) for one in wanted)
