"""Logs: JSON lines in the state folder, and on stderr where they are asked for. Never on stdout."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import structlog
import structlog.tracebacks

from drctl.cli.invocation import Invocation

FILE = "drctl.jsonl"

# The SDK logs whole requests at lower levels, and with them what a log must not hold.
_SDK = ("boto3", "botocore", "urllib3", "moto", "werkzeug", "httpx", "httpcore")


def start_logging(invocation: Invocation) -> None:
    """Afterwards what drctl and its libraries log goes to the log file, and with -v to stderr."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter):
            root.removeHandler(handler)
            handler.close()
    root.setLevel(logging.DEBUG if invocation.verbose > 1 else logging.INFO)
    for name in _SDK:
        logging.getLogger(name).setLevel(logging.WARNING)
    if (file := _file_handler(invocation.state_dir / "log")) is not None:
        root.addHandler(file)
    if invocation.verbose:
        root.addHandler(_screen_handler(colour=invocation.colour(sys.stderr)))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_ENRICH,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


# Neither here nor on the screen with the values of variables, which structlog shows by itself: one may be a secret.
_TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))

_ENRICH: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def _file_handler(folder: Path) -> logging.Handler | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(folder / FILE, encoding="utf-8")
    except OSError:
        # A log is no reason to stop; a journal that cannot be written is, and says so itself.
        return None
    handler.setFormatter(_formatter(_TRACEBACKS, structlog.processors.JSONRenderer()))
    return handler


def _screen_handler(*, colour: bool) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    renderer = structlog.dev.ConsoleRenderer(colors=colour, exception_formatter=structlog.dev.plain_traceback)
    handler.setFormatter(_formatter(renderer))
    return handler


def _formatter(*render: structlog.typing.Processor) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=list(_ENRICH),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
    )
