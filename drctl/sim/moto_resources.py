"""moto's own resources, for the overlays that read and change them in place."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from drctl.sim.overlay import AwsError

_EVERYWHERE = "aws"


def resources(service: str, account: str, region: str) -> Any:
    """moto's backend of `service` (imported at the first asking) for one account and Region."""
    return _backends(service)[account][region]


def global_resources(service: str, account: str) -> Any:
    """moto's backend of a service that keeps one set of resources for all Regions, such as S3 and Route 53."""
    return _backends(service)[account][_EVERYWHERE]


def accounts_of(service: str) -> tuple[str, ...]:
    """The accounts that have ever used `service`, in order."""
    return tuple(sorted(_backends(service)))


def everywhere(service: str) -> Iterator[tuple[str, str, Any]]:
    """(account, Region, moto's backend) wherever `service` has ever been used, in order."""
    yield from sorted(_backends(service).iter_backends(), key=lambda found: (found[0], found[1]))


@contextmanager
def refusals() -> Iterator[None]:
    """What moto refuses inside, the simulated service refuses with the same code and message."""
    from moto.core.exceptions import ServiceException

    try:
        yield
    except ServiceException as refused:
        raise AwsError(refused.code, str(refused.message)) from refused


def _backends(service: str) -> Any:
    backends: Any = importlib.import_module("moto.backends")
    return backends.get_backend(service)
