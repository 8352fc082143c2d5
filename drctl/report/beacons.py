"""What `drctl beacon` tells: of beacons that were written, and of those that were found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drctl.model.written_beacon import WrittenBeacon
from drctl.report.plain_json import instant_or_none
from drctl.report.wording import date_and_time, printable


def written_line(written: WrittenBeacon) -> str:
    """One store's, on one line."""
    where = f"{written.store} ({written.kind})"
    if written.skipped:
        return f"{where}: its time has not come"
    if written.failure:
        return printable(f"{where}: FAILED: {written.failure}")
    warning = f"; {written.warning}" if written.warning else ""
    return printable(f"{where}: written, {instant_or_none(written.at)}{warning}")


def written_document(environment: str, told: Sequence[WrittenBeacon], *, fine: bool) -> dict[str, Any]:
    """The answer of `drctl beacon write`; `stores` is empty where it went on for longer than one beacon."""
    return {
        "environment": environment,
        "fine": fine,
        "stores": [
            {
                "store": one.store,
                "kind": str(one.kind),
                "at": instant_or_none(one.at),
                "written": one.fine,
                "skipped": one.skipped,
                "failure": one.failure,
                "warning": one.warning,
            }
            for one in told
        ],
    }


def read_text(found: Any) -> str:
    """The answer of `drctl beacon read`: a sentence for each store, and where it was found."""
    stamp = "SIMULATED " if found["simulated"] else ""
    against = f", against an onset at {date_and_time(found['onset'])}" if found["onset"] else ""
    lines = [f"{stamp}beacons of {found['environment']}{against}", ""]
    for store in found["stores"]:
        lines.append(f"  {store['says']}")
        if store["recovery_point"]:
            lines.append(f"      {store['method']} of {store['recovery_point']} in {store['place']}")
    return "\n".join(printable(line) for line in lines)
