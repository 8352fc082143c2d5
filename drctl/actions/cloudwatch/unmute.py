"""Have alarms call again whom they are made to call, once a recovery is over."""

from __future__ import annotations

from datetime import timedelta

from drctl.actions.cloudwatch.alarm_actions import OPERATIONS, AlarmActions, Params
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec


class CloudwatchUnmute(AlarmActions):
    """Afterwards all of the alarms call. Given what a mute has `changed`, none that was off before is switched on."""

    spec = ActionSpec(
        kind="cloudwatch.unmute",
        summary="Have alarms call again after a recovery",
        params=Params,
        outputs={"changed": ValueKind.LIST, "alarms": ValueKind.INTEGER},
        expect=timedelta(seconds=10),
        deadline=timedelta(minutes=5),
        operations=OPERATIONS,
        mutating=True,
        example="""\
- id: unmute-alarms
  uses: cloudwatch.unmute
  with: { region: eu-west-1, alarms: [amply-prod-api-errors, amply-prod-queue-age] }
""",
    )

    def __init__(self) -> None:
        super().__init__("unmute", calls=True)
