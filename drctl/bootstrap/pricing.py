"""The prices that a drill's cost is computed by: the packaged list, or the one that DRCTL_PRICES names."""

from __future__ import annotations

import os
from pathlib import Path

import drctl
from drctl.errors import InputInvalid
from drctl.model.cost import Prices

VARIABLE = "DRCTL_PRICES"


def prices() -> Prices:
    """The list of prices. Raises InputInvalid, with every problem in it."""
    from drctl.loading.prices import load_prices

    path = Path(os.environ.get(VARIABLE) or Path(drctl.__file__).parent / "prices.yaml")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputInvalid(f"{VARIABLE}: {path} cannot be read: {error}") from error
    found, problems = load_prices(text, str(path))
    if found is None:
        raise InputInvalid("the list of prices is not one", context=[str(problem) for problem in problems])
    return found
