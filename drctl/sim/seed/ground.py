"""The ground an estate is planted in: where each thing goes, and what AWS named it when it was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from drctl.model.estate import Estate, Place
from drctl.sim.overlay import World
from drctl.sim.seed.in_process import Client, Wsgi


@dataclass(slots=True)
class Ground:
    """One planting."""

    estate: Estate
    world: World
    app: Wsgi
    _made: dict[tuple[str, str, str, str], str] = field(default_factory=dict)

    def spot(self, account: str | None, region: str) -> Spot:
        """One account (the default one where it is None) and Region, whether anything is described there or not."""
        name = account or self.estate.default_account
        return Spot(self, name, region, self.estate.place(name, region) or Place())

    def spots(self) -> Iterator[Spot]:
        """Every place of the estate."""
        for account, region, place in self.estate.each_place():
            yield Spot(self, account, region, place)

    def note(self, kind: str, account: str, region: str, name: str, made: str) -> None:
        """Remember that the thing of that name became `made`: an id, an ARN or an address."""
        self._made[kind, account, region, name] = made

    def made(self, kind: str, account: str, region: str, name: str) -> str:
        """What the thing of that name became. KeyError where it was not planted before."""
        return self._made[kind, account, region, name]


@dataclass(frozen=True, slots=True)
class Spot:
    """One account and Region of the ground."""

    ground: Ground
    account: str
    region: str
    place: Place

    @property
    def account_id(self) -> str:
        return self.ground.estate.accounts[self.account]

    def client(self, service: str) -> Client:
        """A client of `service` here."""
        return Client(self.ground.app, service, self.account_id, self.region)

    def elsewhere(self, region: str) -> Spot:
        """The same account in another Region."""
        return self.ground.spot(self.account, region)

    def note(self, kind: str, name: str, made: str) -> None:
        """Remember what the thing of that name became here."""
        self.ground.note(kind, self.account, self.region, name, made)

    def made(self, kind: str, name: str) -> str:
        """What the thing of that name became here. KeyError where it was not planted before."""
        return self.ground.made(kind, self.account, self.region, name)

    def all_made(self, kind: str, names: tuple[str, ...]) -> list[str]:
        """What the things of those names became here, in their order."""
        return [self.made(kind, name) for name in names]

    def role_arn(self, role: str) -> str:
        """The ARN of a role of this account."""
        return f"arn:aws:iam::{self.account_id}:role/{role}"
