"""cloudfront.switch_origin"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.aws.cloudfront import Distribution, Route
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import Simulated

NAME = "app.amply.example"
OLD = "amply-frontend-prod.s3.eu-central-1.amazonaws.com"
NEW = "amply-frontend-prod-eu-west-1.s3.eu-west-1.amazonaws.com"
API = "api.amply.example"
PARAMS: dict[str, Any] = {"distribution": NAME, "domains": {"frontend": NEW}}
BOTH: dict[str, Any] = {**PARAMS, "default_origin": "api"}
AT = datetime(2026, 11, 23, 4, tzinfo=UTC)

BEFORE = Distribution(
    id="E1",
    arn="arn:aws:cloudfront::111111111111:distribution/E1",
    domain="d1.cloudfront.net",
    status="Deployed",
    enabled=True,
    etag="V1",
    route=Route({"frontend": OLD, "api": API}, "frontend"),
)
AFTER = replace(BEFORE, etag="V2", route=Route({"frontend": NEW, "api": API}, "frontend"))
UNDER_WAY = replace(AFTER, status="InProgress")
EDITED = replace(BEFORE, etag="V3", route=Route({"frontend": "third.example", "api": API}, "frontend"))
EDITED_ELSEWHERE = replace(BEFORE, etag="V3", route=Route({"frontend": OLD, "api": "third.example"}, "api"))


def switched(state: ChangeState = ChangeState.RETURNED, kind: str = "") -> Past:
    entry = {"domains": {"frontend": OLD}, "default": None}
    change = PastChange(
        name="switch",
        summary="switch it",
        state=state,
        intended_at=AT,
        undo={"old": entry, "new": {**entry, "domains": {"frontend": NEW}}},
        failure_kind=kind,
        failure="cloudfront: PreconditionFailed",
    )
    return replace(PAST, changes=(change,))


LOST = switched(ChangeState.INTENDED)
RACED = switched(ChangeState.FAILED, "precondition")


def plant(simulated: Simulated) -> None:
    plant_distribution(simulated)


def plant_distribution(simulated: Simulated, aliases: tuple[str, ...] = (NAME,)) -> str:
    """A distribution with a bucket and an API behind it, deployed; its id."""
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    secret = {"Quantity": 1, "Items": [{"HeaderName": "x-from", "HeaderValue": "made up"}]}
    origins = [
        {"Id": "frontend", "DomainName": OLD, "S3OriginConfig": {"OriginAccessIdentity": ""}},
        {"Id": "api", "DomainName": API, "CustomOriginConfig": custom, "CustomHeaders": secret},
    ]
    made = simulated.client("cloudfront", "us-east-1").create_distribution(
        DistributionConfig={
            "CallerReference": f"planted {aliases}",
            "Comment": "amply-app",
            "Enabled": True,
            "Aliases": {"Quantity": len(aliases), "Items": list(aliases)},
            "Origins": {"Quantity": 2, "Items": origins},
            "DefaultCacheBehavior": {
                "TargetOriginId": "frontend",
                "ViewerProtocolPolicy": "redirect-to-https",
                "MinTTL": 0,
                "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
            },
        }
    )
    simulated.advance(timedelta(minutes=10))
    return str(made["Distribution"]["Id"])


def configuration(simulated: Simulated) -> object:
    cloudfront = simulated.client("cloudfront", "us-east-1")
    (listed,) = cloudfront.list_distributions()["DistributionList"]["Items"]
    told = cloudfront.get_distribution(Id=listed["Id"])["Distribution"]
    return told["Status"], told["DistributionConfig"]


CASES = (
    Case(
        kind="cloudfront.switch_origin",
        params=PARAMS,
        sees=Sightings(
            absent={
                "the old origin": Sight(BEFORE),
                "the old origin, while something else is deployed": Sight(replace(BEFORE, status="InProgress")),
                "another part was edited meanwhile": Sight(EDITED_ELSEWHERE, RACED),
                "raced before the operator's retry": Sight(EDITED, replace(RACED, epoch=2)),
            },
            settling={
                "under way to the edge": Sight(UNDER_WAY),
                "under way, from an earlier attempt": Sight(UNDER_WAY, LOST),
            },
            there={
                "deployed": Sight(AFTER),
                "by whoever won the race": Sight(AFTER, RACED),
            },
            dead_end={
                "no distribution": Sight(None),
                "disabled": Sight(replace(BEFORE, enabled=False)),
                "no such origin": Sight(replace(BEFORE, route=Route({"api": API}, "api"))),
            },
            unknown={"a status nobody thought of": Sight(replace(AFTER, status="Levitating"))},
            foreign={"the origin was edited while it was being switched": Sight(EDITED, RACED)},
            undo_own={
                "switched": Sight(AFTER, switched()),
                "switched, the answer lost": Sight(UNDER_WAY, LOST),
                "switched, and edited elsewhere since": Sight(
                    replace(AFTER, route=Route({"frontend": NEW, "api": "third.example"}, "api")), switched()
                ),
            },
            undo_over={
                "never switched": Sight(AFTER),
                "refused by CloudFront": Sight(EDITED, RACED),
                "as before": Sight(BEFORE, switched()),
                "never arrived": Sight(BEFORE, LOST),
            },
        ),
        live=Live(plant=plant, takes=("switch",), undo_takes=("switch-back",), fingerprint=configuration),
        exempt={"foreign_live": "whose an origin is, only the race for it tells: see the tests of this action"},
    ),
    Case(
        kind="cloudfront.switch_origin",
        name="the default too",
        params=BOTH,
        sees=Sightings(
            absent={"the domain, but not the default": Sight(AFTER)},
            there={"both": Sight(replace(AFTER, route=replace(AFTER.route, default="api")))},
            dead_end={
                "no such default": Sight(replace(BEFORE, route=Route({"frontend": OLD}, "frontend"))),
            },
        ),
    ),
)
