"""What a restore to a point in time decides beyond what every new instance needs. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from drctl.actions.rds.instance_decisions import (
    VISIBLE_WITHIN,
    choose_creation,
    find_missing_ground,
    judge_instance,
)
from drctl.actions.rds.pitr_params import Params, PointInTime, Seen
from drctl.aws.rds_backups import BACKUP_SETTLING, BACKUP_USABLE, AutomatedBackup
from drctl.model.decision import Change, Decision, Refuse, Wait
from drctl.model.instant import format_instant, parse_instant
from drctl.model.past import Past

_SECOND = timedelta(seconds=1)


def decide_point_in_time(params: Params, seen: Seen, past: Past) -> Decision:
    """What is needed for the instance to be up and as asked for."""
    found = seen.around.instance
    wanted = wanted_time(params, past)
    if isinstance(wanted, Refuse):
        return wanted
    if found is not None:
        if found.owner == past.run and wanted is not None and _told(wanted) != _told(found.restored_to):
            return Refuse(
                f"{found.name} was restored to {_told(found.restored_to)}, not to {_told(wanted)}",
                hint="choose another `instance`, or remove that one",
            )
        return judge_instance(params, seen.around, found, past)
    backup = _choose_backup(params, seen)
    if not isinstance(backup, AutomatedBackup):
        return backup
    at = _choose_time(wanted, backup, past)
    if isinstance(at, Refuse):
        return at
    return (
        find_missing_ground(params, seen.around, past)
        or _judge_key(params, seen, backup)
        or _restore(params, seen, backup, at, past)
    )


def wanted_time(params: Params, past: Past) -> datetime | Refuse | None:
    """The moment that is asked for; None for the latest."""
    if params.restore_time is not None or params.before_onset is None:
        return params.restore_time
    if past.onset is None:
        return Refuse(
            "nobody has said when the incident began, and the restore is to go back to before it",
            hint="give `restore_time`",
        )
    return past.onset.replace(microsecond=0) - params.before_onset


def _choose_backup(params: Params, seen: Seen) -> AutomatedBackup | Wait | Refuse:
    """The backups that reach furthest; an earlier instance of the same name may have left some as well."""
    # An unknown status is never passed over: what is behind it may be the newest data there is.
    if unknown := [one for one in seen.backups if one.status not in BACKUP_USABLE | BACKUP_SETTLING]:
        return Refuse(
            f"the automated backups of {params.source} are {unknown[0].status!r}, which drctl does not know",
            hint=_look(params),
        )
    reaching = {one.latest: one for one in seen.backups if one.status in BACKUP_USABLE and one.latest is not None}
    if reaching:
        return reaching[max(reaching)]
    if seen.backups:
        return Wait(f"the first automated backup of {params.source}")
    return Refuse(f"there are no automated backups of {params.source} in {params.region}", hint=_look(params))


def _choose_time(wanted: datetime | None, backup: AutomatedBackup, past: Past) -> datetime | Refuse:
    latest = backup.latest
    if wanted is None and latest is not None:
        chosen = (past.first_undo("restore") or {}).get("restore_time")
        if chosen is not None:
            # Another attempt must not get another point.
            return parse_instant(str(chosen))
        # Sent to the second: one more would be outside.
        return latest.replace(microsecond=0) - _SECOND
    if (
        wanted is None
        or latest is None
        or wanted > latest
        or (backup.earliest is not None and wanted < backup.earliest)
    ):
        return Refuse(
            f"{_told(wanted)} is outside of what can be restored: {_told(backup.earliest)} to {_told(latest)}",
            hint=f"set `restore_time` within that, or leave it out for the latest; drctl resume {past.run}",
        )
    return wanted


def _judge_key(params: Params, seen: Seen, backup: AutomatedBackup) -> Refuse | None:
    key = seen.around.key
    if key is None or backup.kms_key == key.arn:
        return None
    return Refuse(
        f"the backups of {params.source} are encrypted with {backup.kms_key or 'no key'}, not with {params.kms_key}",
        hint="the key of replicated backups is chosen when their replication is started; name that one",
    )


def _restore(params: Params, seen: Seen, backup: AutomatedBackup, at: datetime, past: Past) -> Decision:
    chosen = choose_creation(params, seen.around, past, "restore")
    if isinstance(chosen, Refuse):
        return chosen
    return Change(
        name="restore",
        summary=f"restore {params.source} of {_told(at)} as {params.instance}, {chosen.instance_class}",
        operation="rds:RestoreDBInstanceToPointInTime",
        target=params.instance,
        detail=PointInTime(chosen, backup, at),
        undo={"restore_time": format_instant(at)},
        settle=VISIBLE_WITHIN,
    )


def _told(at: datetime | None) -> str:
    return format_instant(at) if at else "an unknown time"


def _look(params: Params) -> str:
    return (
        f"aws rds describe-db-instance-automated-backups --region {params.region} "
        f"--db-instance-identifier {params.source}"
    )
