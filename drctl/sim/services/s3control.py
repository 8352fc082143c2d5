"""S3's control plane of accounts: batch jobs that replicate, and the routes of Multi-Region Access Points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.sim.overlay import Handler, World
from drctl.sim.services.access_point_routes import AccessPointRoutes
from drctl.sim.services.batch_jobs import BatchJobs


class S3controlOverlay:
    service = "s3control"

    def __init__(self, world: World) -> None:
        self._jobs = BatchJobs(world)
        self._routes = AccessPointRoutes(world)
        self.before: Mapping[str, Handler] = {
            "CreateMultiRegionAccessPoint": self._routes.check_region,
            "DeleteMultiRegionAccessPoint": self._routes.check_region,
        }
        self.after: Mapping[str, Handler] = {"CreateMultiRegionAccessPoint": self._routes.name_alias}
        self.replaces: Mapping[str, Handler] = {
            "CreateJob": self._jobs.create,
            "DescribeJob": self._jobs.describe,
            "ListJobs": self._jobs.list,
            "UpdateJobStatus": self._jobs.update_status,
            "GetMultiRegionAccessPointRoutes": self._routes.get,
            "SubmitMultiRegionAccessPointRoutes": self._routes.submit,
        }

    def reset(self) -> None:
        self._jobs.reset()
        self._routes.reset()

    def state(self) -> Mapping[str, Any]:
        held = {"jobs": self._jobs.state(), "routes": self._routes.state()}
        return {name: what for name, what in held.items() if what}
