"""The revision that a service should run."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from drctl.actions.ecs.task_definition import HASH_TAG, Overrides, content_hash, wanted_revision
from drctl.aws.task_definitions import TaskDefinition

ARN = "arn:aws:ecs:eu-west-1:111111111111:task-definition/amply-api"
CONTENT: dict[str, Any] = {
    "family": "amply-api",
    "cpu": "256",
    "volumes": [],
    "containerDefinitions": [
        {"name": "proxy", "image": "proxy:1", "environment": [{"name": "AWS_REGION", "value": "eu-central-1"}]},
        {
            "name": "api",
            "image": "amply-api:1",
            "environment": [{"name": "AWS_REGION", "value": "eu-central-1"}, {"name": "KEY", "value": "plain"}],
            "secrets": [{"name": "PASSWORD", "valueFrom": "arn:old"}],
        },
    ],
}
NOW = TaskDefinition(arn=f"{ARN}:7", status="ACTIVE", content=CONTENT, tags={"team": "core", "drctl:run-id": "old"})
names = st.sampled_from(["AWS_REGION", "KEY", "PASSWORD", "NEW", "OTHER"])


def overrides(
    environment: dict[str, str] | None = None, secrets: dict[str, str] | None = None, image: str | None = None
) -> Overrides:
    return Overrides(container="api", environment=environment or {}, secrets=secrets or {}, image=image)


def container(content: Any, name: str = "api") -> Any:
    return next(one for one in content["containerDefinitions"] if one["name"] == name)


def test_nothing_to_override_is_the_revision_that_runs() -> None:
    """No new revision for nothing."""
    assert wanted_revision(NOW, None, overrides()).arn == NOW.arn


def test_what_is_as_wanted_already_is_the_revision_that_runs() -> None:
    """Whatever its tag says: somebody else may have registered it."""
    same = overrides({"AWS_REGION": "eu-central-1"}, {"PASSWORD": "arn:old"}, "amply-api:1")
    assert wanted_revision(NOW, None, same).arn == NOW.arn


def test_only_the_named_container_is_changed() -> None:
    """A proxy beside it has a Region of its own to know."""
    content = wanted_revision(NOW, None, overrides({"AWS_REGION": "eu-west-1"}, image="amply-api:2")).content
    assert container(content, "proxy") == container(CONTENT, "proxy")
    assert container(content)["image"] == "amply-api:2"
    assert container(content)["environment"][0] == {"name": "AWS_REGION", "value": "eu-west-1"}


def test_a_name_is_a_variable_or_a_secret_and_never_both() -> None:
    """ECS refuses a definition that has it twice."""
    content = container(wanted_revision(NOW, None, overrides({"PASSWORD": "x"}, {"KEY": "arn:new"})).content)
    assert [one["name"] for one in content["environment"]] == ["AWS_REGION", "PASSWORD"]
    assert content["secrets"] == [{"name": "KEY", "valueFrom": "arn:new"}]


def test_an_earlier_attempts_revision_is_used_and_not_registered_again() -> None:
    """After a crash between registering and updating, the tag tells whose it is."""
    wanted = overrides({"AWS_REGION": "eu-west-1"})
    sha256 = wanted_revision(NOW, NOW, wanted).sha256
    # ECS has filled in a default, so the content alone would not be known again.
    registered = TaskDefinition(
        arn=f"{ARN}:8", status="ACTIVE", content={**CONTENT, "ipcMode": "none"}, tags={HASH_TAG: sha256}
    )
    assert wanted_revision(NOW, registered, wanted).arn == registered.arn
    assert wanted_revision(NOW, NOW, wanted).arn is None


def test_peoples_tags_stay_and_another_runs_do_not() -> None:
    """Costs are shared out by them."""
    assert wanted_revision(NOW, None, overrides({"NEW": "1"})).tags == {"team": "core"}


@given(environment=st.dictionaries(names, st.text(max_size=3)), image=st.sampled_from([None, "amply-api:2"]))
def test_a_revision_with_the_overrides_needs_no_further_one(environment: dict[str, str], image: str | None) -> None:
    """Otherwise a redeploy would never come to an end."""
    secrets = {"TOKEN": "arn:token"}
    once = wanted_revision(NOW, None, overrides(environment, secrets, image))
    registered = TaskDefinition(arn=f"{ARN}:8", status="ACTIVE", content=once.content)
    assert wanted_revision(registered, registered, overrides(environment, secrets, image)).arn == registered.arn


def test_the_hash_does_not_depend_on_the_order_of_keys() -> None:
    """Two answers of AWS need not spell a definition in the same order."""
    assert content_hash({"a": 1, "b": [2]}) == content_hash({"b": [2], "a": 1})
    assert content_hash({"a": 1, "b": [2]}) != content_hash({"a": 1, "b": [3]})
