"""Whether the recovery Region has what workloads start from: images, secrets, and keys that are enabled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from drctl.actions.findings import Finding, judged, unknown
from drctl.aws.denied import Denied, look
from drctl.aws.ecr import Image, list_images
from drctl.aws.kms import KmsKey, find_key
from drctl.aws.secretsmanager import Secret, find_secret

IN_SYNC = "InSync"
"""AWS Secrets Manager API Reference, ReplicationStatusType."""

Images = tuple[Image, ...] | Denied | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryFacts:
    name: str
    region: str
    """Where the copies have to be."""
    here: Images
    there: Images


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretFacts:
    name: str
    region: str
    """Where the replica has to be."""
    secret: Secret | Denied | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFacts:
    name: str
    region: str
    key: KmsKey | Denied | None


def look_at_repository(name: str, region: str, here: Any, there: Any) -> RepositoryFacts:
    """Its images in both Regions."""
    return RepositoryFacts(
        name=name,
        region=region,
        here=look(list_images, here, name),
        there=look(list_images, there, name),
    )


def look_at_secret(name: str, region: str, secretsmanager: Any) -> SecretFacts:
    """The primary, which knows of its replicas."""
    return SecretFacts(name=name, region=region, secret=look(find_secret, secretsmanager, name))


def look_at_key(name: str, region: str, kms: Any) -> KeyFacts:
    """The key in one Region."""
    return KeyFacts(name=name, region=region, key=look(find_key, kms, name))


def judge_repository(facts: RepositoryFacts) -> Iterator[Finding]:
    """Its newest images have to be in the other Region, by their digests."""
    check, subject = "ecr.replicated", facts.name
    for seen in (facts.here, facts.there):
        if isinstance(seen, Denied):
            yield unknown(check, subject, seen)
            return
    here = facts.here if isinstance(facts.here, tuple) else ()
    there = facts.there if isinstance(facts.there, tuple) else ()
    newest = max((image.pushed_at for image in here), default=None)
    known = {image.digest for image in there}
    missing = [image for image in here if image.pushed_at == newest and image.digest not in known]
    fix = "push it there once more: what was pushed before replication was set up is never copied"
    if not here:
        wrong, fix = f"the repository {facts.name} has no images", "look at its name"
    else:
        told = f"{facts.name}:{missing[0].tags[0]}" if missing and missing[0].tags else facts.name
        wrong = f"the image {told} is not in {facts.region}"
    observed = "missing" if missing else "replicated" if here else "no images"
    yield judged(check, subject, holds=bool(here) and not missing, observed=observed, wrong=wrong, fix=fix)


def judge_secret(facts: SecretFacts) -> Iterator[Finding]:
    """Its replica has to be in sync now."""
    check, subject = "secrets.replicated", f"{facts.name} in {facts.region}"
    secret = facts.secret
    if isinstance(secret, Denied):
        yield unknown(check, subject, secret)
        return
    if secret is None or secret.deleted:
        wrong = f"there is no secret {facts.name} that could be replicated to {facts.region}"
        yield judged(check, subject, holds=False, observed="absent", wrong=wrong, fix="look at its name")
        return
    # Where this is the replica, nobody can say from here how it fares: its primary is elsewhere.
    status = secret.replicas.get(facts.region)
    wrong = (
        f"{facts.name} is not replicated to {facts.region}"
        if status is None
        else f"the replica of {facts.name} in {facts.region} is {status!r}"
    )
    fix = "replicate it to that Region from its primary"
    yield judged(check, subject, holds=status == IN_SYNC, observed=status or "none", wrong=wrong, fix=fix)


def judge_key(facts: KeyFacts) -> Iterator[Finding]:
    """What is encrypted with it can be read only while it is enabled."""
    check, subject, key = "kms.enabled", f"{facts.name} in {facts.region}", facts.key
    if isinstance(key, Denied):
        yield unknown(check, subject, key)
        return
    state = key.state if key is not None else "absent"
    yield judged(
        check,
        subject,
        holds=key is not None and key.usable,
        observed=state,
        wrong=f"the key {subject} is {state}",
        fix="enable it, or cancel its deletion; create it where there is none",
    )
