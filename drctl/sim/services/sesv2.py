"""SES: what the account may send, which moto does not tell, and identities that take their time to be verified.

The DNS records of every identity are taken to be there. Source: Amazon SES API v2 Reference, GetAccount and
GetEmailIdentity.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import AwsError, Call, Handler, World

_DAILY_QUOTA, _RATE = 50_000.0, 14.0
"""What AWS commonly grants with production access (Amazon SES Developer Guide, Service quotas)."""
_SANDBOX_QUOTA, _SANDBOX_RATE = 200.0, 1.0


class Sesv2Overlay:
    """Everybody has production access, but in the Regions that are broken as `mail`: those are in the sandbox."""

    service = "sesv2"

    def __init__(self, world: World) -> None:
        self._world = world
        self.before: Mapping[str, Handler] = {}
        self.replaces: Mapping[str, Handler] = {"GetAccount": self._account, "GetEmailIdentity": self._identity}
        self.after: Mapping[str, Handler] = {"CreateEmailIdentity": self._verify}

    def reset(self) -> None:
        """Nothing is kept here: identities are moto's."""

    def state(self) -> Mapping[str, Any]:
        return {}

    def _account(self, call: Call) -> Mapping[str, Any]:
        production = call.region not in self._world.broken.get("mail", ())
        # moto counts what was sent since the world began, and no run lasts longer than a day.
        sent = float(resources("ses", call.account, call.region).sent_message_count)
        return {
            "DedicatedIpAutoWarmupEnabled": True,
            "EnforcementStatus": "HEALTHY",
            "ProductionAccessEnabled": production,
            "SendingEnabled": True,
            "SendQuota": {
                "Max24HourSend": _DAILY_QUOTA if production else _SANDBOX_QUOTA,
                "MaxSendRate": _RATE if production else _SANDBOX_RATE,
                "SentLast24Hours": sent,
            },
        }

    def _identity(self, call: Call) -> Mapping[str, Any]:
        name = str(call.params["EmailIdentity"])
        identity = _identities(call).get(name)
        if identity is None:
            raise AwsError("NotFoundException", f"Email identity {name} does not exist.", 404)
        status = identity.verification_status
        signed = {"SigningEnabled": True, "Status": status, "SigningAttributesOrigin": "AWS_SES"}
        return {
            "IdentityType": identity.identity_type,
            "FeedbackForwardingStatus": True,
            "VerifiedForSendingStatus": status == "SUCCESS",
            "VerificationStatus": status,
            "DkimAttributes": signed if identity.identity_type == "DOMAIN" else {"Status": "NOT_STARTED"},
            "Tags": identity.tags or [],
            **({"ConfigurationSetName": identity.configuration_set_name} if identity.configuration_set_name else {}),
        }

    def _verify(self, call: Call) -> None:
        identity = _identities(call)[str(call.params["EmailIdentity"])]
        identity.verification_status = "PENDING"
        self._world.after("ses.verify", partial(setattr, identity, "verification_status", "SUCCESS"))


def _identities(call: Call) -> Mapping[str, Any]:
    identities: Mapping[str, Any] = resources("ses", call.account, call.region).email_identities
    return identities
