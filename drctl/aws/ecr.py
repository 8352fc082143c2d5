"""Container images in ECR as frozen types. Each Region has its own; what is replicated keeps its digest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from drctl.aws.failures import absent

_REFERENCE = re.compile(
    r"(?P<registry>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/"
    r"(?P<repository>[^:@]+)(:(?P<tag>[^@]+))?(@(?P<digest>sha256:[0-9a-f]+))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    digest: str
    tags: tuple[str, ...]
    pushed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageReference:
    """An image of ECR as a task definition names it."""

    registry: str
    """The account that it is in."""
    region: str
    repository: str
    tag: str
    digest: str | None = None
    """Where it is given, it decides, and the tag says nothing."""


def parse_reference(image: str) -> ImageReference | None:
    """What `image` names; None where that is no image of ECR."""
    found = _REFERENCE.fullmatch(image)
    if found is None:
        return None
    return ImageReference(
        registry=found["registry"],
        region=found["region"],
        repository=found["repository"],
        tag=found["tag"] or "latest",
        digest=found["digest"],
    )


def has_image(ecr: Any, reference: ImageReference) -> bool:
    """Whether the client's Region has it."""
    wanted = {"imageDigest": reference.digest} if reference.digest else {"imageTag": reference.tag}
    with absent("RepositoryNotFoundException", "ImageNotFoundException"):
        answer = ecr.describe_images(
            registryId=reference.registry, repositoryName=reference.repository, imageIds=[wanted]
        )
        return bool(answer["imageDetails"])
    return False


def list_images(ecr: Any, repository: str) -> tuple[Image, ...] | None:
    """The tagged images of a repository; None where the client's Region has no such repository."""
    with absent("RepositoryNotFoundException"):
        return tuple(_tagged(ecr, repository))
    return None


def repository_arn(region: str, account: str, name: str) -> str:
    """The ARN of a repository."""
    return f"arn:aws:ecr:{region}:{account}:repository/{name}"


def _tagged(ecr: Any, repository: str) -> Iterator[Image]:
    pages = ecr.get_paginator("describe_images").paginate(repositoryName=repository, filter={"tagStatus": "TAGGED"})
    for page in pages:
        for raw in page["imageDetails"]:
            yield Image(digest=raw["imageDigest"], tags=tuple(raw.get("imageTags", ())), pushed_at=raw["imagePushedAt"])
