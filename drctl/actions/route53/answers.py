"""Whether Route 53 answers what was asked for, which is more than that it has stored it."""

from __future__ import annotations

from typing import Any

from drctl.actions.route53.records import Record
from drctl.aws.route53 import answer_of


def wrong_answer(route53: Any, zone: str, record: Record) -> str:
    """What is waited for where Route 53 answers something else for `record`; empty where it answers as wanted."""
    if record.set_identifier is not None:
        return ""  # which of several weighted records is answered is left to chance
    code, values = answer_of(route53, zone, record.name, record.type)
    wanted = record.record_set(None).values
    # The addresses behind an alias are not ours to know; that there are some is what counts.
    # A load balancer without IPv6 has none of the one kind, and that is as wanted too.
    aliased = bool(values) or record.type == "AAAA"
    if code == "NOERROR" and (values == wanted if wanted else aliased):
        return ""
    told = ", ".join(sorted(values)) or "nothing"
    return f"Route 53 to answer as wanted for {record.name} {record.type}; it answers {code}, {told}"
