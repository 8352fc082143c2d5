"""cloudfront.switch_origin and cloudfront.invalidate on the simulated AWS."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from drctl.aws.failures import classify
from drctl.model.decision import Change, Done, Refuse
from drctl.model.failure import FailureKind
from tests.actions.cases.cloudfront_switch_origin import NAME, NEW, PARAMS, plant_distribution
from tests.actions.driving import Driver
from tests.actions.laws import Case, Live
from tests.simulated import Simulated


def driver(simulated: Simulated, kind: str = "cloudfront.switch_origin", **params: Any) -> Driver:
    case = Case(kind=kind, params={**PARAMS, **params}, live=Live(plant=lambda _: None))
    return Driver(case, simulated)


class Editor:
    """Somebody else, with a console."""

    def __init__(self, simulated: Simulated) -> None:
        self.cloudfront = simulated.client("cloudfront", "us-east-1")
        self.id = plant_distribution(simulated)

    def config(self) -> dict[str, Any]:
        config: dict[str, Any] = self.cloudfront.get_distribution_config(Id=self.id)["DistributionConfig"]
        return config

    def domain(self) -> str:
        return str(self.config()["Origins"]["Items"][0]["DomainName"])

    def comment(self, text: str) -> None:
        self._update({**self.config(), "Comment": text})

    def move(self, domain: str) -> None:
        config = self.config()
        config["Origins"]["Items"][0]["DomainName"] = domain
        self._update(config)

    def _update(self, config: dict[str, Any]) -> None:
        etag = self.cloudfront.get_distribution_config(Id=self.id)["ETag"]
        self.cloudfront.update_distribution(Id=self.id, IfMatch=etag, DistributionConfig=config)


def test_a_concurrent_edit_is_never_overwritten(simulated: Simulated) -> None:
    """It came in between our look and our call. The update is refused; made again on a new look, it keeps the edit."""
    editor, step = Editor(simulated), driver(simulated)
    change, _ = step.look()
    assert isinstance(change, Change)
    editor.comment("edited")

    with pytest.raises(ClientError) as refused:
        step.act(change)

    failure = classify(refused.value)
    assert failure is not None
    assert failure.kind is FailureKind.PRECONDITION
    assert isinstance(step.converge().decision, Done)
    assert (editor.config()["Comment"], editor.domain()) == ("edited", NEW)


def test_what_is_secret_in_an_origins_headers_is_in_no_ledger(simulated: Simulated) -> None:
    """The whole configuration goes to CloudFront, and to nobody else."""
    Editor(simulated)
    change, _ = driver(simulated).look()
    assert isinstance(change, Change)
    assert "made up" in str(change.detail[0].document)
    assert "made up" not in f"{change.undo} {change.summary} {change.detail[0]!r}"


def test_undo_leaves_an_origin_alone_that_others_have_moved_since(simulated: Simulated) -> None:
    """Theirs is newer than ours."""
    editor, step = Editor(simulated), driver(simulated)
    step.converge()
    editor.move("third.s3.amazonaws.com")
    assert isinstance(step.converge(undo=True).decision, Refuse)
    assert editor.domain() == "third.s3.amazonaws.com"


def test_a_distribution_is_found_by_its_id_by_its_own_name_and_by_a_name_it_serves(simulated: Simulated) -> None:
    id = Editor(simulated).id
    own = simulated.client("cloudfront", "us-east-1").get_distribution(Id=id)["Distribution"]["DomainName"]
    for name in (id, own, NAME.upper()):
        change, _ = driver(simulated, distribution=name).look()
        assert isinstance(change, Change)
        assert change.target == id
    for name in ("E0", "nobody.example"):
        assert isinstance(driver(simulated, distribution=name).look()[0], Refuse)
