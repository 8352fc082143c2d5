"""What a look at an environment has found, for people."""

from __future__ import annotations

from typing import Any


def environment_text(found: Any) -> str:
    """The lines of `drctl check`."""
    stamp = "  SIMULATED: an emulator stands in for AWS" if found["simulated"] else ""
    lines = [f"{found['environment']}: it may be used from here{stamp}", ""]
    wide = max(len(name) for name in found["accounts"])
    for name, account in found["accounts"].items():
        lines.append(f"  {name:<{wide}}  {account['id']}  as {account['acting_as']}")
    lines += ["", f"  Regions  {', '.join(found['regions'])}", f"  modes    {', '.join(found['modes'])}"]
    marker = found["marker"]
    lines.append(f"  marker   {marker} holds its name" if marker else "  marker   not looked for")
    return "\n".join(lines)
