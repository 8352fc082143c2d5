"""Whether a task can start where it is placed: a host is found, its secrets are fetched, its images pulled, it runs.

An image or a secret is looked for where its reference says it is; what is in a lost Region cannot be had.
The words are those that ECS shows as the reason of a stopped task ("Amazon ECS Developer Guide, Stopped tasks
error messages").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import World

_REGISTRY = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/"
    r"(?P<repository>[^:@]+)(?::(?P<tag>[^@]+))?(?:@(?P<digest>.+))?"
)
_SECRET = re.compile(r"arn:aws:secretsmanager:(?P<region>[^:]+):(?P<account>\d{12}):secret:(?P<name>[^:]+)")
_PARAMETER = re.compile(r"arn:aws:ssm:(?P<region>[^:]+):(?P<account>\d{12}):parameter(?P<name>/.+)")
_SECRETS_FAILED = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
)
_NO_CAPACITY = "Capacity is unavailable at this time. Please try again later or in a different availability zone"
_TIMED_OUT = "RequestCanceled: request context canceled caused by: context deadline exceeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why a task stopped instead of running, in the words of ECS; `container` is what it tells of its container."""

    stop_code: str
    reason: str
    container: str
    exit_code: int | None = None


def find_obstacle(world: World, account: str, region: str, definition: Any, *, zone: str) -> Obstacle | None:
    """What keeps a task of `definition` (moto's task definition) from running in `zone` of `region`; None where
    nothing does."""
    if zone in world.lost_zones | world.full_zones or region in world.broken.get("fargate", ()):
        return _not_started(_NO_CAPACITY)
    containers = definition.container_definitions
    for secret in (one for container in containers for one in container.get("secrets") or ()):
        problem = _secret_problem(world, account, region, str(secret["valueFrom"]))
        if problem is not None:
            return _not_started(_SECRETS_FAILED + problem)
    images = [str(container["image"]) for container in containers]
    for image in images:
        problem = _image_problem(world, image)
        if problem is not None:
            return _not_started(f"CannotPullContainerError: {problem}")
    for image in images:
        if is_broken(world, image):
            return Obstacle(
                stop_code="EssentialContainerExited",
                reason="Essential container in task exited",
                container=f"the image {image} exited with code 1 as soon as it was started",
                exit_code=1,
            )
    return None


def _not_started(reason: str) -> Obstacle:
    return Obstacle(stop_code="TaskFailedToStart", reason=reason, container=reason)


def missing_secrets(world: World, account: str, region: str, container: Mapping[str, Any]) -> Iterator[str]:
    """The references of the container's secrets that cannot be had in `region`, of which they have to be."""
    for secret in container.get("secrets") or ():
        reference = str(secret["valueFrom"])
        found = _SECRET.match(reference) or _PARAMETER.match(reference)
        elsewhere = found is not None and found["region"] != region
        if elsewhere or _secret_problem(world, account, region, reference) is not None:
            yield reference


def is_broken(world: World, image: str) -> bool:
    """Whether a scenario has broken the image: named in full, or as `repository:tag`."""
    return any(image == broken or image.endswith("/" + broken) for broken in world.broken.get("image", ()))


def _secret_problem(world: World, account: str, region: str, reference: str) -> str | None:
    parameter = _PARAMETER.match(reference)
    secret = _SECRET.match(reference)
    home = (secret or parameter or {"region": region})["region"]
    if home in world.lost_regions:
        return f"unable to retrieve {reference}: service call has been retried 1 time(s): {_TIMED_OUT}"
    if secret is not None:
        known = resources("secretsmanager", secret["account"], home).secrets.get(secret[0])
        if known is None or getattr(known, "deleted_date", None) is not None:
            return (
                "unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret "
                f"{reference} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the "
                "specified secret."
            )
        return None
    owner, name = (parameter["account"], parameter["name"]) if parameter else (account, reference)
    if resources("ssm", owner, home).get_parameter(name) is None:
        return (
            "unable to retrieve secrets from ssm: service call has been retried 1 time(s): "
            f"invalid ssm parameters: {name}"
        )
    return None


def _image_problem(world: World, image: str) -> str | None:
    found = _REGISTRY.fullmatch(image)
    if found is None:
        # Another registry, which is taken to have it.
        return None
    if found["region"] in world.lost_regions:
        return f"pull image manifest has been retried 5 time(s): failed to resolve ref {image}: i/o timeout"
    repository = resources("ecr", found["account"], found["region"]).repositories.get(found["repository"])
    if repository is None:
        return (
            f"pull image manifest has been retried 1 time(s): failed to resolve ref {image}: "
            f"name unknown: The repository with name '{found['repository']}' does not exist in the registry"
        )
    for known in repository.images:
        if found["digest"] is not None and known.get_image_digest() == found["digest"]:
            return None
        if found["digest"] is None and (found["tag"] or "latest") in known.image_tags:
            return None
    return f"pull image manifest has been retried 1 time(s): failed to resolve ref {image}: {image}: not found"
