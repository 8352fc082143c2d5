"""What is remembered on moto's behalf is what moto would have worked out again."""

from __future__ import annotations

import importlib
from typing import Any

import moto.core.serialize
import moto.core.utils
import pytest
from moto.core.loaders import create_loader
from werkzeug.routing import Map, Rule

from drctl.sim import moto_speed
from tests.simulated import RECOVERY, Simulated

original = moto_speed._get_value


def test_every_member_of_an_answer_is_what_moto_itself_would_have_put_there(
    simulated: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[str] = set()

    def both(serializer: Any, obj: Any, key: str, shape: Any) -> Any:
        ours, motos = moto_speed.get_value(serializer, obj, key, shape), original(serializer, obj, key, shape)
        # Some values are made up anew at every look, equal ones.
        assert ours is motos or ours == motos or repr(ours) == repr(motos), (key, shape)
        seen.add(f"{type(obj).__name__}.{key}")
        return ours

    monkeypatch.setattr(moto.core.serialize.ResponseSerializer, "get_value", both)
    rds, s3, sns, ssm = (simulated.client(name, RECOVERY) for name in ("rds", "s3", "sns", "ssm"))
    rds.create_db_instance(
        DBInstanceIdentifier="d", DBInstanceClass="db.t3.small", Engine="postgres", AllocatedStorage=20,
        MasterUsername="u", MasterUserPassword="password", Tags=[{"Key": "a", "Value": "b"}],
    )  # fmt: skip
    (database,) = rds.describe_db_instances()["DBInstances"]
    s3.create_bucket(Bucket="widgets", CreateBucketConfiguration={"LocationConstraint": RECOVERY})
    sns.create_topic(Name="t")
    ssm.put_parameter(Name="/a", Value="b", Type="String")
    with pytest.raises(rds.exceptions.DBInstanceNotFoundFault):
        rds.describe_db_instances(DBInstanceIdentifier="nowhere")
    vpc = simulated.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]

    assert (database["DBInstanceIdentifier"], database["MultiAZ"], vpc["CidrBlock"]) == ("d", False, "10.0.0.0/16")
    assert ssm.describe_parameters()["Parameters"][0]["Name"] == "/a"
    assert {one.split(".")[0] for one in seen} >= {"DBInstance", "dict"}
    assert len(seen) > 100


def test_moto_is_asked_for_the_methods_of_a_class_once(simulated: Simulated) -> None:
    responses = importlib.import_module("moto.core.responses")
    assert responses.method_names_from_class is moto_speed._method_names
    kind = importlib.import_module("moto.sns.responses").SNSResponse
    assert moto_speed._method_names(kind) == moto.core.utils.method_names_from_class(kind)


def test_a_name_that_xml_does_not_allow_is_still_refused(simulated: Simulated) -> None:
    xml = importlib.import_module("xmltodict")
    for _ in range(2):
        with pytest.raises(ValueError, match="whitespace"):
            xml.unparse({"a b": "c"})


def test_addresses_of_routes_can_still_be_made(simulated: Simulated) -> None:
    routes = Map([Rule("/things/<id>", endpoint="thing")]).bind("localhost")
    assert routes.build("thing", {"id": "7", "page": "2"}) == "/things/7?page=2"
    assert routes.match("/things/7") == ("thing", {"id": "7"})


def test_a_model_is_the_one_that_moto_would_have_read(simulated: Simulated) -> None:
    """moto mends some of the SDK's: the codes of SQS, for one."""
    for service in ("sqs", "rds"):
        mine = moto_speed._load_service_model(service, "service-2")
        assert mine == create_loader().load_service_model(service, "service-2")
    with pytest.raises(simulated.client("sqs").exceptions.QueueDoesNotExist):
        simulated.client("sqs").get_queue_url(QueueName="nowhere")
