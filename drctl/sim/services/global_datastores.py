"""What can be done with ElastiCache global datastores.

Nothing here asks for the Region of the old primary: a global failover is called in, and carried out by, the
Region of the new one ("Amazon ElastiCache User Guide, Replication across AWS Regions using global datastores").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.global_datastore import GlobalDatastore, Member, shown
from drctl.sim.services.replication_groups import ReplicationGroup, ReplicationGroups

_PREFIX = "ldgnf-"
_INHERITED = ("CacheNodeType", "Engine", "EngineVersion", "TransitEncryptionEnabled", "AtRestEncryptionEnabled")


class GlobalDatastores:
    """All global datastores of a world, with the operations on them. They belong to an account, not to a Region."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._groups = world.part(ReplicationGroups)
        self._datastores: dict[tuple[str, str], GlobalDatastore] = {}

    def reset(self) -> None:
        self._datastores.clear()

    def state(self) -> list[dict[str, Any]]:
        return [
            {
                "id": datastore.id,
                "account": datastore.account,
                "status": datastore.status,
                "members": [(m.group.region, m.group.id, m.group.role, m.status) for m in datastore.members],
            }
            for _, datastore in sorted(self._datastores.items())
        ]

    def create(self, call: Call) -> Mapping[str, Any]:
        name = _PREFIX + str(call.params["GlobalReplicationGroupIdSuffix"])
        if (call.account, name) in self._datastores:
            raise AwsError("GlobalReplicationGroupAlreadyExistsFault", f"Global Datastore {name} already exists.")
        wanted = str(call.params["PrimaryReplicationGroupId"])
        primary = self._groups.find(call.account, call.region, wanted)
        if primary is None:
            raise AwsError("ReplicationGroupNotFoundFault", f"ReplicationGroup {wanted} not found.", 404)
        if primary.status != "available" or primary.global_datastore is not None:
            raise AwsError(
                "InvalidReplicationGroupState",
                f"Replication group {primary.id} is {primary.status} and cannot be the primary of a Global Datastore.",
            )
        datastore = GlobalDatastore(
            id=name,
            account=call.account,
            description=call.params.get("GlobalReplicationGroupDescription", ""),
            members=[Member(group=primary)],
        )
        primary.global_datastore, primary.role = name, "PRIMARY"
        self._datastores[call.account, name] = datastore
        self._world.after("elasticache.global", lambda: self._settle(datastore))
        return {"GlobalReplicationGroup": shown(datastore, with_members=False)}

    def describe(self, call: Call) -> Mapping[str, Any]:
        with_members = bool(call.params.get("ShowMemberInfo"))
        if call.params.get("GlobalReplicationGroupId") is not None:
            found = [self._existing(call)]
        else:
            found = [one for (account, _), one in sorted(self._datastores.items()) if account == call.account]
        return {"GlobalReplicationGroups": [shown(one, with_members=with_members) for one in found]}

    def fail_over(self, call: Call) -> Mapping[str, Any]:
        datastore = self._existing(call)
        # A promotion may be asked for while another change runs; alone or half made, there is nothing to promote.
        if datastore.status not in ("available", "modifying"):
            raise _wrong_state(datastore)
        chosen = self._member(datastore, call.params["PrimaryRegion"], call.params["PrimaryReplicationGroupId"])
        if chosen.group.status != "available":
            raise AwsError(
                "InvalidGlobalReplicationGroupState", f"Replication group {chosen.group.id} is {chosen.group.status}."
            )
        if chosen is datastore.primary:
            raise AwsError(
                "InvalidParameterValue",
                f"Replication group {chosen.group.id} is already the primary of {datastore.id}.",
            )
        datastore.status = "modifying"
        self._world.after("elasticache.failover", lambda: self._promote(datastore, chosen))
        return {"GlobalReplicationGroup": shown(datastore, with_members=False)}

    def _promote(self, datastore: GlobalDatastore, chosen: Member) -> None:
        if chosen in datastore.members:
            for member in datastore.members:
                member.group.role = "PRIMARY" if member is chosen else "SECONDARY"
        self._settle(datastore)

    def disassociate(self, call: Call) -> Mapping[str, Any]:
        datastore = self._existing(call)
        if datastore.status == "deleting":
            raise _wrong_state(datastore)
        member = self._member(datastore, call.params["ReplicationGroupRegion"], call.params["ReplicationGroupId"])
        if member is datastore.primary:
            raise AwsError(
                "InvalidParameterValue", f"Replication group {member.group.id} is the primary of {datastore.id}."
            )
        datastore.status, member.status = "modifying", "disassociating"
        self._world.after("elasticache.global", lambda: self._part(datastore, member))
        return {"GlobalReplicationGroup": shown(datastore, with_members=True)}

    def _part(self, datastore: GlobalDatastore, member: Member) -> None:
        if member in datastore.members:
            datastore.members.remove(member)
            # It goes on alone, and takes writes.
            member.group.global_datastore, member.group.role = None, "PRIMARY"
        self._settle(datastore)

    def delete(self, call: Call) -> Mapping[str, Any]:
        datastore = self._existing(call)
        if len(datastore.members) > 1 or datastore.status == "deleting":
            raise _wrong_state(datastore)
        datastore.status = "deleting"
        retained = bool(call.params["RetainPrimaryReplicationGroup"])
        self._world.after("elasticache.delete", lambda: self._deleted(datastore, retained=retained))
        return {"GlobalReplicationGroup": shown(datastore, with_members=False)}

    def _deleted(self, datastore: GlobalDatastore, *, retained: bool) -> None:
        self._datastores.pop((datastore.account, datastore.id), None)
        for member in datastore.members:
            member.group.global_datastore = None
            if not retained:
                self._groups.remove(member.group)

    def settings_for_secondary(self, account: str, name: str) -> dict[str, Any]:
        """What a secondary takes over from its primary. AwsError where there is no such datastore, or it is busy."""
        datastore = self._datastores.get((account, name))
        if datastore is None:
            raise _unknown(name)
        if datastore.status not in ("available", "primary-only"):
            raise _wrong_state(datastore)
        settings = datastore.primary.group.settings
        return {key: settings[key] for key in _INHERITED if key in settings}

    def associate(self, name: str, group: ReplicationGroup) -> None:
        """`group`, which is being created, becomes a secondary; the datastore is `modifying` until it is there."""
        datastore = self._datastores[group.account, name]
        group.global_datastore, group.role = name, "SECONDARY"
        datastore.members.append(Member(group=group, status="associating"))
        datastore.status = "modifying"

    def settle(self, group: ReplicationGroup) -> None:
        """`group` has become available: so is its membership, where it has one."""
        datastore = self._datastores.get((group.account, group.global_datastore or ""))
        if datastore is not None:
            for member in datastore.members:
                if member.group is group and member.status == "associating":
                    member.status = "associated"
                    self._settle(datastore)

    def _settle(self, datastore: GlobalDatastore) -> None:
        busy = any(member.status != "associated" for member in datastore.members)
        if datastore.status != "deleting" and not busy:
            datastore.status = datastore.settled_status

    def _existing(self, call: Call) -> GlobalDatastore:
        name = str(call.params["GlobalReplicationGroupId"])
        datastore = self._datastores.get((call.account, name))
        if datastore is None:
            raise _unknown(name)
        return datastore

    def _member(self, datastore: GlobalDatastore, region: str, group: str) -> Member:
        for member in datastore.members:
            if (member.group.region, member.group.id) == (region, group.lower()):
                return member
        raise AwsError("InvalidParameterValue", f"Replication group {group} in {region} is not in {datastore.id}.")


def _unknown(name: str) -> AwsError:
    return AwsError("GlobalReplicationGroupNotFoundFault", f"Global Datastore {name} not found.", 404)


def _wrong_state(datastore: GlobalDatastore) -> AwsError:
    return AwsError(
        "InvalidGlobalReplicationGroupState",
        f"Global Datastore {datastore.id} has status {datastore.status} which is not valid for this operation.",
    )
