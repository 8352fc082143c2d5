"""Every action there is, by the name a runbook uses: drctl's own, and those that installed packages add."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from drctl.actions.arc.cancel_shift import ArcCancelShift
from drctl.actions.arc.routing_control import ArcRoutingControl
from drctl.actions.arc.zonal_shift import ArcZonalShift
from drctl.actions.aurora.global_failover import GlobalFailover
from drctl.actions.aurora.global_switchover import GlobalSwitchover
from drctl.actions.beacons.read import ReadBeacon
from drctl.actions.checks.dns import CheckDns
from drctl.actions.checks.http import CheckHttp
from drctl.actions.checks.objects import CheckObjects
from drctl.actions.checks.postgres import CheckPostgres
from drctl.actions.checks.redis import CheckRedis
from drctl.actions.checks.targets import CheckTargets
from drctl.actions.ci.freeze import CiFreeze
from drctl.actions.cloudfront.invalidate import CloudfrontInvalidate
from drctl.actions.cloudfront.switch_origin import CloudfrontSwitchOrigin
from drctl.actions.cloudwatch.check_alarms import CloudwatchCheckAlarms
from drctl.actions.cloudwatch.mute import CloudwatchMute
from drctl.actions.cloudwatch.unmute import CloudwatchUnmute
from drctl.actions.cloudwatch.wait_metric import CloudwatchWaitMetric
from drctl.actions.ecs.redeploy import EcsRedeploy
from drctl.actions.ecs.run_task import EcsRunTask
from drctl.actions.ecs.scale import EcsScale
from drctl.actions.elasticache.failover import Failover
from drctl.actions.elasticache.failover_in_group import FailoverInGroup
from drctl.actions.elasticache.restore import Restore
from drctl.actions.elb.find_load_balancer import ElbFindLoadBalancer
from drctl.actions.fence.primary import FencePrimary
from drctl.actions.flow.approval import Approval
from drctl.actions.flow.wait import WaitFor
from drctl.actions.functions.invoke import LambdaInvoke
from drctl.actions.guard.account import GuardAccount
from drctl.actions.installed import Installed, Unusable, find_installed
from drctl.actions.notify.email import NotifyEmail
from drctl.actions.notify.pagerduty import NotifyPagerduty
from drctl.actions.notify.sns import NotifySns
from drctl.actions.notify.webhook import NotifyWebhook
from drctl.actions.parameters import check_params, make_params, params_schema
from drctl.actions.policy.check import PolicyCheck
from drctl.actions.programs.command import Command
from drctl.actions.programs.terraform_apply import TerraformApply
from drctl.actions.programs.terraform_plan import TerraformPlan
from drctl.actions.rds.copy_snapshot import CopySnapshot
from drctl.actions.rds.create_replica import CreateReplica
from drctl.actions.rds.create_snapshot import CreateSnapshot
from drctl.actions.rds.delete_instance import DeleteInstance
from drctl.actions.rds.find_recovery_point import FindRecoveryPoint
from drctl.actions.rds.force_failover import ForceFailover
from drctl.actions.rds.normalise import Normalise
from drctl.actions.rds.promote_replica import PromoteReplica
from drctl.actions.rds.restore_snapshot import RestoreSnapshot
from drctl.actions.rds.restore_to_point_in_time import RestoreToPointInTime
from drctl.actions.rds.swap_identifiers import SwapIdentifiers
from drctl.actions.readiness.check import ReadinessCheck
from drctl.actions.route53.stop_switch import Route53StopSwitch
from drctl.actions.route53.switch_records import Route53SwitchRecords
from drctl.actions.route53.toggle_health_check import Route53ToggleHealthCheck
from drctl.actions.s3.batch_replicate import S3BatchReplicate
from drctl.actions.s3.check_replication import S3CheckReplication
from drctl.actions.s3.contain import S3Contain
from drctl.actions.s3.mrap_failover import S3MrapFailover
from drctl.actions.s3.pause_replication import S3PauseReplication
from drctl.actions.s3.promote_replica import S3PromoteReplica
from drctl.actions.s3.recreate_bucket import S3RecreateBucket
from drctl.actions.s3.restore_versions import S3RestoreVersions
from drctl.actions.s3.suspend_lifecycle import S3SuspendLifecycle
from drctl.actions.secrets.check import SecretsCheck
from drctl.actions.secrets.promote import SecretsPromote
from drctl.actions.secrets.put import SecretsPut
from drctl.actions.ses.check import SesCheck
from drctl.actions.sqs.ensure import SqsEnsure
from drctl.actions.sqs.purge import SqsPurge
from drctl.actions.sqs.redrive import SqsRedrive
from drctl.actions.ssm.check_parameter import SsmCheckParameter
from drctl.actions.ssm.put_parameter import SsmPutParameter
from drctl.model.values import Json
from drctl.ports.action import Action, ActionSpec, BoundStep, Origin, ParamProblem, ParamsInvalid

ACTIONS: Mapping[str, Action[Any, Any]] = {
    "approval": Approval(),
    "arc.cancel_shift": ArcCancelShift(),
    "arc.routing_control": ArcRoutingControl(),
    "arc.zonal_shift": ArcZonalShift(),
    "aurora.global_failover": GlobalFailover(),
    "aurora.global_switchover": GlobalSwitchover(),
    "beacon.read": ReadBeacon(),
    "check.http": CheckHttp(),
    "check.targets": CheckTargets(),
    "ci.freeze": CiFreeze(),
    "check.objects": CheckObjects(),
    "check.dns": CheckDns(),
    "check.postgres": CheckPostgres(),
    "check.redis": CheckRedis(),
    "cloudfront.invalidate": CloudfrontInvalidate(),
    "cloudfront.switch_origin": CloudfrontSwitchOrigin(),
    "cloudwatch.check_alarms": CloudwatchCheckAlarms(),
    "cloudwatch.mute": CloudwatchMute(),
    "cloudwatch.unmute": CloudwatchUnmute(),
    "cloudwatch.wait_metric": CloudwatchWaitMetric(),
    "command": Command(),
    "ecs.redeploy": EcsRedeploy(),
    "ecs.run_task": EcsRunTask(),
    "ecs.scale": EcsScale(),
    "elasticache.failover": Failover(),
    "elasticache.failover_in_group": FailoverInGroup(),
    "elasticache.restore": Restore(),
    "elb.find_load_balancer": ElbFindLoadBalancer(),
    "lambda.invoke": LambdaInvoke(),
    "notify.email": NotifyEmail(),
    "notify.pagerduty": NotifyPagerduty(),
    "notify.sns": NotifySns(),
    "notify.webhook": NotifyWebhook(),
    "fence.primary": FencePrimary(),
    "guard.account": GuardAccount(),
    "policy.check": PolicyCheck(),
    "readiness.check": ReadinessCheck(),
    "rds.copy_snapshot": CopySnapshot(),
    "rds.create_replica": CreateReplica(),
    "rds.create_snapshot": CreateSnapshot(),
    "rds.delete_instance": DeleteInstance(),
    "rds.find_recovery_point": FindRecoveryPoint(),
    "rds.force_failover": ForceFailover(),
    "rds.normalise": Normalise(),
    "rds.promote_replica": PromoteReplica(),
    "rds.restore_snapshot": RestoreSnapshot(),
    "rds.restore_to_point_in_time": RestoreToPointInTime(),
    "rds.swap_identifiers": SwapIdentifiers(),
    "route53.stop_switch": Route53StopSwitch(),
    "route53.switch_records": Route53SwitchRecords(),
    "route53.toggle_health_check": Route53ToggleHealthCheck(),
    "s3.batch_replicate": S3BatchReplicate(),
    "s3.check_replication": S3CheckReplication(),
    "s3.contain": S3Contain(),
    "s3.mrap_failover": S3MrapFailover(),
    "s3.pause_replication": S3PauseReplication(),
    "s3.promote_replica": S3PromoteReplica(),
    "s3.recreate_bucket": S3RecreateBucket(),
    "s3.restore_versions": S3RestoreVersions(),
    "s3.suspend_lifecycle": S3SuspendLifecycle(),
    "secrets.check": SecretsCheck(),
    "secrets.promote": SecretsPromote(),
    "secrets.put": SecretsPut(),
    "ses.check": SesCheck(),
    "sqs.ensure": SqsEnsure(),
    "sqs.purge": SqsPurge(),
    "sqs.redrive": SqsRedrive(),
    "ssm.check_parameter": SsmCheckParameter(),
    "ssm.put_parameter": SsmPutParameter(),
    "terraform.apply": TerraformApply(),
    "terraform.plan": TerraformPlan(),
    "wait": WaitFor(),
}


class ActionCatalogue:
    """The actions there are (the Catalogue port): drctl's own, and those that are `installed` besides.

    KeyError for an action that `kinds` does not name, or that has a `fault`.
    """

    def __init__(
        self,
        actions: Mapping[str, Action[Any, Any]] = ACTIONS,
        installed: Mapping[str, Installed] = MappingProxyType({}),
    ) -> None:
        self._actions = dict(actions)
        self._installed = installed
        self._faults: dict[str, str] = {}

    @classmethod
    def with_installed(cls) -> ActionCatalogue:
        """drctl's own actions and those of installed packages. Raises InstalledActionWrong."""
        return cls(ACTIONS, find_installed(ACTIONS))

    def kinds(self) -> tuple[str, ...]:
        """Every action's name, sorted."""
        return tuple(sorted({*self._actions, *self._installed}))

    def spec(self, kind: str) -> ActionSpec | None:
        """What is known of an action; None where there is none of that name, or where it has a `fault`."""
        action = self._find(kind)
        return action.spec if action is not None else None

    def origin(self, kind: str) -> Origin | None:
        """The installed package that an action comes from; None for drctl's own."""
        return self._installed[kind].origin if kind in self._installed else None

    def fault(self, kind: str) -> str | None:
        """Why an action that `kinds` names cannot be used; None where it can."""
        self._find(kind)
        return self._faults.get(kind)

    def action(self, kind: str) -> Action[Any, Any]:
        """The action itself."""
        found = self._find(kind)
        if found is None:
            raise KeyError(self._faults.get(kind, kind))
        return found

    def schema(self, kind: str) -> Mapping[str, Json]:
        """The JSON Schema of the action's `with:`."""
        return params_schema(self.action(kind).spec.params)

    def check(self, kind: str, params: Mapping[str, Json]) -> tuple[ParamProblem, ...]:
        """What is wrong with `params` for that action; nothing where it takes them."""
        return check_params(self.action(kind).spec.params, params)

    def bind(self, kind: str, params: Mapping[str, Json]) -> BoundStep:
        """The action with its parameters; raises ParamsInvalid where they are not what it takes."""
        action = self.action(kind)
        try:
            return BoundStep(action, make_params(action.spec.params, params))
        except ValidationError as error:
            raise ParamsInvalid(kind, check_params(action.spec.params, params)) from error

    def _find(self, kind: str) -> Action[Any, Any] | None:
        if kind not in self._actions and kind in self._installed and kind not in self._faults:
            try:
                self._actions[kind] = self._installed[kind].load()
            except Unusable as error:
                self._faults[kind] = str(error)
        return self._actions.get(kind)
