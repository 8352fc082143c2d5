"""Invoke a Lambda function, for what only the estate's own code can do: a smoke test, a repair, a switch.

Nothing tells whether a function has run, so it is invoked once and not again in
doubt, unless it is known to take the same invocation twice without harm.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from drctl.actions.checks.excerpt import excerpt
from drctl.actions.checks.expected_json import ExpectedJson, found_values, shown, wrong_value
from drctl.actions.parameters import CLOSED, Region
from drctl.aws.functions import Function, find_function, function_arn, invoke
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import ChangeState, Past, PastChange
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

LONGEST = timedelta(seconds=55)
"""How long a function may run whose answer is waited for: the call itself is given up after 60 seconds."""
INVOKABLE = frozenset({"Active", "Inactive"})
"""An inactive function is made ready by its first invocation, which is refused until it is
(AWS Lambda Developer Guide, "Lambda function states")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    function: Annotated[
        str, Field(pattern=r"^(arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:)?[A-Za-z0-9_-]{1,64}$")
    ]
    """The name or the ARN of a function, without a version."""
    qualifier: Annotated[str, Field(pattern=r"^(\$LATEST|[A-Za-z0-9_-]{1,128})$")] | None = None
    """A version or an alias; what is newest if left out."""
    payload: Mapping[str, Any] = field(default_factory=dict)
    """What the function is given."""
    invocation: Literal["RequestResponse", "Event"] = "RequestResponse"
    """`Event` queues it, for a function that runs longer than 55 seconds: then nothing is heard of how it went."""
    token_key: Annotated[str, Field(min_length=1)] | None = None
    """The key of the payload under which the function finds a token that is the same for every attempt of the step."""
    idempotent: bool = False
    """Whether it may be invoked again where nobody knows whether it was."""
    changes_nothing: bool = False
    """Whether it only looks, so that there is nothing to undo."""
    answer: ExpectedJson = field(default_factory=dict)
    """Path into its answer → the value that must be there, or limits for a number: `at_least`, `at_most`, `equals`,
    each widened by `within`. A function can answer that it has found something wrong, without failing itself."""

    def __post_init__(self) -> None:
        if self.answer and self.invocation == "Event":
            raise ValueError("nothing is heard of the answer of an `Event`: leave `answer` out")


class LambdaInvoke:
    """Afterwards the function has answered, or (`Event`) will be run. What it fails with fails the step.

    What it did is undone by nothing here: put an approval before a function that destroys.
    An answer that is not as `answer` wants it fails the step; one that is a JSON object is the output
    `result`, and any other JSON is its `value`.
    """

    spec = ActionSpec(
        kind="lambda.invoke",
        summary="Invoke a Lambda function and use its answer",
        params=Params,
        outputs={"result": ValueKind.OBJECT, "request_id": ValueKind.STRING},
        expect=timedelta(seconds=30),
        deadline=timedelta(minutes=15),
        operations=("lambda:GetFunction", "lambda:Invoke"),
        flips=("lambda:Invoke",),
        mutating=True,
        example="""\
- id: smoke-test
  uses: lambda.invoke
  with:
    region: eu-west-1
    function: amply-smoke-test
    payload: { target: https://api.amply.example }
    idempotent: true
    changes_nothing: true
    answer: { ok: true }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Function | None:
        return find_function(ctx.aws.client("lambda", params.region), params.function, params.qualifier)

    def decide(self, params: Params, seen: Function | None, past: Past) -> Decision:
        invoked = _of_this_epoch(past)
        if invoked is not None and invoked.state is ChangeState.RETURNED:
            # What it answered stands, whatever has become of the function since.
            return _judge(params, invoked)
        if (hindrance := _hindrance(params, seen)) is not None:
            return hindrance
        return Change(
            # An epoch's own: to start a step over is to invoke again.
            name=_name(past),
            summary=f"invoke {params.function} in {params.region}",
            operation="lambda:Invoke",
            target=seen.arn if seen is not None else params.function,
            flip=not params.idempotent,
            # Nothing of it shows later: what is in doubt is in doubt at once.
            settle=timedelta(0),
        )

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        # Sent once in either case: a repeated call of the SDK's own would be in no journal.
        lambda_ = ctx.aws.client("lambda", params.region, flip=True)
        token = {} if params.token_key is None else {params.token_key: ctx.token}
        payload = {**params.payload, **token}
        made = invoke(lambda_, params.function, params.qualifier, payload, queued=params.invocation == "Event")
        # A message of the function's own may quote what it was working with.
        error = excerpt(made.error.encode())
        return {"status": made.status, "result": made.result, "error": error, "request_id": made.request_id}

    def verify(self, params: Params, seen: Function | None, past: Past, ctx: StepContext) -> Evidence:
        invoked = _of_this_epoch(past)
        if invoked is None:
            return Evidence.missing(f"{params.function} has not been invoked")
        result, request_id = invoked.facts.get("result"), str(invoked.facts.get("request_id", ""))
        # Of its answer, no more is quoted than was asked for: it is for later steps, and may be long.
        seen_in = found_values(params.answer, _thawed(result))
        told = "will be run; how it goes is not known" if params.invocation == "Event" else "has answered"
        outputs: dict[str, Json] = {"result": _as_object(result), "request_id": request_id}
        return Evidence.of(
            f"{params.function} in {params.region} {told} (request {request_id}){seen_in}", outputs=outputs
        )

    def decide_undo(self, params: Params, seen: Function | None, past: Past) -> Decision:
        if params.changes_nothing or not any(change.name.startswith("invoke-") for change in past.changes):
            return Done(f"{params.function} has changed nothing in this run")
        hint = "look at what the function does, and take it back by hand"
        return Refuse(f"what {params.function} did is not known here, and cannot be undone", hint)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        arn = function_arn(params.region, account, params.function)
        arns = (arn if params.qualifier is None else f"{arn}:{params.qualifier}",)
        return (
            Permission(("lambda:GetFunction",), arns, "see whether it can be invoked"),
            Permission(("lambda:InvokeFunction",), arns, "invoke it"),
        )


def _name(past: Past) -> str:
    return f"invoke-{past.epoch}"


def _of_this_epoch(past: Past) -> PastChange | None:
    return past.last(_name(past))


def _judge(params: Params, invoked: PastChange) -> Decision:
    hint = f"look at the log of {params.function} for the request {invoked.facts.get('request_id')}"
    if error := invoked.facts.get("error"):
        return Refuse(f"{params.function} failed: {error}", hint)
    result = _thawed(invoked.facts.get("result"))
    if wrong := wrong_value(params.answer, result, shown(result)):
        return Refuse(f"{params.function} has not answered as it should: {wrong}", hint)
    return Done(f"{params.function} was invoked")


def _hindrance(params: Params, seen: Function | None) -> Decision | None:
    """Why the function cannot be invoked (yet); None where it can be."""
    where = f"{params.function} in {params.region}"
    if seen is None:
        version = f" with the version or alias {params.qualifier}" if params.qualifier else ""
        return Refuse(f"there is no function {where}{version}", "look at `function`, `qualifier` and `region`")
    if seen.state == "Pending" or seen.update == "InProgress":
        return Wait(f"{where} to be ready")
    if seen.state not in INVOKABLE:
        return Refuse(f"{where} is {seen.state!r}", "look at why Lambda does not run it")
    if params.invocation == "RequestResponse" and seen.timeout > LONGEST:
        hint = "give it a shorter timeout, or use `invocation: Event`"
        return Refuse(f"{where} may run for longer than its answer is waited for", hint)
    return None


def _thawed(result: Json) -> Json:
    """As the function answered it: what is recorded is frozen, and its lists are not the runbook's."""
    thawed: Json = json.loads(json.dumps(result, default=dict))
    return thawed


def _as_object(result: Json) -> Mapping[str, Json]:
    if isinstance(result, Mapping):
        return result
    return {} if result is None else {"value": result}
