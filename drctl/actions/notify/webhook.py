"""Tell people through a webhook, such as a channel of Slack.

Whoever has a webhook's URL can post to it, so the URL is a secret: the runbook names
the secret that holds it, and the URL itself is read when it is used and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from drctl.actions.notify.over_http import post_json
from drctl.actions.notify.telling import OUTPUTS, Delivery, Telling
from drctl.actions.parameters import CLOSED, Region
from drctl.actions.secrets.permissions import opening
from drctl.aws.secretsmanager import open_secret
from drctl.ports.action import ActionSpec, Permission, StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    text: str
    url_secret: str
    """The name of the secret that holds the webhook's URL."""
    region: Region
    """That of the secret: one that is there when it is needed, such as the recovery Region."""
    format: Literal["slack", "json"] = "slack"
    """`slack` posts `{"text": …}`, which Mattermost and others take too; `json` adds the run and the step."""

    @property
    def whom(self) -> str:
        return f"the webhook of {self.url_secret}"


class NotifyWebhook(Telling):
    """Afterwards the webhook took the text, or the evidence says why it did not. Never fails a run."""

    operation = "webhook:POST"
    spec = ActionSpec(
        kind="notify.webhook",
        summary="Tell people through a webhook, such as a Slack channel; never fails a run",
        params=Params,
        outputs=OUTPUTS,
        expect=timedelta(seconds=5),
        deadline=timedelta(minutes=5),
        operations=("secretsmanager:GetSecretValue",),
        flips=("webhook:POST",),
        mutating=True,
        example="""\
- id: tell-the-team
  uses: notify.webhook
  with: { text: eu-west-1 serves now, url_secret: amply/prod/slack-webhook, region: eu-west-1 }
""",
    )

    def send(self, params: Params, ctx: StepContext) -> Delivery:
        opened = open_secret(ctx.aws.client("secretsmanager", params.region), params.url_secret)
        return post_json(ctx.probes.http, opened.value, _body(params, ctx))

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        return opening(params.region, account, params.url_secret, why="read where to post to")


def _body(params: Params, ctx: StepContext) -> Mapping[str, Any]:
    if params.format == "slack":
        return {"text": params.text}
    return {"text": params.text, "run": ctx.run, "step": ctx.step, "mode": ctx.tags.get("drctl:mode", "")}
