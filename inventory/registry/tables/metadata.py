"""The one catalogue of tables, and the class records are declared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Connection, Index, Integer, MetaData, Table, Text, event
from sqlalchemy.orm import DeclarativeBase

if TYPE_CHECKING:
    from sqlalchemy import TextClause

ROW_ID = BigInteger().with_variant(Integer, "sqlite")
"""64 bits everywhere: in SQLite only the exact type INTEGER aliases the row id."""


class Record(DeclarativeBase):
    """A table of records people edit. Field names equal those of the read-only view of the same thing."""

    # Named constraints: a migration can only change what has a name.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text(), int: BigInteger()}  # noqa: RUF012 -- SQLAlchemy's declared name and type


def partial_index(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    """Return an index over some rows of a table, in both dialects.

    PostgreSQL is told when the table is made: only to name its option here would load its dialect at every start.
    """
    index = Index(name, *columns, unique=unique, sqlite_where=where)

    @event.listens_for(index, "after_parent_attach")
    def attached(_index: Index, table: Table) -> None:
        @event.listens_for(table, "before_create")
        def made(_table: Table, connection: Connection, **_told: object) -> None:
            if connection.dialect.name == "postgresql":
                index.dialect_kwargs["postgresql_where"] = where

    return index
