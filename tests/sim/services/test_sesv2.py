"""SES tells what may be sent, and an identity is verified in its time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.simulated import RECOVERY, Simulated


def test_an_identity_is_verified_and_signed_for_once_its_lag_has_gone_by(simulated: Simulated) -> None:
    ses = simulated.client("sesv2", RECOVERY)
    ses.create_email_identity(EmailIdentity="amply.example")
    pending = ses.get_email_identity(EmailIdentity="amply.example")
    assert (pending["VerificationStatus"], pending["VerifiedForSendingStatus"]) == ("PENDING", False)
    simulated.advance(timedelta(minutes=5))
    verified = ses.get_email_identity(EmailIdentity="amply.example")
    assert (verified["VerificationStatus"], verified["VerifiedForSendingStatus"]) == ("SUCCESS", True)
    assert verified["DkimAttributes"]["Status"] == "SUCCESS"


def test_an_identity_that_the_older_api_verified_is_verified(simulated: Simulated) -> None:
    """Estates are planted so."""
    simulated.client("ses", RECOVERY).verify_domain_identity(Domain="amply.example")
    found = simulated.client("sesv2", RECOVERY).get_email_identity(EmailIdentity="amply.example")
    assert found["VerifiedForSendingStatus"] is True


def test_an_identity_of_another_region_is_none_of_this_one(simulated: Simulated) -> None:
    simulated.client("sesv2").create_email_identity(EmailIdentity="amply.example")
    here = simulated.client("sesv2", RECOVERY)
    with pytest.raises(here.exceptions.NotFoundException):
        here.get_email_identity(EmailIdentity="amply.example")


def test_what_is_sent_counts_against_the_quota(simulated: Simulated) -> None:
    ses = simulated.client("sesv2", RECOVERY)
    simulated.client("ses", RECOVERY).verify_domain_identity(Domain="amply.example")
    text = {"Data": "hello"}
    ses.send_email(
        FromEmailAddress="no-reply@amply.example",
        Destination={"ToAddresses": ["one@example.org", "two@example.org"]},
        Content={"Simple": {"Subject": text, "Body": {"Text": text}}},
    )
    assert ses.get_account()["SendQuota"]["SentLast24Hours"] == 2.0


def test_a_region_in_the_sandbox_says_so(simulated: Simulated) -> None:
    ses = simulated.client("sesv2", RECOVERY)
    assert ses.get_account()["ProductionAccessEnabled"] is True
    simulated.world.broken["mail"] = {RECOVERY}
    account = ses.get_account()
    assert (account["ProductionAccessEnabled"], account["SendQuota"]["Max24HourSend"]) == (False, 200.0)
