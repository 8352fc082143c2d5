"""KMS keys as frozen types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drctl.aws.failures import absent


@dataclass(frozen=True, slots=True, kw_only=True)
class KmsKey:
    """A key, and the state it is in (AWS KMS Developer Guide, key states)."""

    arn: str
    state: str

    @property
    def usable(self) -> bool:
        """Whether data can be decrypted with it: in every state but `Enabled` it cannot."""
        return self.state == "Enabled"


def find_key(kms: Any, key: str) -> KmsKey | None:
    """The key of that id, ARN or `alias/…`; None where there is none in this Region and account."""
    with absent("NotFoundException"):
        found = kms.describe_key(KeyId=key)["KeyMetadata"]
        return KmsKey(arn=found["Arn"], state=found["KeyState"])
    return None
