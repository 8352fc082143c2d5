"""What the application reads, writes to and sends with: keys, secrets, parameters, queues and mail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from drctl.actions.readiness.facts import Fact, told
from drctl.actions.readiness.params import Params
from drctl.aws.denied import Denied, look
from drctl.aws.kms import KmsKey, find_key
from drctl.aws.secretsmanager import Secret, find_secret
from drctl.aws.ses import MailAccount, MailIdentity, find_identity, read_account
from drctl.aws.sqs import find_queue
from drctl.aws.ssm import find_parameter
from drctl.ports.aws import AwsClients


def look_at_settings(params: Params, aws: AwsClients) -> Iterator[Fact]:
    """All of them; no value of a secret is asked for."""
    region = params.region
    for name in params.keys:
        key = look(find_key, aws.client("kms", region), name)
        yield Fact("kms.key", name, region, key.state if isinstance(key, KmsKey) else key)
    for name in params.secrets:
        secret = look(find_secret, aws.client("secretsmanager", region), name)
        yield Fact("secrets.secret", name, region, _state_of_secret(secret))
    for name in params.parameters:
        yield Fact("ssm.parameter", name, region, told(look(find_parameter, aws.client("ssm", region), name)))
    for name in params.queues:
        yield Fact("sqs.queue", name, region, told(look(find_queue, aws.client("sqs", region), name)))
    if params.mail_identities:
        yield from _look_at_mail(params, aws.client("sesv2", region))


def _state_of_secret(secret: Secret | Denied | None) -> str | Denied | None:
    if isinstance(secret, Secret) and secret.deleted:
        return "waiting to be deleted"
    if isinstance(secret, Secret) and secret.version_at() is None:
        return "without a value"
    return told(secret)


def _look_at_mail(params: Params, ses: Any) -> Iterator[Fact]:
    account = look(read_account, ses)
    state = _state_of_account(account) if isinstance(account, MailAccount) else account
    yield Fact("ses.account", "SES", params.region, state)
    for name in params.mail_identities:
        identity = look(find_identity, ses, name)
        yield Fact(
            "ses.identity",
            name,
            params.region,
            _state_of_identity(identity) if isinstance(identity, MailIdentity) else identity,
        )


def _state_of_account(account: MailAccount) -> str:
    if not account.production:
        return "in the sandbox"
    if not account.sending:
        return "switched off"
    return "in production" if account.enforcement == "HEALTHY" else account.enforcement


def _state_of_identity(identity: MailIdentity) -> str:
    if identity.verification != "SUCCESS":
        return f"not verified ({identity.verification})"
    return "verified" if identity.may_send else "verified, and may not send"
