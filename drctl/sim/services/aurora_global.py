"""Aurora global databases: a writer that moves to another Region, by a failover or by a switchover.

Sources: Amazon RDS API Reference, FailoverGlobalCluster, SwitchoverGlobalCluster and FailoverState; Amazon Aurora User
Guide, "Using switchover or failover in Amazon Aurora Global Database". moto keeps the clusters, and moves no writer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from drctl.sim.moto_resources import refusals, resources
from drctl.sim.moto_used import used
from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.rds_shapes import rds_of

_HOME = "us-east-1"
"""Where moto keeps the global clusters of all Regions."""
_CHANGE = "drctl_change"
_SYNCHRONISATION = "drctl_synchronisation"
_LOST = "drctl_lost"
CONNECTED, RESYNCHRONISING = "connected", "pending-resync"


@dataclass(slots=True)
class Change:
    """A failover or switchover that is on its way."""

    old: Any
    new: Any
    data_loss: bool
    lost: timedelta
    """What was written in that time, up to the call, had not been replicated."""
    status: str = "pending"


class GlobalClusters:
    def __init__(self, world: World) -> None:
        self._world = world

    def create(self, call: Call) -> Mapping[str, Any]:
        """moto looks for the first member in one Region only."""
        params, source = call.params, call.params.get("SourceDBClusterIdentifier")
        made = resources("rds", call.account, _HOME)
        if params["GlobalClusterIdentifier"] in made.global_clusters:
            name = params["GlobalClusterIdentifier"]
            raise AwsError("GlobalClusterAlreadyExistsFault", f"Global cluster {name} already exists.")
        first = _cluster_of(call, str(source)) if source else None
        if first is not None and params.get("Engine"):
            raise AwsError("InvalidParameterCombination", "Engine is taken from the source DB cluster.")
        with refusals():
            whole = made.create_global_cluster(
                global_cluster_identifier=params["GlobalClusterIdentifier"],
                source_db_cluster_identifier=None,
                engine=first.engine if first is not None else params.get("Engine"),
                engine_version=first.engine_version if first is not None else params.get("EngineVersion"),
                storage_encrypted=params.get("StorageEncrypted"),
                deletion_protection=params.get("DeletionProtection"),
            )
        if first is not None:
            first.global_cluster_identifier, first.is_writer = whole.global_cluster_identifier, True
            whole.members.append(first)
        return {"GlobalCluster": _shape(whole)}

    def describe(self, call: Call) -> Mapping[str, Any]:
        if call.params.get("GlobalClusterIdentifier") is not None:
            return {"GlobalClusters": [_shape(_whole_of(call))]}
        listed = resources("rds", call.account, _HOME).global_clusters.values()
        return {"GlobalClusters": [_shape(whole) for whole in listed]}

    def fail_over(self, call: Call) -> Mapping[str, Any]:
        if call.params.get("AllowDataLoss") and call.params.get("Switchover"):
            raise AwsError("InvalidParameterCombination", "AllowDataLoss and Switchover cannot be given together.")
        return self._begin(call, data_loss=bool(call.params.get("AllowDataLoss")))

    def switch_over(self, call: Call) -> Mapping[str, Any]:
        return self._begin(call, data_loss=False)

    def _begin(self, call: Call, *, data_loss: bool) -> Mapping[str, Any]:
        whole = _whole_of(call)
        new = _member(whole, str(call.params["TargetDbClusterIdentifier"]))
        old = writer_of(whole)
        if whole.status != "available" or getattr(whole, _CHANGE, None) is not None:
            raise AwsError(
                "InvalidGlobalClusterStateFault", f"Global cluster {whole.global_cluster_identifier} is being changed."
            )
        if old is None or new is old:
            raise AwsError("InvalidDBClusterStateFault", f"{new.db_cluster_arn} is not a secondary cluster.")
        if not new.members or self._is_lost(new):
            raise AwsError("InvalidDBClusterStateFault", f"{new.db_cluster_arn} has no instance to be promoted.")
        if not data_loss:
            self._require_healthy(whole)
        lost = behind(self._world, old.region, self._world.now()) if data_loss else timedelta(0)
        change = Change(old, new, data_loss, lost)
        setattr(whole, _CHANGE, change)

        def moving() -> None:
            whole.status = change.status = "failing-over" if data_loss else "switching-over"
            self._world.after("aurora.global_move", lambda: self._moved(whole, change))

        self._world.after("aurora.global_verify", moving)
        return {"GlobalCluster": _shape(whole)}

    def _require_healthy(self, whole: Any) -> None:
        """A switchover brings every member level first, so that each has to answer."""
        for member in whole.members:
            if self._is_lost(member) or synchronisation(member) != CONNECTED:
                raise AwsError(
                    "InvalidGlobalClusterStateFault",
                    f"Global cluster {whole.global_cluster_identifier} is not healthy: {member.db_cluster_arn}",
                )

    def _moved(self, whole: Any, change: Change) -> None:
        setattr(whole, _CHANGE, None)
        whole.status = "available"
        if not change.data_loss and self._is_lost(change.old):
            # Its Region went away meanwhile: a switchover that would lose data is called off.
            return
        change.old.is_writer, change.new.is_writer = False, True
        if change.data_loss:
            setattr(whole, _LOST, change.lost)
            setattr(change.old, _SYNCHRONISATION, RESYNCHRONISING)
            self._resynchronise(change.old)

    def _resynchronise(self, member: Any) -> None:
        def level() -> None:
            if self._is_lost(member):
                self._resynchronise(member)
            else:
                setattr(member, _SYNCHRONISATION, CONNECTED)

        self._world.after("aurora.global_resync", level)

    def state(self) -> Mapping[str, Any]:
        """Where each writer is, and the seconds that its last failover has lost."""
        told = {
            f"{whole.account_id}/{whole.global_cluster_identifier}": {
                "writer": writer.db_cluster_arn if (writer := writer_of(whole)) is not None else None,
                "lost_seconds": getattr(whole, _LOST, timedelta(0)).total_seconds(),
            }
            for whole in global_clusters()
        }
        return {"global_clusters": dict(sorted(told.items()))} if told else {}

    def _is_lost(self, member: Any) -> bool:
        return member.region in self._world.lost_regions


def writer_of(whole: Any) -> Any:
    """The member that takes writes; None in a global cluster without members."""
    return next((member for member in whole.members if member.is_writer), None)


def behind(world: World, source_region: str, at: datetime) -> timedelta:
    """How far a secondary of a writer in `source_region` is behind: further with the clock, once that is lost."""
    lag, lost = world.durations["aurora.global_lag"], world.lost_since.get(source_region)
    return lag if lost is None or at < lost else lag + (at - lost)


def global_clusters() -> Iterator[Any]:
    """Every global cluster there is, of every account."""
    for _, region, rds in used("rds", "rds_backends"):
        if region == _HOME:
            yield from rds.global_clusters.values()


def _whole_of(call: Call) -> Any:
    name = str(call.params["GlobalClusterIdentifier"])
    found = resources("rds", call.account, _HOME).global_clusters.get(name)
    if found is None:
        raise AwsError("GlobalClusterNotFoundFault", f"Global cluster {name} not found.", 404)
    return found


def _cluster_of(call: Call, given: str) -> Any:
    region = given.split(":")[3] if given.startswith("arn:") else call.region
    name = given.rsplit(":", 1)[-1]
    found = (resources("rds", call.account, region) if given.startswith("arn:") else rds_of(call)).clusters.get(name)
    if found is None:
        raise AwsError("DBClusterNotFoundFault", f"DB cluster {given} not found.", 404)
    return found


def _member(whole: Any, given: str) -> Any:
    for member in whole.members:
        if given == member.db_cluster_arn:
            return member
    raise AwsError("DBClusterNotFoundFault", f"{given} is no member of {whole.global_cluster_identifier}.", 404)


def synchronisation(member: Any) -> str:
    """Whether the member follows the writer, in the words of AWS."""
    told: str = getattr(member, _SYNCHRONISATION, CONNECTED)
    return told


def _shape(whole: Any) -> dict[str, Any]:
    change: Change | None = getattr(whole, _CHANGE, None)
    readers = [member.db_cluster_arn for member in whole.members if not member.is_writer]
    told: dict[str, Any] = {
        "GlobalClusterIdentifier": whole.global_cluster_identifier,
        "GlobalClusterResourceId": whole.global_cluster_resource_id,
        "GlobalClusterArn": whole.global_cluster_arn,
        "Status": whole.status,
        "Engine": whole.engine,
        "EngineVersion": whole.engine_version,
        "StorageEncrypted": whole.storage_encrypted,
        "DeletionProtection": whole.deletion_protection,
        "Endpoint": whole.endpoint,
        "GlobalClusterMembers": [
            {
                "DBClusterArn": member.db_cluster_arn,
                "IsWriter": member.is_writer,
                "Readers": readers if member.is_writer else [],
                "SynchronizationStatus": synchronisation(member),
            }
            for member in whole.members
        ],
    }
    if change is not None:
        told["FailoverState"] = {
            "Status": change.status,
            "FromDbClusterArn": change.old.db_cluster_arn,
            "ToDbClusterArn": change.new.db_cluster_arn,
            "IsDataLossAllowed": change.data_loss,
        }
    return told
