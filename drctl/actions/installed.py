"""Actions that installed packages bring along, through the entry-point group `drctl.actions`.

A package is imported only when somebody uses or lists its action. What is wrong with a
name is told at once, because a runbook that means two things is worse than none; what is
wrong with the code behind it is told only to whoever asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, is_dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from drctl.errors import Refused
from drctl.ports.action import Action, ActionSpec, Origin

GROUP = "drctl.actions"
KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_METHODS = ("observe", "decide", "act", "verify", "decide_undo", "permissions")


class InstalledActionWrong(Refused):
    """An installed package offers an action under a name that it cannot have."""

    name = "installed-action"


class Unusable(Exception):
    """What an entry point leads to is no action; the text says why."""


@dataclass(frozen=True, slots=True)
class Installed:
    """One action that a package offers. Nothing of the package has been imported."""

    kind: str
    entry: EntryPoint
    origin: Origin

    def load(self) -> Action[Any, Any]:
        """The action. Raises Unusable, with a text that names the package and the entry point."""
        try:
            return self._checked(self.entry.load())
        except Unusable as error:
            raise Unusable(f"{self.told} is no action: {error}") from error
        except Exception as error:
            # Whatever importing somebody's package raises is theirs to mend, and no bug of ours.
            first = (str(error) or "no reason given").splitlines()[0]
            raise Unusable(f"{self.told} cannot be loaded: {type(error).__name__}: {first}") from error

    @property
    def told(self) -> str:
        """Where the action comes from, for whoever has to mend it."""
        return f"{self.kind!r} of {self.origin} (entry point {self.origin.entry_point})"

    def _checked(self, found: Any) -> Action[Any, Any]:
        action: Any = found() if isinstance(found, type) else found
        spec = getattr(action, "spec", None)
        if not isinstance(spec, ActionSpec):
            raise Unusable("it has no `spec` that is an ActionSpec")
        if spec.kind != self.kind:
            raise Unusable(f"its spec says that its kind is {spec.kind!r}")
        if not is_dataclass(spec.params):
            raise Unusable("the `params` of its spec are no dataclass")
        lacking = [name for name in _METHODS if not callable(getattr(action, name, None))]
        if lacking:
            raise Unusable(f"it has no {', '.join(lacking)}")
        checked: Action[Any, Any] = action
        return checked


def find_installed(built_in: Collection[str]) -> Mapping[str, Installed]:
    """What is installed besides `built_in`. Raises InstalledActionWrong for a name that is taken or no kind."""
    return by_kind(entry_points(group=GROUP), built_in)


def by_kind(entries: Iterable[EntryPoint], built_in: Collection[str]) -> Mapping[str, Installed]:
    """The actions that `entries` offer. Raises InstalledActionWrong."""
    found: dict[str, Installed] = {}
    wrong: list[str] = []
    for entry in entries:
        action = Installed(entry.name, entry, _origin(entry))
        if not KIND.fullmatch(entry.name):
            wrong.append(f"{action.told}: a kind is written namespace.name, in small letters, such as acme.drain")
        elif entry.name in built_in:
            wrong.append(f"{action.told}: drctl has an action of that name")
        elif entry.name in found:
            wrong.append(f"{action.told}: {found[entry.name].told} has that name")
        found.setdefault(entry.name, action)
    if wrong:
        hint = "rename the entry point in that package, or uninstall it"
        raise InstalledActionWrong("an installed action has a name that it cannot have", context=wrong, hint=hint)
    return found


def _origin(entry: EntryPoint) -> Origin:
    package = entry.dist
    if package is None:
        return Origin("an unnamed package", "", entry.value)
    return Origin(package.name, package.version, entry.value)
