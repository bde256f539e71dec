"""One sweep at a time per database, for all computers that share it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import text as sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

_KEY: Final = 0x6E65746173776570
"""PostgreSQL advisory lock of the running sweep: ``netaswep`` in ASCII. Advisory locks are per database."""
_KEEPALIVE: Final = ("tcp_keepalives_idle = 60", "tcp_keepalives_interval = 10", "tcp_keepalives_count = 3")
"""A computer that loses power mid-sweep holds the lock for a minute and a half, and not for the usual two hours."""


@contextmanager
def sweep_lock(engine: Engine) -> Iterator[bool]:
    """Hold the database's sweep lock on a connection of its own; False where somebody else holds it.

    The server gives it back when that connection ends, however it ends. SQLite has no such lock: a file is shared
    within one computer, where the caller's file lock does.
    """
    if engine.dialect.name != "postgresql":
        yield True
        return
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        # Out of the pool: a connection that went back there would keep the lock.
        connection.detach()
        for option in _KEEPALIVE:
            connection.exec_driver_sql(f"SET {option}")
        yield bool(connection.execute(sql("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY}).scalar_one())
