"""Every action there is, by the name a runbook uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from drctl.actions.checks.dns import CheckDns
from drctl.actions.checks.http import CheckHttp
from drctl.actions.checks.postgres import CheckPostgres
from drctl.actions.checks.redis import CheckRedis
from drctl.actions.cloudfront.invalidate import CloudfrontInvalidate
from drctl.actions.cloudfront.switch_origin import CloudfrontSwitchOrigin
from drctl.actions.cloudwatch.mute import CloudwatchMute
from drctl.actions.cloudwatch.unmute import CloudwatchUnmute
from drctl.actions.cloudwatch.wait_metric import CloudwatchWaitMetric
from drctl.actions.ecs.redeploy import EcsRedeploy
from drctl.actions.elasticache.failover import Failover
from drctl.actions.elb.find_load_balancer import ElbFindLoadBalancer
from drctl.actions.fence.primary import FencePrimary
from drctl.actions.flow.approval import Approval
from drctl.actions.flow.wait import WaitFor
from drctl.actions.parameters import check_params, make_params, params_schema
from drctl.actions.rds.copy_snapshot import CopySnapshot
from drctl.actions.rds.create_replica import CreateReplica
from drctl.actions.rds.create_snapshot import CreateSnapshot
from drctl.actions.rds.find_recovery_point import FindRecoveryPoint
from drctl.actions.rds.force_failover import ForceFailover
from drctl.actions.rds.normalise import Normalise
from drctl.actions.rds.promote_replica import PromoteReplica
from drctl.actions.rds.restore_snapshot import RestoreSnapshot
from drctl.actions.rds.restore_to_point_in_time import RestoreToPointInTime
from drctl.actions.route53.stop_switch import Route53StopSwitch
from drctl.actions.route53.switch_records import Route53SwitchRecords
from drctl.actions.route53.toggle_health_check import Route53ToggleHealthCheck
from drctl.actions.s3.check_replication import S3CheckReplication
from drctl.actions.s3.promote_replica import S3PromoteReplica
from drctl.actions.s3.restore_versions import S3RestoreVersions
from drctl.actions.secrets.check import SecretsCheck
from drctl.actions.secrets.promote import SecretsPromote
from drctl.actions.secrets.put import SecretsPut
from drctl.actions.ses.check import SesCheck
from drctl.actions.sqs.ensure import SqsEnsure
from drctl.actions.sqs.purge import SqsPurge
from drctl.actions.sqs.redrive import SqsRedrive
from drctl.actions.ssm.put_parameter import SsmPutParameter
from drctl.model.values import Json
from drctl.ports.action import Action, ActionSpec, BoundStep, ParamProblem, ParamsInvalid

ACTIONS: Mapping[str, Action[Any, Any]] = {
    "approval": Approval(),
    "check.dns": CheckDns(),
    "check.http": CheckHttp(),
    "check.postgres": CheckPostgres(),
    "check.redis": CheckRedis(),
    "cloudfront.invalidate": CloudfrontInvalidate(),
    "cloudfront.switch_origin": CloudfrontSwitchOrigin(),
    "cloudwatch.mute": CloudwatchMute(),
    "cloudwatch.unmute": CloudwatchUnmute(),
    "cloudwatch.wait_metric": CloudwatchWaitMetric(),
    "ecs.redeploy": EcsRedeploy(),
    "elasticache.failover": Failover(),
    "elb.find_load_balancer": ElbFindLoadBalancer(),
    "fence.primary": FencePrimary(),
    "rds.copy_snapshot": CopySnapshot(),
    "rds.create_replica": CreateReplica(),
    "rds.create_snapshot": CreateSnapshot(),
    "rds.find_recovery_point": FindRecoveryPoint(),
    "rds.force_failover": ForceFailover(),
    "rds.normalise": Normalise(),
    "rds.promote_replica": PromoteReplica(),
    "rds.restore_snapshot": RestoreSnapshot(),
    "rds.restore_to_point_in_time": RestoreToPointInTime(),
    "route53.stop_switch": Route53StopSwitch(),
    "route53.switch_records": Route53SwitchRecords(),
    "route53.toggle_health_check": Route53ToggleHealthCheck(),
    "s3.check_replication": S3CheckReplication(),
    "s3.promote_replica": S3PromoteReplica(),
    "s3.restore_versions": S3RestoreVersions(),
    "secrets.check": SecretsCheck(),
    "secrets.promote": SecretsPromote(),
    "secrets.put": SecretsPut(),
    "ses.check": SesCheck(),
    "sqs.ensure": SqsEnsure(),
    "sqs.purge": SqsPurge(),
    "sqs.redrive": SqsRedrive(),
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
