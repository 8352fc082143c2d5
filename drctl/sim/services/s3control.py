"""S3's control plane of accounts: batch jobs that replicate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.sim.overlay import Handler, World
from drctl.sim.services.batch_jobs import BatchJobs


class S3controlOverlay:
    service = "s3control"

    def __init__(self, world: World) -> None:
        self._jobs = BatchJobs(world)
        self.before: Mapping[str, Handler] = {}
        self.after: Mapping[str, Handler] = {}
        self.replaces: Mapping[str, Handler] = {
            "CreateJob": self._jobs.create,
            "DescribeJob": self._jobs.describe,
            "ListJobs": self._jobs.list,
            "UpdateJobStatus": self._jobs.update_status,
        }

    def reset(self) -> None:
        self._jobs.reset()

    def state(self) -> Mapping[str, Any]:
        jobs = self._jobs.state()
        return {"jobs": jobs} if jobs else {}
