"""The one catalogue of tables, and the class records are declared with."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData, Text
from sqlalchemy.orm import DeclarativeBase

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
