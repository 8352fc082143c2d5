"""What the played application finds when it looks at everything it needs: its database, cache, bucket and secrets.

It is healthy only in one place: what it is configured with has to be in the Region in which it runs, there for
its own account, and working.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from drctl.model.estate_edge import Application
from drctl.sim.lost_zones import lost_zone_of_group, lost_zone_of_instance
from drctl.sim.moto_resources import everywhere
from drctl.sim.overlay import World
from drctl.sim.services.object_copies import find_bucket
from drctl.sim.services.rds_damage import Damages
from drctl.sim.services.rds_shapes import password_of
from drctl.sim.services.replication_groups import ReplicationGroups
from drctl.sim.services.secret_values import secret_value
from drctl.sim.services.task_start import missing_secrets

_TAKES_WRITES = frozenset({"available", "backing-up", "modifying", "storage-optimization"})
"""States in which a database answers SQL; the backup and the second zone that follow a restore do not stop it
(Amazon RDS User Guide, "Viewing Amazon RDS DB instance status")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One look of one running container of `application`."""

    world: World
    account: str
    region: str
    application: Application
    container: Mapping[str, Any]
    task: str

    @property
    def environment(self) -> dict[str, str]:
        return {str(one["name"]): str(one["value"]) for one in self.container.get("environment") or ()}

    @property
    def version(self) -> str:
        """The tag of the image that runs."""
        return str(self.container["image"]).rsplit("/", 1)[-1].partition(":")[2] or "latest"

    def report(self) -> dict[str, Any]:
        """What the application answers: `status` is ok or down, and down comes with its `problems`."""
        problems = list(self.problems())
        secrets = len(self.container.get("secrets") or ())
        return {
            "status": "down" if problems else "ok",
            # First, so that it is seen where an answer is cut short.
            **({"problems": problems} if problems else {}),
            "region": self.region,
            "database": self._configured(self.application.database_variable),
            "redis": self._configured(self.application.redis_variable),
            "bucket": self._configured(self.application.bucket_variable),
            "secrets": secrets - len(list(self._missing_secrets())),
            "version": self.version,
        }

    def problems(self) -> Iterator[str]:
        """Everything that keeps the application from working, one sentence each."""
        if self.task in self.world.broken.get("task", ()):
            yield f"the task {self.task[:8]} hangs, and serves nothing until it is replaced"
        checks = (
            (self.application.database_variable, self._database_problem),
            (self.application.redis_variable, self._redis_problem),
            (self.application.bucket_variable, self._bucket_problem),
        )
        for variable, check in checks:
            if variable is None:
                continue
            value = self._configured(variable)
            problem = check(value) if value else f"{variable} is not set"
            if problem is not None:
                yield problem
        for reference in self._missing_secrets():
            yield f"the secret {reference} is not in {self.region}"

    def _configured(self, variable: str | None) -> str | None:
        return self.environment.get(variable) if variable is not None else None

    def _missing_secrets(self) -> Iterator[str]:
        return missing_secrets(self.world, self.account, self.region, self.container)

    def _database_problem(self, host: str) -> str | None:
        for account, region, rds in everywhere("rds"):
            for instance in rds.databases.values():
                if str(instance.address).lower() == host.lower():
                    if (account, region) != (self.account, self.region):
                        return f"the database {host} is not in {self.region}"
                    if instance.status not in _TAKES_WRITES:
                        return f"the database {host} is {instance.status}"
                    if instance.is_replica:
                        return f"the database {host} is a replica, which takes no writes"
                    if (zone := lost_zone_of_instance(self.world, instance)) is not None:
                        return f"the database {host} is served from {zone}, which is lost"
                    return self._login_problem(host, instance) or self._damage(host, instance)
        return f"the database {host} does not exist"

    def _damage(self, host: str, instance: Any) -> str | None:
        damaged = self.world.part(Damages).in_instance(instance)
        return f"the database {host} holds damaged rows" if damaged is not None else None

    def _login_problem(self, host: str, instance: Any) -> str | None:
        """Whether the password that the container was started with is the database's."""
        variable = self.application.database_password_variable
        named = {str(one["name"]): str(one["valueFrom"]) for one in self.container.get("secrets") or ()}
        reference = named.get(variable or "")
        value = secret_value(self.world, self.account, self.region, reference) if reference is not None else None
        if value is None or value == password_of(instance):
            return None
        return f"the database {host} refuses the password in {variable}, because the secret behind it is stale"

    def _redis_problem(self, host: str) -> str | None:
        group = self.world.part(ReplicationGroups).at_address(host.lower())
        if group is None:
            return f"the redis {host} does not exist"
        if (group.account, group.region) != (self.account, self.region):
            return f"the redis {host} is not in {self.region}"
        if group.status != "available":
            return f"the redis {host} is {group.status}"
        if (zone := lost_zone_of_group(self.world, group)) is not None:
            return f"the primary of the redis {host} is in {zone}, which is lost"
        return None if group.role == "PRIMARY" else f"the redis {host} is a secondary, which takes no writes"

    def _bucket_problem(self, name: str) -> str | None:
        bucket = find_bucket(name)
        if bucket is None:
            return f"the bucket {name} does not exist"
        return None if bucket.region_name == self.region else f"the bucket {name} is not in {self.region}"
