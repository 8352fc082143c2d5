"""A key of AWS KMS that signs with Ed25519.

KMS has such keys since November 2025: key spec ECC_NIST_EDWARDS25519, usage SIGN_VERIFY, and the algorithms
ED25519_SHA_512 (RFC 8032's Ed25519, for which the message is sent whole: MessageType RAW, at most 4,096 bytes) and
ED25519_PH_SHA_512, which signs a digest and is another signature (AWS KMS API Reference, Sign and GetPublicKey; AWS
KMS Developer Guide, "Key spec reference").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

SPEC, USAGE, ALGORITHM = "ECC_NIST_EDWARDS25519", "SIGN_VERIFY", "ED25519_SHA_512"
_ARN = re.compile(r"arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):(?:key|alias)/[A-Za-z0-9/_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPlace:
    """Where a key is, by its ARN."""

    arn: str
    region: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """The public half of a key, and what it is for."""

    arn: str
    """Of the key itself, where an alias was named."""
    spec: str
    usage: str
    algorithms: tuple[str, ...]
    spki: bytes
    """A SubjectPublicKeyInfo in DER."""

    @property
    def signs(self) -> bool:
        """Whether it can make a signature of Ed25519."""
        return (self.spec, self.usage) == (SPEC, USAGE) and ALGORITHM in self.algorithms


def parse_key_arn(text: str) -> KeyPlace | None:
    """Where the key of that ARN is; None for anything else."""
    found = _ARN.fullmatch(text)
    return KeyPlace(arn=text, region=found[1], account=found[2]) if found is not None else None


def find_signing_key(kms: Any, key: str) -> SigningKey:
    """The key's public half. Raises what AWS answers: NotFoundException, DisabledException and their like."""
    found = kms.get_public_key(KeyId=key)
    return SigningKey(
        arn=found["KeyId"],
        spec=found.get("KeySpec") or found.get("CustomerMasterKeySpec", ""),
        usage=found["KeyUsage"],
        algorithms=tuple(found.get("SigningAlgorithms") or ()),
        spki=found["PublicKey"],
    )


def sign(kms: Any, key: str, message: bytes) -> bytes:
    """The signature of exactly these bytes, 64 bytes long. Raises what AWS answers."""
    answer = kms.sign(KeyId=key, Message=message, MessageType="RAW", SigningAlgorithm=ALGORITHM)
    signature: bytes = answer["Signature"]
    return signature
