"""Open, acknowledge or resolve an incident in PagerDuty, through its Events API v2.

Source: PagerDuty developer documentation, "Send an alert event" (Events API v2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from drctl.actions.notify.over_http import post_json
from drctl.actions.notify.telling import OUTPUTS, Delivery, Telling, one_line
from drctl.actions.parameters import CLOSED, HttpsUrl, Region
from drctl.actions.secrets.permissions import opening
from drctl.aws.secretsmanager import open_secret
from drctl.ports.action import ActionSpec, Permission, StepContext

EVENTS = "https://events.pagerduty.com/v2/enqueue"
LONGEST_SUMMARY = 1024
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    event: Literal["trigger", "acknowledge", "resolve"] = "trigger"
    summary: str = ""
    """What has happened; needed to trigger. One that is longer than 1024 characters is cut."""
    severity: Literal["critical", "error", "warning", "info"] = "critical"
    source: str = "drctl"
    """What is affected."""
    incident: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Names the incident within the run: the steps that trigger and resolve it say the same. The step's id if left
    out."""
    key_secret: str
    """The name of the secret that holds the service's routing key (integration key)."""
    region: Region
    """That of the secret."""
    url: HttpsUrl = EVENTS
    """Another one for accounts in PagerDuty's European service region."""

    @property
    def whom(self) -> str:
        return f"PagerDuty ({self.event})"


class NotifyPagerduty(Telling):
    """Afterwards PagerDuty took the event, or the evidence says why it did not. Never fails a run.

    An incident has one key in a run, so that what is triggered twice is one incident still.
    """

    operation = "pagerduty:enqueue"
    spec = ActionSpec(
        kind="notify.pagerduty",
        summary="Open, acknowledge or resolve an incident in PagerDuty; never fails a run",
        params=Params,
        outputs=OUTPUTS,
        expect=timedelta(seconds=5),
        deadline=timedelta(minutes=5),
        operations=("secretsmanager:GetSecretValue",),
        flips=("pagerduty:enqueue",),
        mutating=True,
        example="""\
- id: page-on-call
  uses: notify.pagerduty
  with:
    summary: eu-central-1 is lost, recovery in eu-west-1 has begun
    incident: region-lost
    key_secret: amply/prod/pagerduty-key
    region: eu-west-1
""",
    )

    def send(self, params: Params, ctx: StepContext) -> Delivery:
        key = open_secret(ctx.aws.client("secretsmanager", params.region), params.key_secret)
        event: Mapping[str, Any] = {
            "routing_key": key.value,
            "event_action": params.event,
            "dedup_key": f"drctl/{ctx.run}/{params.incident or ctx.step}"[:LONGEST_KEY],
        }
        if params.event == "trigger":
            event = {**event, "payload": _payload(params, ctx)}
        return post_json(ctx.probes.http, params.url, event)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        return opening(params.region, account, params.key_secret, why="read the routing key")


def _payload(params: Params, ctx: StepContext) -> Mapping[str, Any]:
    return {
        "summary": one_line(params.summary, LONGEST_SUMMARY) or f"{ctx.step} of {ctx.run}",
        "source": params.source,
        "severity": params.severity,
        "custom_details": {"run": ctx.run, "step": ctx.step, "mode": ctx.tags.get("drctl:mode", "")},
    }
