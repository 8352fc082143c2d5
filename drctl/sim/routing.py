"""Which service, operation, Region and caller a signed request is for."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from botocore.exceptions import UnknownServiceError
from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

from drctl.sim.wsgi import Environ

# Signing names that differ from boto3's name of the service.
_SERVICES = {
    "aps": "amp",
    "elasticfilesystem": "efs",
    "elasticmapreduce": "emr",
    "email": "ses",
    "es": "opensearch",
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
    "sso": "sso-admin",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What the signature says: who calls, in which Region, which service by its signing name."""

    access_key: str
    region: str
    signing_name: str


UNSIGNED = Scope("", "us-east-1", "sts")
"""Whom a call without a signature is taken to be for: AssumeRoleWithWebIdentity and its like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An operation of a service that is known, with what is needed to read and answer the call."""

    service: str
    operation: str
    protocol: str
    model: Any
    """moto's operation model."""
    request: Any
    """moto's request; its body has been read."""
    uri_params: dict[str, Any]


def find_scope(environ: Environ) -> Scope | None:
    """The credential scope of a signature, in the header or (presigned) in the query; None without one."""
    header = environ.get("HTTP_AUTHORIZATION", "")
    credential = ""
    if header.startswith("AWS4-") and "Credential=" in header:
        credential = header.split("Credential=", 1)[1].split(",", 1)[0].strip()
    else:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        if "AWSAccessKeyId" in query and "Signature" in query:
            # S3's older presigned addresses name no Region: the bucket alone says where it is.
            return Scope(query["AWSAccessKeyId"][0], "us-east-1", "s3")
        credential = query.get("X-Amz-Credential", [""])[0]
    parts = credential.split("/")
    if len(parts) != 5:
        return None
    return Scope(parts[0], parts[2], parts[3].lower())


def is_unsigned_call(environ: Environ) -> bool:
    """Whether an unsigned request has the form of one of the few AWS calls that are made without credentials."""
    return str(environ.get("CONTENT_TYPE", "")).startswith("application/x-www-form-urlencoded")


def service_of(scope: Scope, environ: Environ, body: bytes) -> str:
    """boto3's name of the service; one signing name can stand for several, told apart by path or API version."""
    name, path = scope.signing_name, environ.get("PATH_INFO", "")
    if name == "s3" and path.startswith("/v20180820/"):
        return "s3control"
    if name == "ses" and path.startswith("/v2/"):
        return "sesv2"
    if name == "elasticloadbalancing":
        return "elb" if b"Version=2012-06-01" in body else "elbv2"
    if name == "dynamodb" and environ.get("HTTP_X_AMZ_TARGET", "").startswith("DynamoDBStreams"):
        return "dynamodbstreams"
    return _SERVICES.get(name, name)


def find_route(service: str, environ: Environ) -> Route | None:
    """The operation that the request in `environ` calls; None where the service or the operation is unknown.

    Reads the body from `environ`; give it one of its own.
    """
    if not is_known(service):
        return None
    request = Request(environ)
    try:
        model, uri_params = get_service_router(service).match(request)
        protocol = determine_request_protocol(model.service_model, request.content_type)
    except (HTTPException, NotImplementedError):
        return None
    return Route(
        service=service,
        operation=str(model.name),
        protocol=protocol,
        model=model,
        request=request,
        uri_params=uri_params,
    )


def unmatched_route(service: str, environ: Environ) -> Route:
    """A route by which to answer, in the protocol of `service`, a request that is none of its operations."""
    model = get_service_model(service)
    request = Request(environ)
    target = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
    name = target or request.values.get("Action", "") or f"{request.method} {request.path}"
    protocol = next(
        name for name in (str(model.protocol), *model.metadata.get("protocols", ()), "json") if name in PROTOCOL_PARSERS
    )
    return Route(
        service=service,
        operation=name,
        protocol=protocol,
        model=OperationModel({}, model, name),
        request=request,
        uri_params={},
    )


@functools.cache
def is_known(service: str) -> bool:
    """Whether boto3 has a model of that service."""
    try:
        get_service_model(service)
    except UnknownServiceError:
        return False
    return True


def has_operation(service: str, operation: str) -> bool:
    """Whether boto3 knows that operation of that service."""
    return is_known(service) and operation in get_service_model(service).operation_names


def not_found_code(route: Route) -> str | None:
    """The code by which this operation says that something is absent; None where it has none."""
    for shape in route.model.error_shapes:
        if any(word in shape.name for word in ("NotFound", "NoSuch", "NonExistent")):
            return str(shape.error_code)
    return None
