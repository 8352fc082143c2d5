"""Route 53: changes that take time to reach the name servers, and batches that are refused as a whole.

Zones, health checks (but for their versions) and tags stay with moto.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.sim.dns import Dns
from drctl.sim.moto_resources import global_resources
from drctl.sim.overlay import AwsError, Call, Handler, World
from drctl.sim.services.change_batch import apply_batch
from drctl.sim.services.health_checks import find_check, keep_more, show_more, update_health_check
from drctl.sim.services.hosted_zones import HostedZones, Zone, shown
from drctl.sim.services.record_sets import absolute, in_order, place_of

_MOST_RECORDS = 300


class Route53Overlay:
    service = "route53"

    def __init__(self, world: World) -> None:
        self._world = world
        self._zones = world.part(HostedZones)
        self._dns = Dns(world)
        self.before: Mapping[str, Handler] = {"CreateHostedZone": _refuse_second}
        self.after: Mapping[str, Handler] = {
            "CreateHealthCheck": keep_more,
            "GetHealthCheck": show_more,
        }
        self.replaces: Mapping[str, Handler] = {
            "ChangeResourceRecordSets": self._change,
            "GetChange": self._get_change,
            "ListResourceRecordSets": self._list,
            "TestDNSAnswer": self._test_answer,
            "UpdateHealthCheck": update_health_check,
            "GetHealthCheckStatus": self._check_status,
        }

    def reset(self) -> None:
        self._zones.reset()

    def state(self) -> Mapping[str, Any]:
        return {"zones": self._zones.state()}

    def _change(self, call: Call) -> Mapping[str, Any]:
        zone = self._zone(call)
        batch = call.params["ChangeBatch"]
        records = apply_batch(zone.name, zone.records, batch["Changes"])
        return {"ChangeInfo": shown(self._zones.change(zone, records, batch.get("Comment")))}

    def _get_change(self, call: Call) -> Mapping[str, Any]:
        change_id = str(call.params["Id"]).removeprefix("/change/")
        return {"ChangeInfo": shown(self._zones.find_change(call.account, change_id))}

    def _list(self, call: Call) -> Mapping[str, Any]:
        zone = self._zone(call)
        start = call.params.get("StartRecordName")
        if start is None and call.params.get("StartRecordType"):
            raise AwsError("InvalidInput", "The input is not valid: a start type needs a start name")
        records = in_order(zone.records.values())
        if start is not None:
            first = place_of(
                {
                    "Name": absolute(start),
                    "Type": call.params.get("StartRecordType") or "",
                    "SetIdentifier": call.params.get("StartRecordIdentifier"),
                }
            )
            records = [record for record in records if place_of(record) >= first]
        most = min(int(call.params.get("MaxItems") or _MOST_RECORDS), _MOST_RECORDS)
        told: dict[str, Any] = {
            "ResourceRecordSets": records[:most],
            "IsTruncated": len(records) > most,
            "MaxItems": str(most),
        }
        if len(records) > most:
            following = records[most]
            told |= {"NextRecordName": following["Name"], "NextRecordType": following["Type"]}
            if following.get("SetIdentifier"):
                told["NextRecordIdentifier"] = following["SetIdentifier"]
        return told

    def _test_answer(self, call: Call) -> Mapping[str, Any]:
        zone = self._zone(call)
        name, type_ = str(call.params["RecordName"]), str(call.params["RecordType"])
        answer = self._dns.ask(zone, name, type_)
        return {
            "Nameserver": "ns-2048.awsdns-64.com",
            "RecordName": name,
            "RecordType": type_,
            "RecordData": list(answer.values),
            "ResponseCode": answer.code,
            "Protocol": "UDP",
        }

    def _check_status(self, call: Call) -> Mapping[str, Any]:
        """What checkers see, which is the same whether the check is inverted, disabled or neither."""
        check = find_check(call)
        seen = "Success: HTTP Status Code 200, OK" if self._dns.health.measures(check) else "Failure: no answer"
        report = {"Status": seen, "CheckedTime": self._world.now()}
        return {
            "HealthCheckObservations": [
                {"Region": region, "IPAddress": "192.0.2.53", "StatusReport": report}
                for region in ("eu-west-1", "us-east-1", "us-west-1")
            ]
        }

    def _zone(self, call: Call) -> Zone:
        zone_id = str(call.params["HostedZoneId"]).removeprefix("/hostedzone/")
        return self._zones.find(call.account, zone_id)


def _refuse_second(call: Call) -> None:
    """A caller reference makes one zone: a repeated call must not make another of the same name."""
    reference = call.params["CallerReference"]
    zones = global_resources("route53", call.account).zones.values()
    if any(zone.caller_reference == reference for zone in zones):
        raise AwsError(
            "HostedZoneAlreadyExists",
            f"A hosted zone has already been created with the caller reference {reference}",
            409,
        )
