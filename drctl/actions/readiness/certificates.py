"""What customers' browsers have to be shown: a certificate in the Region, and one in us-east-1 for CloudFront."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from drctl.actions.readiness.facts import Fact
from drctl.actions.readiness.params import Params
from drctl.aws.acm import ISSUED, Certificate, find_certificate
from drctl.aws.denied import Denied, look
from drctl.model.duration import format_duration
from drctl.ports.aws import AwsClients

EDGE = "us-east-1"
"""Where CloudFront takes certificates from (AWS Certificate Manager User Guide, "Supported Regions")."""


def look_at_certificates(params: Params, aws: AwsClients) -> Iterator[Fact]:
    """The best that there is for each name."""
    soon = timedelta(days=params.certificate_days)
    for region, names in ((params.region, params.certificates), (EDGE, params.edge_certificates)):
        for name in names:
            certificate = look(find_certificate, aws.client("acm", region), name)
            yield Fact("acm.certificate", name, region, _state(certificate, soon))


def _state(certificate: Certificate | Denied | None, soon: timedelta) -> str | Denied | None:
    if not isinstance(certificate, Certificate):
        return certificate
    if certificate.status != ISSUED or certificate.until is None:
        return certificate.status
    left = certificate.until - certificate.at
    if left <= timedelta(0):
        return "EXPIRED"
    days = format_duration(timedelta(days=left.days) if left.days else timedelta(minutes=left // timedelta(minutes=1)))
    return ISSUED if left > soon else f"good for no more than {days}"
