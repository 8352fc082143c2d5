"""Multi-Region keys open in every Region they are in; replicated secrets follow their primary until promoted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from drctl.pack.public_key import from_spki
from tests.simulated import PRIMARY, RECOVERY, Simulated


def test_a_multi_region_key_is_replicated_by_its_arn_and_opens_what_its_primary_sealed(simulated: Simulated) -> None:
    here, there = simulated.client("kms"), simulated.client("kms", RECOVERY)
    key = here.create_key(MultiRegion=True)["KeyMetadata"]["Arn"]
    replica = here.replicate_key(KeyId=key, ReplicaRegion=RECOVERY)["ReplicaKeyMetadata"]
    assert replica["MultiRegionConfiguration"]["MultiRegionKeyType"] == "REPLICA"
    primary = here.describe_key(KeyId=key)["KeyMetadata"]
    assert primary["MultiRegionConfiguration"]["MultiRegionKeyType"] == "PRIMARY"
    sealed = here.encrypt(KeyId=key, Plaintext=b"text")["CiphertextBlob"]
    assert there.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"text"


def test_a_key_of_one_region_still_opens_what_it_sealed(simulated: Simulated) -> None:
    kms = simulated.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"text")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"text"


def test_only_a_multi_region_key_is_replicated_and_only_once(simulated: Simulated) -> None:
    kms = simulated.client("kms")
    single = kms.create_key()["KeyMetadata"]["Arn"]
    with pytest.raises(kms.exceptions.UnsupportedOperationException):
        kms.replicate_key(KeyId=single, ReplicaRegion=RECOVERY)
    multi = kms.create_key(MultiRegion=True)["KeyMetadata"]["Arn"]
    kms.replicate_key(KeyId=multi, ReplicaRegion=RECOVERY)
    with pytest.raises(kms.exceptions.AlreadyExistsException):
        kms.replicate_key(KeyId=multi, ReplicaRegion=RECOVERY)


def test_a_replica_of_a_secret_is_on_its_way_and_then_in_sync(simulated: Simulated) -> None:
    here = simulated.client("secretsmanager")
    here.create_secret(Name="s", SecretString="one", AddReplicaRegions=[{"Region": RECOVERY}])
    assert here.describe_secret(SecretId="s")["ReplicationStatus"][0]["Status"] == "InProgress"
    simulated.advance(timedelta(seconds=15))
    assert here.describe_secret(SecretId="s")["ReplicationStatus"][0]["Status"] == "InSync"
    assert simulated.client("secretsmanager", RECOVERY).get_secret_value(SecretId="s")["SecretString"] == "one"


@pytest.mark.parametrize("stale", [PRIMARY, RECOVERY])
def test_a_secret_can_be_stale_in_one_region_until_something_is_put_into_it(simulated: Simulated, stale: str) -> None:
    here, there = simulated.client("secretsmanager"), simulated.client("secretsmanager", RECOVERY)
    here.create_secret(Name="s", SecretString="one", AddReplicaRegions=[{"Region": RECOVERY}])
    simulated.world.broken["secret"] = {f"{stale}/s"}
    found = {
        region: client.get_secret_value(SecretId="s")["SecretString"]
        for region, client in ((PRIMARY, here), (RECOVERY, there))
    }
    assert {region for region, value in found.items() if value != "one"} == {stale}
    here.put_secret_value(SecretId="s", SecretString="two")
    assert {client.get_secret_value(SecretId="s")["SecretString"] for client in (here, there)} == {"two"}


@pytest.mark.parametrize(("broken", "status"), [(set(), "InSync"), ({"s"}, "Failed")])
def test_a_new_value_is_on_its_way_to_replicas_and_may_not_get_there(
    simulated: Simulated, broken: set[str], status: str
) -> None:
    here = simulated.client("secretsmanager")
    here.create_secret(Name="s", SecretString="one", AddReplicaRegions=[{"Region": RECOVERY}])
    simulated.advance(timedelta(seconds=15))
    simulated.world.broken["secret-replica"] = broken
    here.put_secret_value(SecretId="s", SecretString="two")
    assert here.describe_secret(SecretId="s")["ReplicationStatus"][0]["Status"] == "InProgress"
    simulated.advance(timedelta(seconds=15))
    assert here.describe_secret(SecretId="s")["ReplicationStatus"][0]["Status"] == status


def test_a_promoted_secret_is_its_own_and_outlives_its_primary(simulated: Simulated) -> None:
    here, there = simulated.client("secretsmanager"), simulated.client("secretsmanager", RECOVERY)
    here.create_secret(Name="s", SecretString="one", AddReplicaRegions=[{"Region": RECOVERY}])
    with pytest.raises(ClientError):
        there.put_secret_value(SecretId="s", SecretString="refused")
    simulated.world.lose(PRIMARY)
    there.stop_replication_to_replica(SecretId="s")
    there.put_secret_value(SecretId="s", SecretString="two")
    simulated.world.heal(PRIMARY)
    assert there.get_secret_value(SecretId="s")["SecretString"] == "two"
    assert here.get_secret_value(SecretId="s")["SecretString"] == "one"
    assert "PrimaryRegion" not in there.describe_secret(SecretId="s")
    with pytest.raises(ClientError):
        there.stop_replication_to_replica(SecretId="s")


def test_a_key_of_ed25519_signs_what_its_public_half_confirms(simulated: Simulated) -> None:
    kms = simulated.client("kms")
    made = kms.create_key(KeySpec="ECC_NIST_EDWARDS25519", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    kms.create_alias(AliasName="alias/evidence", TargetKeyId=made["KeyId"])
    public = kms.get_public_key(KeyId="alias/evidence")
    assert (public["KeyId"], public["KeySpec"]) == (made["Arn"], "ECC_NIST_EDWARDS25519")
    signed = kms.sign(KeyId=made["Arn"], Message=b"text", MessageType="RAW", SigningAlgorithm="ED25519_SHA_512")
    key = from_spki(public["PublicKey"])
    assert key.signed(b"text", signed["Signature"])
    assert not key.signed(b"texT", signed["Signature"])
    assert kms.describe_key(KeyId=made["Arn"])["KeyMetadata"]["SigningAlgorithms"] == public["SigningAlgorithms"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Message": b"x" * 4097}, "ValidationException"),
        ({"MessageType": "DIGEST"}, "ValidationException"),
        ({"SigningAlgorithm": "ECDSA_SHA_256"}, "InvalidKeyUsageException"),
        ({"KeyId": "00000000-0000-0000-0000-000000000000"}, "NotFoundException"),
    ],
)
def test_kms_signs_only_what_the_key_is_for(simulated: Simulated, change: dict[str, object], code: str) -> None:
    kms = simulated.client("kms")
    made = kms.create_key(KeySpec="ECC_NIST_EDWARDS25519", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    asked = {"KeyId": made["Arn"], "Message": b"x", "MessageType": "RAW", "SigningAlgorithm": "ED25519_SHA_512"}
    with pytest.raises(ClientError) as refused:
        kms.sign(**{**asked, **change})
    assert refused.value.response["Error"]["Code"] == code


def test_neither_a_disabled_key_nor_one_for_encryption_signs(simulated: Simulated) -> None:
    kms = simulated.client("kms")
    made = kms.create_key(KeySpec="ECC_NIST_EDWARDS25519", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    kms.disable_key(KeyId=made["KeyId"])
    with pytest.raises(kms.exceptions.DisabledException):
        kms.get_public_key(KeyId=made["KeyId"])
    with pytest.raises(kms.exceptions.UnsupportedOperationException):
        kms.get_public_key(KeyId=kms.create_key()["KeyMetadata"]["KeyId"])
