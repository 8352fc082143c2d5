"""How a notification of an environment is sent: by the same actions that a runbook would use for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drctl.bootstrap.texts import catalogue
from drctl.errors import Refused
from drctl.model.notification import NotificationTarget
from drctl.ports.action import StepContext

if TYPE_CHECKING:
    from drctl.ports.aws import AwsAccess
    from drctl.ports.probes import Probes
    from drctl.ports.programs import Programs

_STEP = "notification"


class NotDelivered(Refused):
    """A notification that has not arrived."""

    name = "not-delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Sends the notifications of one run."""

    run: str
    access: AwsAccess
    probes: Probes
    programs: Programs

    def send(self, target: NotificationTarget, text: str) -> None:
        """Tell `target`. Raises NotDelivered, or what its call raises."""
        kind, params = target.as_step(text)
        bound = catalogue().bind(kind, params)
        ctx = StepContext(
            run=self.run,
            step=_STEP,
            aws=self.access.for_account(target.account),
            probes=self.probes,
            programs=self.programs,
        )
        action: Any = bound.action
        delivery = action.send(bound.params, ctx)
        if not delivery.delivered:
            raise NotDelivered(delivery.fact)
