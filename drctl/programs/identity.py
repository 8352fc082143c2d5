"""Which process a pid means: pids are used again, so a process is known by when it began as well."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def identity_of(pid: int) -> str | None:
    """What tells the process of that pid from any other that ever has it; None where there is none.

    A zombie is none: it has ended, and only waits to be taken note of.
    """
    try:
        # The name of the command is in brackets and may hold anything, brackets and blanks among it.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None if _BOOT_ID.exists() else _told_by_ps(pid)
    # proc_pid_stat(5): field 3 is the state, field 22 the start in clock ticks since the boot.
    return None if fields[0] in ("Z", "X", "x") else f"{_boot()} {fields[19]}"


def _boot() -> str:
    return _BOOT_ID.read_text(encoding="ascii").strip() if _BOOT_ID.exists() else ""


def _told_by_ps(pid: int) -> str | None:
    """Where there is no /proc: the second in which it began, by `ps`."""
    told = subprocess.run(  # noqa: S603 (a fixed program, and a number)
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"},
    ).stdout.split(None, 1)
    return told[1].strip() if len(told) == 2 and not told[0].startswith("Z") else None
