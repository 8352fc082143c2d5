"""s3.pause_replication and s3.suspend_lifecycle"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from drctl.actions.s3.rule_switch import Seen
from drctl.aws.s3_rules import RuleSet
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.cases.s3_promote_replica import ROLE, configure, plant_buckets, rule
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, Simulated

BUCKET, REPLICA = "amply-storage-prod", "amply-storage-prod-eu-west-1"
AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
ARCHIVE = rule("archive", "amply-archive", Priority=2, Status="Disabled")
LIVELY = rule("to-ireland", REPLICA)
EXPIRY: dict[str, Any] = {"ID": "expire", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}
LOGS: dict[str, Any] = {"ID": "logs", "Status": "Disabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 30}}
WHAT: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "s3.pause_replication": (LIVELY, ARCHIVE, "pause"),
    "s3.suspend_lifecycle": (EXPIRY, LOGS, "suspend"),
}
"""By kind: a rule that is on, one that is off, and what turning off is called."""


def set_to(rule: dict[str, Any], status: str) -> dict[str, Any]:
    return {**rule, "Status": status}


def ruleset(*rules: dict[str, Any]) -> RuleSet:
    return RuleSet({"Role": ROLE, "Rules": list(rules)})


def saw(*rules: dict[str, Any], past: Past = PAST) -> Sight:
    return Sight(Seen(bucket=True, rules=ruleset(*rules) if rules else None), past)


def did(name: str, *before: dict[str, Any], ids: list[str], state: ChangeState = ChangeState.RETURNED) -> Past:
    undo: dict[str, Any] = {"rules": ids, "configuration": ruleset(*before).document}
    change = PastChange(name=name, summary=name, state=state, intended_at=AT, undo=undo)
    return Past(run=PAST.run, step=PAST.step, changes=(change,))


def plant(simulated: Simulated) -> None:
    """Two replication rules and two lifecycle rules, one of each off."""
    plant_buckets(simulated)
    configure(simulated, PRIMARY, BUCKET, LIVELY, ARCHIVE)
    put_lifecycle(simulated, EXPIRY, LOGS)


def plant_off(simulated: Simulated) -> None:
    plant_buckets(simulated)
    configure(simulated, PRIMARY, BUCKET, set_to(LIVELY, "Disabled"), ARCHIVE)
    put_lifecycle(simulated, set_to(EXPIRY, "Disabled"), LOGS)


def put_lifecycle(simulated: Simulated, *rules: dict[str, Any]) -> None:
    simulated.client("s3", PRIMARY).put_bucket_lifecycle_configuration(
        Bucket=BUCKET, LifecycleConfiguration={"Rules": list(rules)}
    )


def world(simulated: Simulated) -> object:
    s3 = simulated.client("s3", PRIMARY)
    return (
        s3.get_bucket_replication(Bucket=BUCKET)["ReplicationConfiguration"],
        s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"],
    )


def turning_off(kind: str) -> Case:
    on, off, name = WHAT[kind]
    done = set_to(on, "Disabled")
    past = did(name, on, off, ids=[on["ID"]])
    lost = did(name, on, off, ids=[on["ID"]], state=ChangeState.INTENDED)
    return Case(
        kind=kind,
        params={"region": PRIMARY, "bucket": BUCKET},
        sees=Sightings(
            absent={"one is on": saw(on, off), "all are on": saw(on, set_to(off, "Enabled"))},
            there={
                "all are off": saw(done, off),
                "all are off, the answer lost": saw(done, off, past=lost),
                "no rules": saw(),
            },
            dead_end={"no bucket": Sight(Seen(bucket=False))},
            unknown={"a status nobody thought of": saw(set_to(on, "Draining"))},
            undo_own={"turned off": saw(done, off, past=past), "the answer lost": saw(done, off, past=lost)},
            undo_over={
                "off before this run": saw(done, off),
                "turned on again": saw(on, off, past=past),
                "the rule is gone": saw(off, past=past),
                "all rules are gone": saw(past=past),
            },
        ),
        live=Live(plant=plant, takes=(name,), undo_takes=("resume",), fingerprint=world),
        exempt={
            "settling": "S3 answers at once",
            "foreign": "rules have no owner: which ones this run has turned, its past tells; see undo",
            "foreign_live": "rules have no owner",
        },
    )


def turning_on(kind: str) -> Case:
    on, off, name = WHAT[kind]
    done, id = set_to(on, "Disabled"), on["ID"]
    return Case(
        kind=kind,
        name="active",
        params={"region": PRIMARY, "bucket": BUCKET, "state": "active", "rules": [id]},
        sees=Sightings(
            absent={"it is off": saw(done, off)},
            there={"it is on": saw(on, off)},
            dead_end={"no such rule": saw(off), "no rules": saw(), "no bucket": Sight(Seen(bucket=False))},
            undo_own={"turned on": saw(on, off, past=did("resume", done, off, ids=[id]))},
            undo_over={"on before this run": saw(on, off)},
        ),
        live=Live(plant=plant_off, takes=("resume",), undo_takes=(name,), fingerprint=world),
    )


def turning_none_on(kind: str) -> Case:
    """What an earlier step has turned off may be nothing."""
    return Case(
        kind=kind,
        name="active, none",
        params={"region": PRIMARY, "bucket": BUCKET, "state": "active", "rules": []},
        sees=Sightings(there={"no rules": saw(), "one is off": saw(WHAT[kind][1])}),
    )


CASES = tuple(case(kind) for kind in WHAT for case in (turning_off, turning_on, turning_none_on))
