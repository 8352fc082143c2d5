"""Faults by rule: which calls fail. `fault_answers` has what they answer.

The only chance in a rule is a seeded one: the same rules fail the same calls in every run.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from drctl.model.scenario import Fault, FaultKind


@dataclass(slots=True)
class _Armed:
    """A rule, and what it has seen."""

    fault: Fault
    chance: random.Random
    met: int = 0
    struck: int = 0

    def meets(self, service: str, operation: str, region: str) -> bool:
        wanted = (self.fault.service, self.fault.operation, self.fault.region)
        return all(want in ("*", got) for want, got in zip(wanted, (service, operation, region), strict=True))

    def strikes(self) -> bool:
        """Whether the call that was just met fails, as far as this rule goes."""
        self.met += 1
        if self.met < self.fault.nth or (self.fault.times is not None and self.struck >= self.fault.times):
            return False
        if self.fault.probability < 1 and self.chance.random() >= self.fault.probability:
            return False
        self.struck += 1
        return True


@dataclass(slots=True)
class FaultPlan:
    """The rules in force."""

    armed: list[_Armed] = field(default_factory=list)

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> FaultPlan:
        """A plan that has met no call yet."""
        return cls([_Armed(fault, random.Random(fault.seed)) for fault in faults])

    def strike(self, service: str, operation: str, region: str) -> Fault | None:
        """The fault that this call meets; the first rule that strikes decides, and the later ones do not see it."""
        for rule in self.armed:
            if rule.meets(service, operation, region) and rule.strikes():
                return rule.fault
        return None


_TEXT = re.compile(
    r"(?P<service>[a-z0-9-]+|\*):(?P<operation>[A-Za-z0-9]+|\*)(?:@(?P<region>[a-z0-9-]+))?"
    r":(?P<kind>[a-z0-9-]+)(?:=(?P<code>[A-Za-z.]+))?(?::(?P<which>.+))?"
)
_FORM = "service:Operation[@region]:kind[=Code][:which], such as rds:RestoreDBInstanceFromDBSnapshot:throttle:3"
# Words that people write for some of the kinds.
_WORDS = {
    "error": FaultKind.SERVER_ERROR,
    "http-503": FaultKind.UNAVAILABLE,
    "lost-answer": FaultKind.ANSWER_LOST,
}


def parse_fault(text: str) -> Fault:
    """The fault that `text` names, as the command line takes it; ValueError with the form that is expected.

    `which` is `3` for the first three calls, `#3` for the third alone, `30%` for each call with that chance
    and `all` for every call; without it the first call fails.
    """
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"expected {_FORM}; got {text!r}")
    kind = _kind(found["kind"])
    chosen: dict[str, Any] = _which(found["which"])
    _require_known(found["service"], found["operation"])
    if found["region"]:
        chosen["region"] = found["region"]
    return Fault(service=found["service"], operation=found["operation"], kind=kind, code=found["code"], **chosen)


def _require_known(service: str, operation: str) -> None:
    # A rule that no call can ever meet would let a drill pass that proves nothing.
    from drctl.sim.routing import has_operation, is_known

    if service != "*" and not is_known(service):
        raise ValueError(f"AWS has no service {service!r} (boto3's names count, such as elbv2)")
    if "*" not in (service, operation) and not has_operation(service, operation):
        raise ValueError(f"{service} has no operation {operation!r}")


def _kind(word: str) -> FaultKind:
    if word in _WORDS:
        return _WORDS[word]
    try:
        return FaultKind(word)
    except ValueError:
        raise ValueError(f"no fault is called {word!r}; there are {', '.join(FaultKind)}") from None


def _which(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    if text == "all":
        return {"times": None}
    if re.fullmatch(r"[1-9]\d{0,8}", text):
        return {"times": int(text)}
    if re.fullmatch(r"#[1-9]\d{0,8}", text):
        return {"nth": int(text[1:]), "times": 1}
    if (found := re.fullmatch(r"(\d{1,2}(?:\.\d+)?|100)%", text)) and float(found[1]) > 0:
        return {"probability": float(found[1]) / 100, "times": None}
    raise ValueError(f"expected which calls as 3, #3, 30% or all, got {text!r}")
