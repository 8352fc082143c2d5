"""`python -m drctl`, where the script is not on the path."""

from __future__ import annotations

from drctl.cli import main

main()
