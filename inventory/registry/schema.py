"""Bring a database to this program's schema: once, whoever comes first; an empty one in one step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, MetaData, PrimaryKeyConstraint, String, Table, insert, inspect

from inventory.model.text import text
from inventory.registry import migrations
from inventory.registry.errors import Reason, RefusedError
from inventory.registry.tables import METADATA

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LOCK = 0x6E65746175646974
"""PostgreSQL advisory lock of every writer that must be alone: ``netaudit`` in ASCII."""


def serialise(connection: Connection) -> None:
    """Wait until no other writer is in such a section; held to the transaction's end.

    SQLite needs nothing: a transaction that begins IMMEDIATE is alone already.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def is_current(connection: Connection, where: str) -> bool:
    """Whether the schema is this program's.

    Raises:
        RegistryError: the database is another program's.
    """
    tables = inspect(connection).get_table_names()
    if migrations.VERSION_TABLE in tables:
        return _version(connection) == migrations.HEAD
    if tables:
        raise RefusedError(
            Reason.FOREIGN,
            text("The database {where} belongs to another program.", where=where),
            text("Name another database with --database."),
        )
    return False


def migrate(connection: Connection, where: str) -> None:
    """Create the tables, or run the missing migrations, within the caller's write transaction.

    Raises:
        RegistryError: the schema is newer than this program.
    """
    serialise(connection)
    if is_current(connection, where):
        return
    if not inspect(connection).has_table(migrations.VERSION_TABLE):
        _create(connection)
        return
    from alembic import command, config, script  # noqa: PLC0415 -- slow to import, and rarely needed

    setup = config.Config(attributes={"connection": connection})
    setup.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    known = {revision.revision for revision in script.ScriptDirectory.from_config(setup).walk_revisions()}
    version = _version(connection)
    if version is not None and version not in known:
        raise RefusedError(
            Reason.NEWER,
            text(
                "The database {where} was written by a newer netaudit (schema {version}).", where=where, version=version
            ),
            text("Update netaudit on this computer, or name another database with --database."),
        )
    command.upgrade(setup, "head")


def _create(connection: Connection) -> None:
    """Create what every migration in turn leads to: a tenth of the time, and Alembic is not needed."""
    METADATA.create_all(connection, checkfirst=False)
    # As Alembic makes it: it finds and updates the row from now on.
    version = Table(
        migrations.VERSION_TABLE,
        MetaData(),
        Column("version_num", String(32), nullable=False),
        PrimaryKeyConstraint("version_num", name=f"{migrations.VERSION_TABLE}_pkc"),
    )
    version.create(connection, checkfirst=False)
    connection.execute(insert(version).values(version_num=migrations.HEAD))


def _version(connection: Connection) -> str | None:
    version: str | None = connection.exec_driver_sql(f"SELECT version_num FROM {migrations.VERSION_TABLE}").scalar()  # noqa: S608 -- a constant
    return version
