"""The audit log: appended within the transaction of what it tells, and checked link by link."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, insert, select
from sqlalchemy import text as sql

from inventory.model.accounts import LogEntry
from inventory.model.values import rfc3339
from inventory.registry.tables.accounts import LogRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

START: Final = "0" * 64
"""What the first entry carries as the hash before it."""
_FIELDS: Final = ("id", "at", "actor", "action", "subject", "detail", "previous", "hash")


def append(
    connection: Connection,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Add one entry; the caller's transaction must be the only writer, or two entries would follow the same one."""
    row = LogRecord
    last = connection.execute(select(row.hash).order_by(row.id.desc()).limit(1)).scalar()
    previous = START if last is None else last
    content = {} if detail is None else dict(detail)
    values = {"at": at, "actor": actor, "action": action, "subject": subject, "detail": content, "previous": previous}
    link = link_of(at, actor, action, subject, content, previous)
    connection.execute(insert(row).values({**values, "hash": link}))


def link_of(at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, object], previous: str) -> str:
    """Return the SHA-256 over an entry's content and the hash before it, as hexadecimal digits."""
    content = [rfc3339(at), actor, action, subject, detail, previous]
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def entries(
    connection: Connection, *, subject: str | None = None, newest: int | None = None, before: int | None = None
) -> tuple[LogEntry, ...]:
    """Return entries, newest first; only those before the entry of a number, where one is given."""
    row = LogRecord
    query = select(*(getattr(row, name) for name in _FIELDS)).order_by(row.id.desc())
    if subject is not None:
        query = query.where(row.subject == subject)
    if before is not None:
        query = query.where(row.id < before)
    if newest is not None:
        query = query.limit(newest)
    return tuple(LogEntry(*found) for found in connection.execute(query))


def broken(connection: Connection) -> Iterator[int]:
    """Yield the entries that are not what was written, or before which something is missing, oldest first."""
    row = LogRecord
    query = select(*(getattr(row, name) for name in _FIELDS)).order_by(row.id)
    found = connection.execute(query.execution_options(yield_per=1000))
    yield from broken_in((LogEntry(*each) for each in found), START)


def cut_off(connection: Connection) -> int | None:
    """Return how many entries at the end were written and are gone, as SQLite's own count of them tells.

    None: unknown. PostgreSQL counts numbers that were taken and never used, too; so does no counting table here.
    """
    if connection.dialect.name != "sqlite":
        return None
    given = connection.execute(sql("SELECT seq FROM sqlite_sequence WHERE name = 'audit_log'")).scalar() or 0
    newest = connection.execute(select(func.max(LogRecord.id))).scalar() or 0
    return max(0, int(given) - newest)


def broken_in(entries: Iterable[LogEntry], previous: str) -> Iterator[int]:
    """Yield the entries that do not follow the one before, or are not what was written; oldest first as they come."""
    for entry in entries:
        link = link_of(entry.at, entry.actor, entry.action, entry.subject, entry.detail, entry.previous)
        if entry.previous != previous or entry.hash != link:
            yield entry.id
        previous = entry.hash
