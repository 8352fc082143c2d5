"""What a scenario says of names in DNS, laid over the zones of an estate before it is planted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from drctl.model.estate import Estate
from drctl.model.estate_edge import Record, Zone
from drctl.model.scenario import EstateChanges
from drctl.sim.services.load_balancers import addresses_of, name_in_dns


def zone_under(changes: EstateChanges, estate: Estate, zone: Zone) -> Zone:
    """The zone as it really was: with other lifetimes, failover pairs, and IPv6."""
    records = tuple(one for record in zone.records for one in _records_under(changes, estate, record))
    return replace(zone, records=records)


def _records_under(changes: EstateChanges, estate: Estate, record: Record) -> Iterator[Record]:
    record = _with_ttl(changes, estate, record)
    if (check := changes.failover_records.get(record.name)) is None or record.alias is None:
        yield record
    else:
        standby = replace(record.alias, region=estate.regions.recovery)
        yield replace(record, failover="PRIMARY", set_identifier="primary", health_check=check)
        yield replace(record, failover="SECONDARY", set_identifier="standby", alias=standby)
    if record.name in changes.ipv6_records and record.type == "A" and record.alias is not None:
        yield replace(record, type="AAAA")


def _with_ttl(changes: EstateChanges, estate: Estate, record: Record) -> Record:
    ttl, alias = changes.record_ttls.get(record.name), record.alias
    if ttl is None:
        return record
    seconds = int(ttl.total_seconds())
    if alias is None or alias.load_balancer is None:
        return replace(record, ttl=seconds)
    # What somebody does who does not know of aliases: the addresses that the load balancer had on that day.
    account = estate.account_id(alias.account)
    balancer = name_in_dns(account, alias.region or estate.regions.primary, alias.load_balancer, internal=False)
    return replace(record, alias=None, values=tuple(addresses_of(balancer)), ttl=seconds)
