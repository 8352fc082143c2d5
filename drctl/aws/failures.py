"""Answers of AWS that are failures, as values. Whatever is not an answer of AWS is a bug and stays an exception."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from drctl.aws.error_codes import kind_of
from drctl.model.failure import CallFailure, FailureKind

# By name, so that telling a failure needs no import of botocore; every name is botocore's own class.
# No connection was made, so the call cannot have happened.
_UNREACHABLE = frozenset({"EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError"})
# The call may have left: an answer was lost, cut short or unreadable.
_AMBIGUOUS = frozenset({"HTTPClientError", "SSLError", "IncompleteReadError", "ResponseParserError"})
_AUTH = frozenset({
    "NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "TokenRetrievalError",
    "NoAuthTokenError", "ProfileNotFound", "SSOError", "LoginError", "MetadataRetrievalError",
    "RefreshWithMFAUnsupportedError", "UnknownCredentialError",
})  # fmt: skip
_VALIDATION = frozenset({"ParamValidationError", "ValidationError", "UnsupportedS3ArnError", "InvalidDNSNameError"})

_KINDS = (
    (_UNREACHABLE, FailureKind.UNREACHABLE),
    (_AMBIGUOUS, FailureKind.AMBIGUOUS),
    (_AUTH, FailureKind.AUTH),
    (_VALIDATION, FailureKind.VALIDATION),
)


def classify(error: Exception) -> CallFailure | None:
    """The failure that `error` stands for; None where it is not an answer of AWS but a bug.

    An error that AWS answered is told by its wire code, a call without an answer by
    botocore's class: a connection that was never made did not happen, one that broke may have.
    """
    response = getattr(error, "response", None)
    if _is_botocore(error, frozenset({"ClientError"})) and isinstance(response, dict):
        return _answered(error, response)
    for names, kind in _KINDS:
        if _is_botocore(error, names):
            return CallFailure(kind, type(error).__name__, str(error))
    return None


def error_code(error: BaseException) -> str:
    """The service's own code of an error it answered; empty for any other exception."""
    codes = _codes(error)
    return codes[0] if codes else ""


class Tolerated:
    """A block that ends quietly at certain error codes; what follows it runs then."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        self._codes = frozenset(codes)

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        return error is not None and not self._codes.isdisjoint(_codes(error))


def absent(*codes: str) -> Tolerated:
    """Read these codes as "it is not there". Anything else passes through, AccessDenied above all."""
    return Tolerated(codes)


def already(*codes: str) -> Tolerated:
    """Read these codes as "the change was already made"."""
    return Tolerated(codes)


def _answered(error: Exception, response: dict[str, Any]) -> CallFailure:
    told = response.get("Error", {})
    message = str(told.get("Message", ""))
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) or 0)
    operation = str(getattr(error, "operation_name", ""))
    # SQS answers an old and a new name for the same thing; the first that anybody knows decides.
    kinds = [(kind_of(code, message, status), code) for code in _codes(error)]
    kind, code = next((pair for pair in kinds if pair[0] is not FailureKind.UNKNOWN), kinds[0])
    return CallFailure(kind, code, message, operation=operation)


def _codes(error: BaseException) -> tuple[str, ...]:
    response = getattr(error, "response", None)
    if not isinstance(response, dict):
        return ()
    told = response.get("Error", {})
    return tuple(str(told[key]) for key in ("Code", "QueryErrorCode") if told.get(key)) or ("Unknown",)


def _is_botocore(error: Exception, names: frozenset[str]) -> bool:
    return any(
        base.__name__ in names and base.__module__.split(".", 1)[0] in ("botocore", "boto3")
        for base in type(error).__mro__
    )
