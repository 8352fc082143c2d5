"""Have alarms call nobody while a recovery sets them off. They are evaluated all the same."""

from __future__ import annotations

from datetime import timedelta

from drctl.actions.cloudwatch.alarm_actions import OPERATIONS, AlarmActions, Params
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec


class CloudwatchMute(AlarmActions):
    """Afterwards none of the alarms calls anybody; `changed` names those that did, for unmuting."""

    spec = ActionSpec(
        kind="cloudwatch.mute",
        summary="Have alarms call nobody during a recovery",
        params=Params,
        outputs={"changed": ValueKind.LIST, "alarms": ValueKind.INTEGER},
        expect=timedelta(seconds=10),
        deadline=timedelta(minutes=5),
        operations=OPERATIONS,
        mutating=True,
        example="""\
- id: mute-alarms
  uses: cloudwatch.mute
  with: { region: eu-west-1, prefix: amply-prod- }
""",
    )

    def __init__(self) -> None:
        super().__init__("mute", calls=False)
