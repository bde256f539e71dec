"""INSERT as the database at hand has it, so that a statement can say what happens where a row is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.dialects import postgresql


def insert_into(connection: Connection, table: Any) -> sqlite.Insert | postgresql.Insert:  # noqa: ANN401 -- a table or a record's class, as SQLAlchemy takes it
    """Return the INSERT that has ``on_conflict_do_update`` and ``on_conflict_do_nothing``."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 -- a sweep into SQLite need not pay for it

        return postgresql.insert(table)
    return sqlite.insert(table)
