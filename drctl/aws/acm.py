"""Certificates of AWS Certificate Manager: in what state they are, and until when.

They are regional. A load balancer takes those of its own Region, CloudFront those of us-east-1
(AWS Certificate Manager User Guide, "Supported Regions").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from drctl.aws.answered import answered_at

ISSUED = "ISSUED"
"""The one state in which a certificate is of use (ACM API Reference, CertificateSummary)."""
# Without this list AWS leaves out every certificate but those of RSA 1024 and 2048 (ListCertificates, Filters).
_KEY_TYPES = ("RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    names: tuple[str, ...]
    """The domain first; a name may begin with `*.`."""
    status: str
    until: datetime | None
    """When it expires; None before it is issued."""
    at: datetime
    """When AWS answered, by its own clock."""

    def covers(self, name: str) -> bool:
        """Whether a browser takes it for `name`: a star stands for one label, the first."""
        return name in self.names or f"*.{name.partition('.')[2]}" in self.names


def find_certificate(acm: Any, name: str) -> Certificate | None:
    """The certificate that covers `name`, of several the one that is of use for longest; None where none does."""
    found: list[Certificate] = []
    for page in acm.get_paginator("list_certificates").paginate(Includes={"keyTypes": list(_KEY_TYPES)}):
        at = answered_at(page)
        found += [_certificate(raw, at) for raw in page["CertificateSummaryList"]]
    covering = [one for one in found if one.covers(name)]
    return max(covering, key=lambda one: (one.status == ISSUED, one.until or one.at), default=None)


def _certificate(raw: Mapping[str, Any], at: datetime) -> Certificate:
    until = raw.get("NotAfter")
    return Certificate(
        names=(raw["DomainName"], *raw.get("SubjectAlternativeNameSummaries", ())),
        status=raw["Status"],
        until=until.astimezone(UTC) if until is not None else None,
        at=at,
    )
