"""Where a run is driven: AWS itself, or what stands in for it. Its drive sees no difference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from drctl.model.approval_policy import ApprovalPolicy
    from drctl.model.inventory import Inventory, Sought
    from drctl.model.plan import Plan
    from drctl.ports.approvals import ApprovalNotices
    from drctl.ports.aws import AwsAccess
    from drctl.ports.clock import Clock
    from drctl.ports.probes import Probes
    from drctl.ports.programs import Programs
    from drctl.ports.progress import Progress

    TakeInventory = Callable[[Sought], Inventory]


class RunWorld(Protocol):
    """What the engine and the actions are given of the world."""

    @property
    def clock(self) -> Clock:
        """The engine's time in this world."""

    @property
    def approval_policy(self) -> ApprovalPolicy:
        """What is asked of approvals here."""

    def notices(self, run: str) -> ApprovalNotices | None:
        """Where people are told, besides, that they are asked; None where there is no such place."""

    def access(self, run: str) -> AwsAccess:
        """Clients of every account of the world, which act for that run."""

    def probes(self) -> Probes:
        """What is seen of the world from outside AWS."""

    def programs(self, folder: Path) -> Programs:
        """The programs of the user's own, for the run whose folder is `folder`."""

    def inventory(self, run: str, plan: Plan) -> TakeInventory | None:
        """How it is seen what there is of that drill; None where nobody looks, as in a world that ends with its run."""

    def telling(self, progress: Progress, run: str, folder: Path) -> Progress:
        """`progress`, of which the people are told besides whom the world's environment names."""

    def end(self) -> None:
        """Let go of what only an unfinished run needs. The world of an ended run may be gone afterwards."""
