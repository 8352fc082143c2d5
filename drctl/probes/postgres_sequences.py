"""Sequences that a restore or a copy of tables has left behind the numbers that are in use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

_OWNED = """
select sn.nspname, s.relname, tn.nspname, t.relname, a.attname, q.seqincrement
from pg_class s
join pg_sequence q on q.seqrelid = s.oid
join pg_namespace sn on sn.oid = s.relnamespace
join pg_depend d on d.objid = s.oid and d.deptype in ('a', 'i')
  and d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
join pg_class t on t.oid = d.refobjid
join pg_namespace tn on tn.oid = t.relnamespace
join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
where s.relkind = 'S' and q.seqincrement > 0
  and a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
order by 1, 2
"""
"""The sequences that a column of numbers owns, and that count upwards (PostgreSQL documentation, pg_depend)."""


def late_sequences(connection: psycopg.Connection[Any]) -> Iterator[str]:
    """Each sequence whose next number is in its column already, or below what is."""
    from psycopg import sql

    for schema, name, table_schema, table, column, step in connection.execute(_OWNED).fetchall():
        asked = sql.SQL("select last_value, is_called, (select max({column}) from {table}) from {sequence}").format(
            column=sql.Identifier(column),
            table=sql.Identifier(table_schema, table),
            sequence=sql.Identifier(schema, name),
        )
        last, called, highest = connection.execute(asked).fetchone() or (0, False, None)
        following = last + step if called else last
        if highest is not None and following <= highest:
            yield f"{schema}.{name} goes on with {following}, and {table}.{column} has {highest} already"
