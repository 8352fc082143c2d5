"""Lambda functions, which the simulation plays: nothing of theirs is run."""

from __future__ import annotations

from drctl.sim.seed.ground import Spot
from drctl.sim.services.lambda_functions import LambdaFunctions


def plant_functions(spot: Spot) -> None:
    """Every function of the place can be invoked."""
    functions = spot.ground.world.part(LambdaFunctions)
    for name, function in spot.place.functions.items():
        functions.play(spot.account_id, spot.region, name, function)
