"""What an engine is given: every dependency is a parameter, from `bootstrap` down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime

from drctl.model.approval_policy import ApprovalPolicy
from drctl.model.cost import Cost
from drctl.model.inventory import Inventory, Resource, Sought
from drctl.model.plan import Plan
from drctl.ports.action import Catalogue
from drctl.ports.approvals import ApprovalNotices, Approvals
from drctl.ports.aws import AwsAccess
from drctl.ports.clock import Clock
from drctl.ports.journal import Journal
from drctl.ports.probes import Probes
from drctl.ports.programs import Programs
from drctl.ports.progress import Progress


class PauseRequest:
    """How another thread, or a signal, asks the engine to stop at the next safe point."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self.by, self.why, self.order = "", "", ""

    def ask(self, by: str = "", why: str = "", order: str = "") -> None:
        """Ask; what is on its way to AWS is waited for and recorded first."""
        if not self._asked.is_set():
            self.by, self.why, self.order = by, why, order
        self._asked.set()

    @property
    def asked(self) -> bool:
        return self._asked.is_set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The engine's dependencies. `approvals` is None where there is nobody to ask."""

    catalogue: Catalogue
    aws: AwsAccess
    probes: Probes
    programs: Programs
    clock: Clock
    journal: Journal
    progress: Progress
    approvals: Approvals | None
    pool: Executor
    replan: Callable[[Mapping[str, str]], Plan]
    """The plan in other texts of the runbook, with this run's inputs and variables. Raises InputInvalid."""
    pause: PauseRequest = field(default_factory=PauseRequest)
    inventory: Callable[[Sought], Inventory] | None = None
    """Looks what there is of a drill; None where no inventory is taken."""
    cost: Callable[[Sequence[Resource], datetime], Cost] | None = None
    """What resources have cost until then; None where nobody knows prices."""
    policy: ApprovalPolicy = field(default_factory=ApprovalPolicy)
    """What the environment asks of approvals."""
    notices: ApprovalNotices | None = None
    """Where people are told, besides, that they are asked; None where there is no such place."""
    log_bug: Callable[[str], None] = lambda trace: None
    """Told the traceback of an action that broke."""
