"""Beacons in a real PostgreSQL: what a dump, a replica and an archived log carry of them is what was not lost."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from drctl.actions.beacons.read import BY_LSN
from drctl.actions.beacons.read_params import Params
from drctl.model.beacon import Beacon, BeaconKind, new_beacon
from drctl.model.password import Password
from drctl.ports.postgres import BeaconRows, PostgresQuestion
from drctl.probes.beacon_writers import write_row
from drctl.probes.postgres import PsycopgProbe
from drctl.testing.outside import no_probes
from tests.fakes.beacons import BEGAN, PERIOD, Cadence, Opening, assert_measured, loss_of, read
from tests.servers.postgres import PASSWORD, PostgresServer, base_backup, dump_and_restore, restored_to
from tests.servers.processes import PATIENCE_S

DOCS = Path(__file__).parents[3] / "docs" / "beacons.md"
TABLE, KEPT = "drctl_beacon", timedelta(hours=48)
FROZEN = timedelta(minutes=6, seconds=40)
"""How long before the onset nothing more got into the copy."""
PROBES = replace(no_probes(), postgres=PsycopgProbe())


@pytest.fixture(scope="module")
def prepared(postgres_server: PostgresServer) -> PostgresServer:
    """The server, prepared word for word as the page about beacons says."""
    (statements,) = re.findall(r"```sql\n(.*?)```", DOCS.read_text(), flags=re.DOTALL)
    with postgres_server.admin() as admin:
        for statement in statements.replace("from-the-secret", PASSWORD).split(";"):
            if statement.strip():
                admin.execute(statement)
    return postgres_server


@pytest.fixture
def question(prepared: PostgresServer) -> PostgresQuestion:
    with prepared.admin() as admin:
        admin.execute(f"truncate {TABLE}")
    return PostgresQuestion(
        host="localhost",
        port=prepared.port,
        database="amply",
        user="drctl_beacon",
        password=Password(PASSWORD),
        ca_file=prepared.ca_file,
        timeout=timedelta(seconds=5),
    )


def params(server: PostgresServer, **changes: object) -> Params:
    wanted = Params(
        beacon="postgres", kind=BeaconKind.POSTGRES, region="eu-west-1", host="localhost", port=server.port,
        database="amply", user="drctl_beacon", password_secret="beacons", ca_file=server.ca_file,
    )  # fmt: skip
    return replace(wanted, **changes)  # type: ignore[arg-type]


def written(question: PostgresQuestion, beacon: Beacon, kept: timedelta = KEPT) -> None:
    answer = write_row(question, TABLE, beacon, kept)
    assert (answer.failure, answer.detail) == ("", "")


def writing(question: PostgresQuestion) -> Cadence:
    return Cadence("postgres", lambda beacon: written(question, beacon))


def test_a_dump_that_is_restored_has_lost_what_came_after_it(
    prepared: PostgresServer, question: PostgresQuestion
) -> None:
    cadence = writing(question)
    cadence.go_on(timedelta(minutes=3, seconds=17))
    dump_and_restore(prepared, "restored")
    onset = cadence.go_on(FROZEN)
    evidence = read(params(prepared, database="restored"), Opening(PASSWORD), PROBES)
    assert evidence.recovery_point is not None
    assert evidence.recovery_point.method == "beacon row"
    assert_measured(loss_of(evidence, onset), FROZEN)
    assert_measured(loss_of(read(params(prepared), Opening(PASSWORD), PROBES), onset), timedelta(0))


def test_a_restore_to_a_point_in_time_has_lost_what_came_after_that_point(
    prepared: PostgresServer, question: PostgresQuestion
) -> None:
    base = prepared.place / "base"
    base_backup(prepared, base)
    cadence = writing(question)
    cadence.go_on(timedelta(minutes=4, seconds=43))
    with prepared.admin() as admin:
        admin.execute("select pg_create_restore_point('before-the-damage')")
        onset = cadence.go_on(FROZEN)
        archived = str(admin.execute("select pg_walfile_name(pg_switch_wal())").fetchone()[0])  # type: ignore[index]
        _await_archived(admin, archived)
    with restored_to(prepared, "before-the-damage", base) as port:
        assert_measured(loss_of(read(params(prepared, port=port), Opening(PASSWORD), PROBES), onset), FROZEN)
        # Of a store that has no beacons, the log tells at least the last commit that was replayed.
        other = read(params(prepared, port=port, beacon="other"), Opening(PASSWORD), PROBES)
        assert other.recovery_point is not None
        assert (other.recovery_point.method, other.outputs) == (BY_LSN, {"found": False})
        assert "at LSN" in other.fact


def test_where_there_is_no_beacon_the_loss_is_not_known(prepared: PostgresServer, question: PostgresQuestion) -> None:
    for changes in ({}, {"table": "no_such_table"}, {"environment": "staging"}):
        evidence = read(params(prepared, **changes), Opening(PASSWORD), PROBES)
        assert evidence.holds
        assert evidence.recovery_point is None
        assert "there is no beacon of postgres" in evidence.fact


def test_only_beacons_of_the_store_and_the_environment_count(question: PostgresQuestion) -> None:
    ours = new_beacon("production", "postgres", BEGAN, PERIOD)
    for beacon in (ours, replace(ours, store="other", at=BEGAN + PERIOD), replace(ours, environment="staging")):
        written(question, beacon)
    rows = BeaconRows(table=TABLE, store="postgres", environment="production")
    found = PsycopgProbe().ask(replace(question, beacons=rows)).survivor
    assert found is not None
    assert found.beacon == ours


def test_writing_twice_is_writing_once_and_old_ones_go(prepared: PostgresServer, question: PostgresQuestion) -> None:
    cadence = Cadence("postgres", lambda beacon: written(question, beacon, kept=timedelta(minutes=3)))
    cadence.go_on(timedelta(minutes=8))
    written(question, new_beacon("production", "postgres", BEGAN + timedelta(minutes=8), PERIOD))
    with prepared.admin() as admin:
        assert admin.execute("select count(*) from drctl_beacon").fetchone() == (4,)


def test_the_user_may_touch_nothing_but_its_table(prepared: PostgresServer, question: PostgresQuestion) -> None:
    with prepared.admin() as admin:
        admin.execute("create table not_for_beacons (id int)")
    assert PsycopgProbe().ask(replace(question, counts=("not_for_beacons",))).failure == "denied"


@pytest.mark.parametrize(
    ("table", "port", "kind"),
    [
        pytest.param("no_such_table", "port", "query", id="no table"),
        pytest.param(TABLE, "standby_port", "query", id="a replica"),
    ],
)
def test_a_beacon_that_cannot_be_written_is_told(
    prepared: PostgresServer, question: PostgresQuestion, table: str, port: str, kind: str
) -> None:
    elsewhere = replace(question, port=getattr(prepared, port))
    answer = write_row(elsewhere, table, new_beacon("production", "postgres", BEGAN, PERIOD), KEPT)
    assert (answer.failure, bool(answer.detail)) == (kind, True)


def test_where_old_ones_cannot_be_deleted_the_new_one_is_there(
    prepared: PostgresServer, question: PostgresQuestion
) -> None:
    with prepared.admin() as admin:
        admin.execute(f"revoke delete on {TABLE} from drctl_beacon")
        answer = write_row(question, TABLE, new_beacon("production", "postgres", BEGAN, PERIOD), KEPT)
        admin.execute(f"grant delete on {TABLE} to drctl_beacon")
        assert admin.execute("select count(*) from drctl_beacon").fetchone() == (1,)
    assert (answer.failure, "permission denied" in answer.detail) == ("", True)


def _await_archived(admin: psycopg.Connection[tuple[object, ...]], segment: str) -> None:
    give_up = time.monotonic() + PATIENCE_S
    asked = "select last_archived_wal >= %s from pg_stat_archiver"
    while admin.execute(asked, (segment,)).fetchone() != (True,):
        assert time.monotonic() < give_up, f"{segment} was never archived"
        time.sleep(0.05)  # noqa: TID251 (the server archives in its own time)
