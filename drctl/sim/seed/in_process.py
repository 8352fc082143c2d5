"""Calls of a simulated AWS in this process, in any of its accounts and Regions: no socket, no client to make.

botocore's own models, serializers and parsers do the work, so that what arrives is what a boto3
client would have sent. Making clients of twenty services in four accounts took longer than all their calls.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlencode

import moto.core.utils as moto_utils
from botocore import xform_name
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, ParamValidationError
from botocore.loaders import create_loader
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from botocore.validate import ParamValidator

from drctl.sim.credentials import key_of

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_HOST = "127.0.0.1"
_VALIDATOR = ParamValidator()


@dataclass(frozen=True, slots=True)
class Client:
    """`client.create_vpc(CidrBlock=…)` as boto3 has it, in one account and Region.

    Raises botocore's ClientError for what is refused, ParamValidationError for what boto3 would not send.
    """

    app: Wsgi
    service: str
    account: str
    region: str

    def __getattr__(self, method: str) -> Callable[..., Any]:
        model, operations = _service(self.service)
        return functools.partial(self._call, model, model.operation_model(operations[method]))

    def _call(self, model: ServiceModel, operation: OperationModel, **params: Any) -> Any:
        if operation.input_shape is not None:
            report = _VALIDATOR.validate(params, operation.input_shape)
            if report.has_errors():
                raise ParamValidationError(report=report.generate_report())
        request = create_serializer(model.resolved_protocol, False).serialize_to_request(params, operation)
        status, headers, body = self._answer(model, request)
        answer = {"status_code": status, "headers": headers, "body": body, "context": {}}
        parsed = create_parser(model.resolved_protocol).parse(answer, operation.output_shape)
        if status >= 300:
            raise ClientError(parsed, operation.name)
        return parsed

    def _answer(self, model: ServiceModel, request: Mapping[str, Any]) -> tuple[int, HTTPHeaders, bytes]:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            started.append((status, headers))

        body = b"".join(self.app(self._environ(model, request), start))
        headers = HTTPHeaders()
        for name, value in started[0][1]:
            headers[name] = value
        return int(started[0][0].split(" ", 1)[0]), headers, body

    def _environ(self, model: ServiceModel, request: Mapping[str, Any]) -> dict[str, Any]:
        path, _, own_query = str(request["url_path"] or "/").partition("?")
        query = "&".join(part for part in (own_query, urlencode(request["query_string"], quote_via=quote)) if part)
        body = _bytes_of(request["body"])
        scope = f"{key_of(self.account).access_key}/20200101/{self.region}/{model.signing_name}/aws4_request"
        raw = f"{path}?{query}" if query else path
        return {
            "REQUEST_METHOD": request["method"],
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "RAW_URI": raw,
            "REQUEST_URI": raw,
            "REMOTE_ADDR": _HOST,
            "SERVER_NAME": _HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "drctl.host": _HOST,
            **_as_environ(request["headers"]),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_HOST": _HOST,
            "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        }


@functools.cache
def _loader() -> Any:
    # The models are megabytes of JSON, and moto would look through the folder of all services for each of them.
    loader = create_loader()
    moto_utils.create_loader = lambda: loader  # type: ignore[attr-defined]  # an import of moto's own
    return loader


@functools.cache
def _service(service: str) -> tuple[ServiceModel, Mapping[str, str]]:
    """The model of a service, and its operations by the names that boto3 gives to its methods."""
    model = ServiceModel(_loader().load_service_model(service, "service-2"), service)
    return model, {xform_name(operation): operation for operation in model.operation_names}


def _as_environ(headers: Mapping[str, Any]) -> dict[str, str]:
    environ = {}
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = str(value)
    return environ


def _bytes_of(body: Any) -> bytes:
    if isinstance(body, dict):
        # The query protocols leave their form to whoever sends it.
        return urlencode(body, quote_via=quote).encode()
    return body.encode() if isinstance(body, str) else bytes(body or b"")
