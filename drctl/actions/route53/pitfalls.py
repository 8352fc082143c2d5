"""What Route 53 would accept, and clients would still not be served as was meant. Pure.

That zero everywhere means that all are equally likely is from the Amazon Route 53 Developer Guide, "Values specific
for weighted records". A client that gets both kinds of addresses may use either one, mostly that of
IPv6 (RFC 8305).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from drctl.actions.route53.batch import Swap
from drctl.actions.route53.records import Record
from drctl.aws.route53 import RecordSet, plain_name
from drctl.model.decision import Refuse
from drctl.model.duration import format_duration

OTHER_FAMILY = {"A": "AAAA", "AAAA": "A"}


def without_weight(records: Sequence[Record], present: Sequence[Sequence[RecordSet]]) -> Refuse | None:
    """A refusal where every record of a name would have weight zero, so that each gets the same share again."""
    weights: dict[tuple[str, str], dict[str | None, int | None]] = {}
    for siblings in present:
        for one in siblings:
            weights.setdefault((one.name, one.type), {})[one.set_identifier] = one.weight
    for record in records:
        if record.weight is not None:
            weights.setdefault((plain_name(record.name), record.type), {})[record.set_identifier] = record.weight
    for (name, type_), each in weights.items():
        if all(weight == 0 for weight in each.values()):
            because = f"every record of {name} {type_} would have weight 0, and then each is answered as often as any"
            return Refuse(because, "give one of them a weight")
    return None


def left_behind(swaps: Sequence[Swap], others: Sequence[RecordSet]) -> Refuse | None:
    """A refusal where a name is switched for IPv4 and not for IPv6, or the other way round."""
    for swap in swaps:
        record = swap.new or swap.old
        if record is None:
            continue
        for other in others:
            if other.name == record.name and other.type == OTHER_FAMILY.get(record.type):
                because = f"{record.name} has {other.type} records too, which would lead where they lead now"
                return Refuse(because, f"add the {other.type} record to this step, with what it should be")
    return None


def old_answer_for(swaps: Sequence[Swap]) -> timedelta:
    """How long resolvers may still give the old answer; of an alias, the time is its target's: a minute at a load
    balancer."""
    ttls = [60 if swap.old.alias is not None else swap.old.ttl or 0 for swap in swaps if swap.old is not None]
    return timedelta(seconds=max(ttls, default=0))


def too_long(swaps: Sequence[Swap], limit: timedelta | None) -> Refuse | None:
    """A refusal where clients would keep the old answer for longer than `limit`."""
    longest = old_answer_for(swaps)
    if limit is None or longest <= limit:
        return None
    name = max((swap for swap in swaps if swap.old), key=lambda swap: swap.old.ttl or 0 if swap.old else 0).name
    told = f"clients would keep the old answer for up to {format_duration(longest)}"
    hint = (
        "lower the record's TTL and wait for the old one to go by, before a disaster; or leave `max_ttl` out: to "
        "lower it now does not make resolvers forget"
    )
    return Refuse(f"the TTL of {name} is over {format_duration(limit)}: {told}", hint)
