"""Secrets Manager: a replica is on its way for a moment, and can be promoted to a secret of its own.

Source: AWS Secrets Manager API Reference, ReplicationStatusType and StopReplicationToReplica.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import partial
from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import AwsError, Call, Handler, World
from drctl.sim.services.secret_values import OLDER, is_stale


class SecretsmanagerOverlay:
    service = "secretsmanager"

    def __init__(self, world: World) -> None:
        self._world = world
        self.before: Mapping[str, Handler] = {}
        self.replaces: Mapping[str, Handler] = {"StopReplicationToReplica": self._promote}
        self.after: Mapping[str, Handler] = {
            "CreateSecret": self._replicating,
            "ReplicateSecretToRegions": self._replicating,
            "GetSecretValue": self._stale,
            "PutSecretValue": self._replicating_value,
        }

    def reset(self) -> None:
        return None

    def state(self) -> Mapping[str, Any]:
        return {}

    def _replicating(self, call: Call) -> None:
        """The new replicas are InProgress until their lag has gone by; their values can be read all along."""
        name = str(call.params.get("Name") or call.params.get("SecretId"))
        secret = resources("secretsmanager", call.account, call.region).secrets.get(name)
        for replica in getattr(secret, "replicas", ()):
            if replica.config["Status"] == "InSync" and not getattr(replica, "drctl_settled", False):
                replica.config["Status"] = "InProgress"
                replica.drctl_settled = True
                self._world.after("secretsmanager.replicate", partial(_settle, replica))

    def _replicating_value(self, call: Call) -> None:
        """A new value is on its way to every replica for as long as a new replica is; or never gets there."""
        secret = resources("secretsmanager", call.account, call.region).secrets.get(str(call.params["SecretId"]))
        for replica in getattr(secret, "replicas", ()):
            replica.config["Status"] = "InProgress"
            lost = getattr(secret, "name", "") in self._world.broken.get("secret-replica", ())
            self._world.after("secretsmanager.replicate", partial(_settle, replica, "Failed" if lost else "InSync"))

    def _promote(self, call: Call) -> Mapping[str, Any]:
        from moto.secretsmanager.models import ReplicaSecret

        here = resources("secretsmanager", call.account, call.region)
        name = str(call.params["SecretId"])
        replica = here.secrets.get(name)
        if replica is None:
            raise AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
        if not isinstance(replica, ReplicaSecret):
            raise AwsError("InvalidRequestException", "Operation not permitted on a secret that is not a replica.")
        source = replica.source
        own = copy(source)
        own.arn, own.region, own.replicas = replica.arn, call.region, []
        own.versions = {id: dict(version) for id, version in source.versions.items()}
        here.secrets[replica.arn] = own
        source.replicas = [other for other in source.replicas if other is not replica]
        return {"ARN": own.arn}

    def _stale(self, call: Call) -> Mapping[str, Any] | None:
        """A secret that a scenario had not kept up answers the value it had before."""
        secret = resources("secretsmanager", call.account, call.region).secrets.get(str(call.params["SecretId"]))
        if call.params.get("VersionId") or call.params.get("VersionStage") not in (None, "AWSCURRENT"):
            return None
        if secret is None or not is_stale(self._world, secret):
            return None
        version = secret.versions[secret.default_version_id]
        return {
            "ARN": secret.arn,
            "Name": secret.name,
            "VersionId": version["version_id"],
            "VersionStages": version["version_stages"],
            "CreatedDate": version["createdate"],
            "SecretString": OLDER,
        }


def _settle(replica: Any, status: str = "InSync") -> None:
    replica.config["Status"] = status
