"""Every action there is, by the name a runbook uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from drctl.actions.checks.http import CheckHttp
from drctl.actions.ecs.redeploy import EcsRedeploy
from drctl.actions.elasticache.failover import Failover
from drctl.actions.elb.find_load_balancer import ElbFindLoadBalancer
from drctl.actions.flow.approval import Approval
from drctl.actions.flow.wait import WaitFor
from drctl.actions.parameters import check_params, make_params, params_schema
from drctl.actions.rds.find_recovery_point import FindRecoveryPoint
from drctl.actions.rds.restore_snapshot import RestoreSnapshot
from drctl.actions.route53.switch_records import Route53SwitchRecords
from drctl.actions.s3.promote_replica import S3PromoteReplica
from drctl.actions.ssm.put_parameter import SsmPutParameter
from drctl.model.values import Json
from drctl.ports.action import Action, ActionSpec, BoundStep, ParamProblem, ParamsInvalid

ACTIONS: Mapping[str, Action[Any, Any]] = {
    "approval": Approval(),
    "check.http": CheckHttp(),
    "ecs.redeploy": EcsRedeploy(),
    "elasticache.failover": Failover(),
    "elb.find_load_balancer": ElbFindLoadBalancer(),
    "rds.find_recovery_point": FindRecoveryPoint(),
    "rds.restore_snapshot": RestoreSnapshot(),
    "route53.switch_records": Route53SwitchRecords(),
    "s3.promote_replica": S3PromoteReplica(),
    "ssm.put_parameter": SsmPutParameter(),
    "wait": WaitFor(),
}


class ActionCatalogue:
    """The actions there are (the Catalogue port). KeyError for an action that `kinds` does not name."""

    def __init__(self, actions: Mapping[str, Action[Any, Any]] = ACTIONS) -> None:
        self._actions = actions

    def kinds(self) -> tuple[str, ...]:
        """Every action's name, sorted."""
        return tuple(sorted(self._actions))

    def spec(self, kind: str) -> ActionSpec | None:
        """What is known of an action; None where there is none of that name."""
        action = self._actions.get(kind)
        return action.spec if action is not None else None

    def schema(self, kind: str) -> Mapping[str, Json]:
        """The JSON Schema of the action's `with:`."""
        return params_schema(self._actions[kind].spec.params)

    def check(self, kind: str, params: Mapping[str, Json]) -> tuple[ParamProblem, ...]:
        """What is wrong with `params` for that action; nothing where it takes them."""
        return check_params(self._actions[kind].spec.params, params)

    def bind(self, kind: str, params: Mapping[str, Json]) -> BoundStep:
        """The action with its parameters; raises ParamsInvalid where they are not what it takes."""
        action = self._actions[kind]
        try:
            return BoundStep(action, make_params(action.spec.params, params))
        except ValidationError as error:
            raise ParamsInvalid(kind, check_params(action.spec.params, params)) from error
