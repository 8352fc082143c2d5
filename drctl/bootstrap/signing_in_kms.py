"""Sign with a key of AWS KMS, through the accounts and the guard of an environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drctl.bootstrap import preflight, texts
from drctl.bootstrap.environment_world import EnvironmentSettings, EnvironmentWorld, MfaCode
from drctl.bootstrap.requests import SIMULATED
from drctl.errors import InputInvalid, Refused
from drctl.model.events import Mode
from drctl.model.failure import CallFailure, FailureKind
from drctl.model.run import Run
from drctl.pack.public_key import NoKey, PublicKey, from_spki

if TYPE_CHECKING:
    from drctl.aws.kms_signing import KeyPlace
    from drctl.aws.sessions import AwsSessions
    from drctl.model.environment import Environment

_HINTS: Mapping[FailureKind, str] = {
    FailureKind.EXPIRED: "sign in again",
    FailureKind.NOT_FOUND: "look at the ARN: its Region, its account, its id",
    FailureKind.UNREACHABLE: "try again, or sign with a key whose Region answers",
}


@dataclass(frozen=True, slots=True)
class KmsSigning:
    """A key of AWS KMS that can sign: its public half was read, and is of Ed25519."""

    public: PublicKey
    kms_key: str
    _access: AwsSessions
    _client: Any

    def sign(self, message: bytes) -> bytes:
        """The signature of exactly these bytes. Raises Refused where AWS gives none, or a wrong one."""
        from drctl.aws.kms_signing import sign

        try:
            signature = sign(self._client, self.kms_key, message)
        except Refused:
            # The guard has: the key's Region is none of the environment's.
            raise
        except Exception as error:
            if (refused := _refused(self._access, error, self.kms_key, "kms:Sign")) is None:
                raise
            raise refused from error
        if not self.public.signed(message, signature):
            raise Refused(f"{self.kms_key} has given a signature that does not hold", hint="try again")
        return signature


def kms_signing(key: str, environment: str | None, run: Run, mfa_code: MfaCode | None) -> KmsSigning:
    """The key of that ARN, asked for as that environment's accounts, or as those of the run's own.

    Raises InputInvalid and NotFound, GuardRefused where these credentials are of another account, and Refused where
    the key cannot be used.
    """
    from drctl.aws.kms_signing import find_signing_key, parse_key_arn

    place = parse_key_arn(key)
    if place is None:
        raise InputInvalid(
            f"--kms: {key!r} is no ARN of a key", hint="arn:aws:kms:REGION:ACCOUNT:key/ID, or …:alias/NAME"
        )
    described, settings = _environment(environment, run)
    account = _account(described, place)
    # Signing changes nothing that a drill could have made; the guard of drills has no leave to give for it.
    world = EnvironmentWorld(described, settings, mode=Mode.RECOVER, mfa_code=mfa_code)
    access = world.access(run.started.run if run.started is not None else "pack")
    preflight.confirm(access, described, (account,))
    client = access.for_account(account).client("kms", place.region)
    try:
        found = find_signing_key(client, key)
    except Exception as error:
        if (refused := _refused(access, error, key, "kms:GetPublicKey")) is None:
            raise
        raise refused from error
    if not found.signs:
        raise InputInvalid(
            f"{key} cannot sign with Ed25519: it is {found.spec}, for {found.usage}",
            hint="make one: aws kms create-key --key-spec ECC_NIST_EDWARDS25519 --key-usage SIGN_VERIFY",
        )
    try:
        public = from_spki(found.spki)
    except NoKey as no:
        raise Refused(f"{key}: {no}") from no
    return KmsSigning(public, found.arn, access, client)


def _environment(name: str | None, run: Run) -> tuple[Environment, EnvironmentSettings]:
    if name is not None:
        return texts.environment_of(name)
    if run.started is None or run.started.environment == SIMULATED:
        raise InputInvalid(
            "--kms: the run was driven on a simulated AWS of its own, which has no key that lasts",
            hint="name an environment whose accounts have the key: --environment NAME",
        )
    settings = EnvironmentSettings.read(run.started.settings)
    return settings.described(), settings


def _account(environment: Environment, place: KeyPlace) -> str:
    named = [name for name, account in environment.accounts.items() if account.id == place.account]
    if not named:
        known = [f"{name}: {account.id}" for name, account in environment.accounts.items()]
        raise InputInvalid(
            f"--kms: account {place.account} is none of {environment.name}'s",
            context=known,
            hint="name the environment that has it: --environment NAME",
        )
    return named[0]


def _refused(access: AwsSessions, error: Exception, key: str, action: str) -> Refused | None:
    """What AWS has answered, as a refusal; None where it is not AWS's."""
    failure = access.classify(error)
    if failure is None:
        return None
    return Refused(f"{key} cannot be used", context=[f"AWS says: {failure}"], hint=_hint(failure, action))


def _hint(failure: CallFailure, action: str) -> str | None:
    if failure.code in ("DisabledException", "KMSInvalidStateException"):
        return "look at the key's state: aws kms describe-key"
    if failure.kind is FailureKind.AUTH:
        return f"allow {action} on this key to the role that the environment names, in IAM and in the key's policy"
    return _HINTS.get(failure.kind)
