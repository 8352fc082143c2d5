"""The revision that a service should run: what it runs now, with the runbook's overrides. Pure.

Every registration makes another revision, so the content's hash goes on it as a tag:
after a crash it tells whether the newest revision is already the one that is wanted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drctl.aws.task_definitions import TaskDefinition

HASH_TAG = "drctl:content-sha256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What is different about one container."""

    container: str
    environment: Mapping[str, str]
    secrets: Mapping[str, str]
    """Variable → ARN."""
    image: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The wanted content, and the revision that has it; None where it has to be registered first."""

    arn: str | None
    content: Mapping[str, Any]
    sha256: str
    tags: Mapping[str, str]
    """What people have tagged the present revision with, and expect on the next one."""


def containers_of(definition: TaskDefinition) -> tuple[str, ...]:
    """The names of its containers."""
    return tuple(container["name"] for container in definition.content["containerDefinitions"])


def wanted_revision(current: TaskDefinition, latest: TaskDefinition | None, overrides: Overrides) -> Revision:
    """The revision a service should run that runs `current` now."""
    content = _overridden(current.content, overrides)
    sha256 = content_hash(content)
    return Revision(
        arn=_found(content, sha256, current, latest),
        content=content,
        sha256=sha256,
        tags={name: value for name, value in current.tags.items() if not name.startswith(("aws:", "drctl:"))},
    )


def _found(
    content: Mapping[str, Any], sha256: str, current: TaskDefinition, latest: TaskDefinition | None
) -> str | None:
    # Compared by what is in it, not by the tag: ECS fills in defaults when it registers, so that
    # what is read back may hash differently from what was sent.
    if content == current.content:
        return current.arn
    if latest is not None and latest.status == "ACTIVE" and latest.tags.get(HASH_TAG) == sha256:
        return latest.arn
    return None


def content_hash(content: Mapping[str, Any]) -> str:
    """The SHA-256 of a definition's content, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _overridden(content: Mapping[str, Any], overrides: Overrides) -> dict[str, Any]:
    containers = [
        _container(container, overrides) if container["name"] == overrides.container else container
        for container in content["containerDefinitions"]
    ]
    return {**content, "containerDefinitions": containers}


def _container(container: Mapping[str, Any], overrides: Overrides) -> dict[str, Any]:
    changed = dict(container)
    if overrides.image is not None:
        changed["image"] = overrides.image
    # ECS refuses a name that is both a variable and a secret, so an override takes it from the other list.
    _set(changed, "environment", "value", overrides.environment, without=overrides.secrets)
    _set(changed, "secrets", "valueFrom", overrides.secrets, without=overrides.environment)
    return changed


def _set(
    container: dict[str, Any], key: str, holds: str, values: Mapping[str, str], *, without: Mapping[str, str]
) -> None:
    present: Sequence[Mapping[str, Any]] = container.get(key, ())
    kept = [
        {**one, holds: values[one["name"]]} if one["name"] in values else one
        for one in present
        if one["name"] not in without
    ]
    known = {one["name"] for one in kept}
    added = [{"name": name, holds: value} for name, value in values.items() if name not in known]
    if kept or added or key in container:
        container[key] = [*kept, *added]
