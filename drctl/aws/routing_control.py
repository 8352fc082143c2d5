"""The data plane of routing controls, as frozen types.

A cluster answers at five endpoints in five Regions, and any of them will do: whoever uses it
is to try the next one where one does not answer (Amazon Application Recovery Controller
Developer Guide, "Best practices for routing control").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from drctl.aws.failures import absent, classify
from drctl.model.failure import FailureKind

State = Literal["On", "Off"]

_TRY_ANOTHER = frozenset({FailureKind.UNREACHABLE, FailureKind.AMBIGUOUS, FailureKind.THROTTLE})
"""Failures that say something of the endpoint, and nothing of the controls or of us."""


@dataclass(frozen=True, slots=True)
class ClusterEndpoint:
    region: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlStates:
    """What one endpoint of the cluster says."""

    states: Mapping[str, str]
    """By ARN; a control that is not there is left out."""
    told_by: ClusterEndpoint
    silent: tuple[ClusterEndpoint, ...] = ()
    """The endpoints that were asked before, and did not answer."""


def read_states(
    client_of: Callable[[ClusterEndpoint], Any], endpoints: Sequence[ClusterEndpoint], controls: Sequence[str]
) -> ControlStates:
    """The states of `controls`, from the first of `endpoints` that answers.

    Raises what the last one raised where none does. AccessDenied is an answer, and is raised at once.
    """
    silent: list[ClusterEndpoint] = []
    for endpoint in endpoints:
        try:
            client = client_of(endpoint)
            states = {arn: state for arn in controls if (state := _state(client, arn)) is not None}
            return ControlStates(states=states, told_by=endpoint, silent=tuple(silent))
        except Exception as error:
            silent.append(endpoint)
            if not is_silence(error) or len(silent) == len(endpoints):
                raise
    raise ValueError("a cluster has at least one endpoint")


def is_silence(error: Exception) -> bool:
    """Whether `error` only says that an endpoint does not answer, for which the next one may."""
    failure = classify(error)
    return failure is not None and failure.kind in _TRY_ANOTHER


def set_states(client: Any, wanted: Mapping[str, str], override: Sequence[str]) -> None:
    """Set all of these states, or none. ConflictException where a safety rule that is not overridden forbids it."""
    entries = [{"RoutingControlArn": arn, "RoutingControlState": state} for arn, state in wanted.items()]
    more = {"SafetyRulesToOverride": list(override)} if override else {}
    client.update_routing_control_states(UpdateRoutingControlStateEntries=entries, **more)


def _state(client: Any, arn: str) -> str | None:
    with absent("ResourceNotFoundException"):
        return str(client.get_routing_control_state(RoutingControlArn=arn)["RoutingControlState"])
    return None
