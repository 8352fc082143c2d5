"""moto's time, identifiers and speed, changed before it serves anybody.

moto is a set of module globals: one simulated AWS per process. The pinned version of moto
is the one these were written for, and `tests/sim/test_moto_contract.py` fails when it moves.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

# Read by moto when it is imported: an image list that is a second of start-up, and leave for any web page to call in.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
os.environ.setdefault("MOTO_DISABLE_GLOBAL_CORS", "true")

import moto.backends
import moto.core.serialize
import moto.core.utils as moto_utils
import moto.sts.models
import moto.sts.responses
import moto.sts.utils
from moto.core.base_backend import AccountSpecificBackend
from moto.core.errors import ErrorLookupFactory, ErrorShape
from moto.core.errors import get_error_model as moto_error_model

from drctl.sim import moto_speed
from drctl.sim.moto_mends import MENDS
from drctl.sim.overlay import AwsError

_wall_now: Callable[[], datetime] = moto_utils.utcnow
_SEED = 42
_MENDED = "drctl_mended"


class _Present:
    """The instant that moto believes in: the wall's, until a simulated world takes it over."""

    def __init__(self) -> None:
        self.now: Callable[[], datetime] = _wall_now

    def __call__(self) -> datetime:
        return self.now()


_present = _Present()


def install(now: Callable[[], datetime]) -> None:
    """Have moto take its time from `now` (aware, UTC) and its identifiers from a fixed seed.

    Holds for modules of moto that are imported afterwards too. Idempotent.
    """
    _present.now = lambda: now().replace(tzinfo=None)
    moto_utils.utcnow = _present
    serialize: Any = moto.core.serialize
    serialize.get_error_model = _error_model
    # moto lists its own folder twice for every request, which is half of what a request takes.
    moto.backends.list_of_moto_modules = _modules
    # And it reads the list of Regions anew for every service of every account.
    per_account: Any = AccountSpecificBackend
    per_account._generate_regions = _regions  # noqa: SLF001
    moto_speed.install()
    mend(name for name in list(sys.modules) if name.startswith("moto."))
    seed()


_list_modules = moto.backends.list_of_moto_modules


@functools.cache
def _modules() -> frozenset[str]:
    return frozenset(_list_modules())


_generate_regions = AccountSpecificBackend._generate_regions  # noqa: SLF001
_known_regions: dict[str, list[str]] = {}


def _regions(backend: Any, service: str) -> list[str]:
    if service not in _known_regions:
        _known_regions[service] = _generate_regions(backend, service)
    return _known_regions[service]


def seed() -> None:
    """Start moto's identifiers from the beginning again, so that two equal runs give equal ones."""
    from moto.moto_api._internal import mock_random

    mock_random.seed(_SEED)


def mend(modules: Iterable[str]) -> None:
    """Bring modules of moto that have been imported onto virtual time, and mend what is wrong in them, once."""
    for name in modules:
        module = sys.modules.get(name)
        # STS stays on the wall: an SDK compares Expiration with its own machine's clock.
        if module is None or name.startswith("moto.sts"):
            continue
        if getattr(module, "utcnow", None) is _wall_now:
            module.utcnow = _present  # type: ignore[attr-defined]
    for name, mends in MENDS.items():
        if name in sys.modules and not hasattr(sys.modules[name], _MENDED):
            mends(sys.modules[name])
            setattr(sys.modules[name], _MENDED, True)


def _error_model(error: Exception, service_model: Any) -> Any:
    """An AwsError keeps its code and status even where the service's model does not name the code.

    AWS sends many codes that no model lists (Throttling, AccessDenied), and moto would warn about each.
    """
    if not isinstance(error, AwsError):
        return moto_error_model(error, service_model)
    known = ErrorLookupFactory().for_service(service_model).from_code(error.code)
    if known is not None:
        return known
    shape = {
        "exception": True,
        "type": "structure",
        "members": {},
        "error": {"code": error.code, "httpStatusCode": error.status},
    }
    return ErrorShape(shape_name=error.code, shape_model=shape)
