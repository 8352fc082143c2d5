"""What is said of a KMS key that is wanted and cannot be used. Pure."""

from __future__ import annotations

from drctl.aws.kms import KmsKey
from drctl.model.decision import Refuse
from drctl.model.past import Past


def judge_wanted_key(wanted: str | None, key: KmsKey | None, region: str, past: Past) -> Refuse | None:
    """Why `key`, found under the name that is `wanted`, encrypts nothing; None where it does, or none is wanted."""
    if wanted is None or (key is not None and key.usable):
        return None
    again = f"drctl resume {past.run}"
    if key is None:
        return Refuse(
            f"KMS key {wanted} is not there in {region}",
            hint=f"name a key of {region} as `kms_key`, or create it there; {again}",
        )
    way_out = "cancel its deletion and enable it" if key.state == "PendingDeletion" else "enable it"
    return Refuse(f"KMS key {wanted} is {key.state} in {region}", hint=f"{way_out}, or name another one; {again}")
