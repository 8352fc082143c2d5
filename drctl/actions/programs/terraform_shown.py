"""What a plan would do, read from `terraform show -json` ("JSON Output Format", plan representation)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_AWS = "/hashicorp/aws"
_ACTIONS = frozenset({"no-op", "create", "read", "update", "delete", "forget"})
"""Every action of a change that the format names; a pair of create and delete is a replacement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsProvider:
    """One configuration of the AWS provider. None stands for what the plan does not tell."""

    name: str
    account_ids: tuple[str, ...] | None
    region: str | None
    says_region: bool
    """Whether it names a Region at all; without one the environment's counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlan:
    adds: tuple[str, ...]
    changes: tuple[str, ...]
    destroys: tuple[str, ...]
    """Addresses; what is replaced is both added and destroyed."""
    destroyed_types: Mapping[str, str]
    """Address of what is destroyed → its type."""
    providers: tuple[AwsProvider, ...]
    touches_aws: bool
    unknown_actions: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.adds or self.changes or self.destroys)

    @property
    def summary(self) -> str:
        """What an approver is shown: how many of each, and what is destroyed by its name."""
        counted = f"{len(self.adds)} to add, {len(self.changes)} to change, {len(self.destroys)} to destroy"
        kinds = Counter(_type(address) for address in (*self.adds, *self.changes))
        made = ", ".join(f"{count} {kind}" if count > 1 else kind for kind, count in sorted(kinds.items()))
        gone = f"; destroys {', '.join(self.destroys)}" if self.destroys else ""
        return f"{counted}{f' ({made})' if made else ''}{gone}"


def parse_plan(content: bytes) -> ShownPlan | None:
    """The plan that `show -json` has written; None where it is no such thing."""
    try:
        told = json.loads(content)
    except ValueError:
        return None
    if not isinstance(told, dict) or not str(told.get("format_version", "")).startswith("1."):
        return None
    changed = [change for change in told.get("resource_changes", ()) if change.get("mode", "managed") == "managed"]
    actions = {change["address"]: tuple(change["change"]["actions"]) for change in changed}
    providers = tuple(_providers(told))
    return ShownPlan(
        adds=tuple(address for address, its in actions.items() if "create" in its),
        changes=tuple(address for address, its in actions.items() if "update" in its),
        destroys=tuple(address for address, its in actions.items() if "delete" in its),
        destroyed_types={
            change["address"]: str(change["type"]) for change in changed if "delete" in change["change"]["actions"]
        },
        providers=providers,
        touches_aws=bool(providers) or any(str(c.get("provider_name", "")).endswith(_AWS) for c in changed),
        unknown_actions=tuple(sorted({one for its in actions.values() for one in its if one not in _ACTIONS})),
    )


def _providers(told: Mapping[str, Any]) -> Iterator[AwsProvider]:
    configured = told.get("configuration", {}).get("provider_config", {})
    for key, provider in configured.items():
        if not str(provider.get("full_name", "")).endswith(_AWS):
            continue
        said = provider.get("expressions", {})
        if provider.get("module_address") and not said:
            continue  # It only says which provider of the root module is meant.
        ids, region = _values(said.get("allowed_account_ids"), told), _values(said.get("region"), told)
        yield AwsProvider(
            name=str(key),
            account_ids=ids,
            region=region[0] if region is not None and len(region) == 1 else None,
            says_region="region" in said,
        )


def _values(expression: Any, told: Mapping[str, Any]) -> tuple[str, ...] | None:
    """What an expression of the configuration stands for: constants, and variables of the root module."""
    if not isinstance(expression, dict):
        return None
    if "constant_value" in expression:
        return _texts(expression["constant_value"])
    variables = told.get("variables", {})
    found: list[str] = []
    references = expression.get("references", ())
    for reference in references:
        scope, _, name = str(reference).partition(".")
        value = variables.get(name, {}).get("value") if scope == "var" else None
        if value is None:
            return None
        found += _texts(value) or ()
    return tuple(found) or None


def _texts(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, list) else None


def _type(address: str) -> str:
    # module.web["a"].aws_lb.api: what stands in brackets may hold dots, and the type is the last but one.
    bare = "".join(part.split("]", 1)[-1] for part in f"]{address}".split("["))
    parts = bare.split(".")
    return parts[-2] if len(parts) > 1 else bare
