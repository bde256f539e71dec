"""Opening the registry: where it lies, how it is connected, which schema it has."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from inventory.model.errors import RegistryError
from inventory.model.systemerrors import system_words
from inventory.model.text import text
from inventory.registry.columns import storable
from inventory.registry.errors import Reason, RefusedError, explained, not_a_database, read_only, unreachable
from inventory.registry.facade import WRITING, Registry
from inventory.registry.schema import is_current, migrate

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

__all__ = ["Registry", "RegistryError", "open_registry"]

BUSY_TIMEOUT_S = 10
"""How long a writer waits for another one."""

_GIVING_WAY_S = 0.02
_SQLITE_MAGIC = b"SQLite format 3\x00"


def open_registry(url: str) -> Registry:
    """Open the database at an SQLAlchemy URL, create it where there is none, and migrate it.

    ``sqlite:///relative/or//absolute.db`` and ``postgresql://…`` are supported.

    Raises:
        RegistryError: it cannot be reached, is no netaudit database, is read-only, or newer than this program.
    """
    parsed = _parsed(url)
    # Without its query, where there may be a password, too.
    where = parsed.set(query={}).render_as_string(hide_password=True)
    if parsed.get_backend_name() == "postgresql":
        engine = _postgresql(parsed)
    else:
        where = parsed.database or where
        engine = _sqlite(parsed, where)
    registry = Registry(engine, where)
    try:
        with explained(where):
            _prepare(engine, where)
    except BaseException:
        registry.close()
        raise
    return registry


def _parsed(url: str) -> URL:
    hint = text("Write sqlite:///path/to/file.db or postgresql://user@host/database.")
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # Neither the text nor the cause is shown: there may be a password in it.
        raise RefusedError(Reason.UNREACHABLE, text("The database URL is not valid."), hint) from None
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return parsed.set(drivername="sqlite+pysqlite")
    raise RefusedError(
        Reason.UNREACHABLE, text("Databases of kind {kind} are not supported.", kind=parsed.drivername), hint
    )


def _prepare(engine: Engine, where: str) -> None:
    """Migrate unless the schema is current, which a single read tells."""
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()  # the mode cannot be changed within a transaction
        try:
            keep_log(raw)
        finally:
            raw.close()
    with engine.connect() as connection:
        current = is_current(connection, where)
    if not current:
        with engine.execution_options(**WRITING).begin() as connection:
            migrate(connection, where)


def keep_log(raw: Any) -> None:  # noqa: ANN401 -- the driver's own connection
    """Let SQLite write ahead to a log, which readers do not wait for.

    Of programs that come to a new file at the same moment each may hold what the other waits for; then SQLite refuses
    one at once, whatever its timeout (https://sqlite.org/c3ref/busy_handler.html).
    """
    until = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            raw.cursor().execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                raise
            time.sleep(_GIVING_WAY_S)
        else:
            return


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url,
        hide_parameters=True,
        json_serializer=_json,
        pool_pre_ping=True,
        connect_args={} if "connect_timeout" in url.query else {"connect_timeout": BUSY_TIMEOUT_S},
    )


def _sqlite(url: URL, where: str) -> Engine:
    in_memory = url.database in {None, "", ":memory:"}
    if not in_memory:
        _make_file(Path(where), where)
    options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    engine = create_engine(
        url,
        hide_parameters=True,
        json_serializer=_json,
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
        **options,
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _make_file(path: Path, where: str) -> None:
    """Create the folders and an empty file that only its owner may read; check one that is there.

    SQLite gives its log and shared-memory files the permissions of the database file.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        _check_file(path, where)
    except OSError as error:
        raise unreachable(where, system_words(error)) from error


def _check_file(path: Path, where: str) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(len(_SQLITE_MAGIC))
    except OSError as error:
        raise unreachable(where, system_words(error)) from error
    if start and start != _SQLITE_MAGIC:
        raise not_a_database(where)
    # The log lies beside the file, so the folder has to be writable, too.
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise read_only(where)


def _configure(connection: Any, _record: object) -> None:  # noqa: ANN401 -- the driver's own connection
    # The driver begins no transactions itself: see _begin.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    # FULL: what was reported as stored survives a power cut, too.
    cursor.execute("PRAGMA synchronous = FULL")
    # In KiB: every sweep touches the intervals that go on, which lie scattered among a year's; 2 MiB hold none of that.
    cursor.execute("PRAGMA cache_size = -65536")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Begin a writer IMMEDIATE, so that it waits for another writer instead of failing when it comes to write."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _json(value: object) -> str:
    """JSON that stays legible (no escapes for Chinese) and has a UTF-8 form."""
    return storable(json.dumps(value, ensure_ascii=False, allow_nan=True))
