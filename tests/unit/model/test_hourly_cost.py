"""What a change would cost an hour is told from its parameters, and what has no price is said."""

from __future__ import annotations

import pytest

from drctl.model.cost import Price, Prices
from drctl.model.hourly_cost import hourly_cost
from drctl.model.values import Json

PRICES = Prices("2026-11-27", {"eu-west-1": {"rds:db.t3.small": Price(0.04, "hour")}})
RESTORE = "rds:RestoreDBInstanceFromDBSnapshot"


@pytest.mark.parametrize(("multi_az", "usd"), [(False, 0.04), (True, 0.08)])
def test_a_standby_costs_as_much_again(multi_az: bool, usd: float) -> None:
    given: dict[str, Json] = {"region": "eu-west-1", "instance_class": "db.t3.small", "multi_az": multi_az}
    found = hourly_cost(RESTORE, given, PRICES)
    assert found is not None
    assert (found.usd, found.missing, found.prices_of) == (usd, (), "2026-11-27")


def test_what_has_no_price_is_said_and_never_free() -> None:
    given: dict[str, Json] = {"region": "eu-west-1", "node_type": "cache.t3.micro", "replicas": 1}
    found = hourly_cost("elasticache:CreateReplicationGroup", given, PRICES)
    assert found is not None
    assert found.missing == ("elasticache:cache.t3.micro in eu-west-1",)


def test_what_makes_nothing_that_is_billed_by_the_hour_has_no_such_cost() -> None:
    assert hourly_cost("ssm:PutParameter", {"region": "eu-west-1"}, PRICES) is None
