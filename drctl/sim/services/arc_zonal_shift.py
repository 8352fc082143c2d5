"""ARC zonal shift: load balancers that have it enabled are managed resources, and a shift takes their traffic along.

What it does to requests is in `drctl.sim.application`. Practice runs and autoshifts are not played.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import AwsError, Call, Handler, World
from drctl.sim.services.zonal_shifts import ENABLED, Shift, ZonalShifts, zone_ids


class ArcZonalShiftOverlay:
    service = "arc-zonal-shift"

    def __init__(self, world: World) -> None:
        self._world = world
        self._shifts = world.part(ZonalShifts)
        self.before: Mapping[str, Handler] = {}
        self.after: Mapping[str, Handler] = {}
        self.replaces: Mapping[str, Handler] = {
            "StartZonalShift": self._start,
            "UpdateZonalShift": self._update,
            "CancelZonalShift": self._cancel,
            "ListZonalShifts": self._list,
            "GetManagedResource": self._get,
            "ListManagedResources": self._list_managed,
        }

    def reset(self) -> None:
        self._shifts.reset()

    def state(self) -> Mapping[str, Any]:
        return {"shifts": held} if (held := self._shifts.state()) else {}

    def _start(self, call: Call) -> Mapping[str, Any]:
        balancer = _managed(call)
        asked = call.params
        shift = self._shifts.start(
            call.account, call.region, balancer, str(asked["awayFrom"]), str(asked["expiresIn"]), str(asked["comment"])
        )
        return self._shown(shift)

    def _update(self, call: Call) -> Mapping[str, Any]:
        shift = self._find(call)
        self._shifts.update(shift, call.params.get("expiresIn"), call.params.get("comment"))
        return self._shown(shift)

    def _cancel(self, call: Call) -> Mapping[str, Any]:
        shift = self._find(call)
        self._shifts.cancel(shift)
        return self._shown(shift)

    def _list(self, call: Call) -> Mapping[str, Any]:
        told = [
            self._shown(shift) | {"shiftType": "ZONAL_SHIFT"} for shift in self._shifts.of(call.account, call.region)
        ]
        wanted = {"status": call.params.get("status"), "resourceIdentifier": call.params.get("resourceIdentifier")}
        return {"items": [one for one in told if all(want in (None, one[name]) for name, want in wanted.items())]}

    def _get(self, call: Call) -> Mapping[str, Any]:
        balancer = _managed(call)
        return {"arn": balancer.arn, "name": balancer.name, "autoshifts": [], **self._applied(balancer)}

    def _list_managed(self, call: Call) -> Mapping[str, Any]:
        return {
            "items": [
                {"arn": one.arn, "name": one.name, "availabilityZones": sorted(zone_ids(one)), **self._applied(one)}
                for one in _enabled(call)
            ]
        }

    def _applied(self, balancer: Any) -> dict[str, Any]:
        shift = self._shifts.active(balancer.arn)
        away = shift.away_from if shift is not None else None
        shifts = [self._shown(shift) | {"appliedStatus": "APPLIED", "shiftType": "ZONAL_SHIFT"}] if shift else []
        return {
            "appliedWeights": {zone: 0.0 if zone == away else 1.0 for zone in sorted(zone_ids(balancer))},
            "zonalShifts": shifts,
            "zonalAutoshiftStatus": "DISABLED",
        }

    def _find(self, call: Call) -> Shift:
        return self._shifts.find(call.account, call.region, str(call.params["zonalShiftId"]))

    def _shown(self, shift: Shift) -> dict[str, Any]:
        return {
            "zonalShiftId": shift.id,
            "resourceIdentifier": shift.resource,
            "awayFrom": shift.away_from,
            "expiryTime": shift.expires_at,
            "startTime": shift.started_at,
            "status": shift.status(self._world.now()),
            "comment": shift.comment,
        }


def _enabled(call: Call) -> Iterator[Any]:
    for balancer in resources("elbv2", call.account, call.region).load_balancers.values():
        if balancer.attrs.get(ENABLED) == "true":
            yield balancer


def _managed(call: Call) -> Any:
    wanted = str(call.params["resourceIdentifier"])
    for balancer in _enabled(call):
        if balancer.arn == wanted:
            return balancer
    raise AwsError("ResourceNotFoundException", f"{wanted} is not a managed resource.", 404)
