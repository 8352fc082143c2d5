"""Keys of KMS that sign with Ed25519, which moto does not have, and how KMS refuses to sign.

Sources: AWS KMS API Reference, CreateKey, GetPublicKey and Sign; AWS KMS Developer Guide, "Key states of KMS keys".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import AwsError, Call, Handler

SPEC = "ECC_NIST_EDWARDS25519"
_ALGORITHMS = ["ED25519_SHA_512", "ED25519_PH_SHA_512"]
_LARGEST = 4096
_MOTO_SPEC = "ECC_NIST_P256"
"""What moto is told that such a key is: the one of its specs that is made fastest."""


class Ed25519Key:
    """The private half, with the methods of moto's own."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    def sign(self, message: bytes, algorithm: str) -> bytes:
        if algorithm != "ED25519_SHA_512":
            raise AwsError("NotSimulated", f"{algorithm} is not simulated", 501)
        return self._key.sign(message)

    def public_key(self) -> bytes:
        """A SubjectPublicKeyInfo in DER."""
        return self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def handlers() -> Mapping[str, Handler]:
    """The operations that are carried out here, and not by moto."""
    return {"CreateKey": _create, "GetPublicKey": _public_key, "Sign": _sign}


def _create(call: Call) -> Mapping[str, Any]:
    given = call.params
    spec = given.get("KeySpec") or given.get("CustomerMasterKeySpec")
    usage = given.get("KeyUsage")
    if spec == SPEC and usage != "SIGN_VERIFY":
        raise AwsError("ValidationException", f"KeyUsage {usage} is not compatible with KeySpec {SPEC}")
    key = resources("kms", call.account, call.region).create_key(
        given.get("Policy"),
        usage,
        _MOTO_SPEC if spec == SPEC else spec,
        given.get("Description"),
        given.get("Tags"),
        given.get("MultiRegion") or False,
        given.get("Origin") or "AWS_KMS",
    )
    if spec == SPEC:
        key.key_spec, key.private_key = SPEC, Ed25519Key()
    return {"KeyMetadata": _metadata(key)}


def described(call: Call) -> Mapping[str, Any] | None:
    """What DescribeKey tells of such a key; None for another, of which moto tells."""
    key = _found(call)
    return {"KeyMetadata": _metadata(key)} if key.key_spec == SPEC else None


def _metadata(key: Any) -> Mapping[str, Any]:
    told: dict[str, Any] = key.to_dict()["KeyMetadata"]
    return {**told, "SigningAlgorithms": _ALGORITHMS} if key.key_spec == SPEC else told


def _public_key(call: Call) -> Mapping[str, Any]:
    key = _usable(call)
    if key.key_spec == "SYMMETRIC_DEFAULT" or key.key_spec.startswith("HMAC"):
        raise AwsError("UnsupportedOperationException", f"{key.arn} has no public key")
    return {
        "KeyId": key.arn,
        "PublicKey": key.private_key.public_key(),
        "CustomerMasterKeySpec": key.key_spec,
        "KeySpec": key.key_spec,
        "KeyUsage": key.key_usage,
        **({"EncryptionAlgorithms": key.encryption_algorithms} if key.encryption_algorithms else {}),
        **({"SigningAlgorithms": algorithms} if (algorithms := _metadata(key)["SigningAlgorithms"]) else {}),
    }


def _sign(call: Call) -> Mapping[str, Any]:
    key, message, algorithm = _usable(call), bytes(call.params["Message"]), call.params["SigningAlgorithm"]
    if key.key_usage != "SIGN_VERIFY" or algorithm not in _metadata(key)["SigningAlgorithms"]:
        raise AwsError("InvalidKeyUsageException", f"{key.arn} is {key.key_spec} for {key.key_usage}, not {algorithm}")
    if not 0 < len(message) <= _LARGEST:
        raise AwsError("ValidationException", f"'message' must have length less than or equal to {_LARGEST}")
    if algorithm == "ED25519_SHA_512" and call.params.get("MessageType", "RAW") != "RAW":
        raise AwsError("ValidationException", f"{algorithm} signs messages of the type RAW only")
    return {"KeyId": key.arn, "Signature": key.private_key.sign(message, algorithm), "SigningAlgorithm": algorithm}


def _found(call: Call) -> Any:
    backend, named = resources("kms", call.account, call.region), str(call.params["KeyId"])
    try:
        return backend.describe_key(named)
    except KeyError:
        raise AwsError("NotFoundException", f"Key '{named}' does not exist") from None


def _usable(call: Call) -> Any:
    key = _found(call)
    if key.key_state == "Disabled":
        raise AwsError("DisabledException", f"{key.arn} is disabled.", 409)
    if key.key_state != "Enabled":
        raise AwsError("KMSInvalidStateException", f"{key.arn} is {key.key_state}.", 409)
    return key
