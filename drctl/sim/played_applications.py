"""Which ECS services of a world answer HTTP, and what each of them needs: the applications of its estate."""

from __future__ import annotations

from drctl.model.estate import Estate
from drctl.model.estate_edge import Application
from drctl.sim.overlay import World


class PlayedApplications:
    """The applications that the simulation plays, by the service that runs them."""

    def __init__(self, world: World) -> None:
        del world
        self._played: dict[tuple[str, str, str], Application] = {}

    def play(self, estate: Estate) -> None:
        """The applications of `estate`, and no others, answer from now on."""
        self._played = {
            (estate.account_id(one.account), one.cluster, one.service): one for one in estate.applications.values()
        }

    def run_by(self, account: str, cluster: str, service: str) -> Application | None:
        """The application that a service runs, in whatever Region; None where the estate describes none."""
        return self._played.get((account, cluster, service))
