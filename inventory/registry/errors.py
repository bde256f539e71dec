"""What can go wrong with the registry that people can do something about, in their words."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from inventory.model.errors import RegistryError
from inventory.model.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterator


class Reason(StrEnum):
    """Why the registry refused, for callers that react to it."""

    UNREACHABLE = "unreachable"
    NOT_A_DATABASE = "not_a_database"
    FOREIGN = "foreign"
    """A database, but another program's."""
    NEWER = "newer"
    READ_ONLY = "read_only"
    FULL = "full"
    BUSY = "busy"
    DAMAGED = "damaged"
    REFERENCED = "referenced"
    UNKNOWN_KEY = "unknown_key"
    CONTRADICTION = "contradiction"


class RefusedError(RegistryError):
    """The registry cannot do what was asked, for one of the reasons people can do something about."""

    def __init__(self, reason: Reason, message: Text, hint: Text) -> None:
        super().__init__(message, hint)
        self.reason = reason


def unreachable(where: str, why: Text | str) -> RefusedError:
    """Nothing could be opened at ``where``."""
    return RefusedError(
        Reason.UNREACHABLE,
        text("The database {where} cannot be opened: {why}", where=where, why=why),
        text("Check that the path or the server exists and that you may use it."),
    )


def not_a_database(where: str) -> RefusedError:
    """The file is there, but is none of ours."""
    return RefusedError(
        Reason.NOT_A_DATABASE,
        text("{where} is not a netaudit database.", where=where),
        text("Name another file with --database, or move this one away."),
    )


def read_only(where: str) -> RefusedError:
    """The file, its folder or the server refuses writes."""
    return RefusedError(
        Reason.READ_ONLY,
        text("The database {where} is read-only.", where=where),
        text("Make the file and its folder writable for your account, or name another one with --database."),
    )


def changed_meanwhile() -> RefusedError:
    """Another command changed the records between this one's judgement and its storing."""
    return RefusedError(
        Reason.BUSY,
        text("Another command changed the records at the same moment; nothing was stored."),
        text("Run the command again."),
    )


def _full(where: str) -> RefusedError:
    return RefusedError(
        Reason.FULL,
        text("There is no space left for the database {where}. What was stored before is kept.", where=where),
        text("Free some space on that disk and run the command again; a sweep goes on with --resume."),
    )


def _busy(where: str) -> RefusedError:
    return RefusedError(
        Reason.BUSY,
        text("The database {where} is in use by another command and did not become free.", where=where),
        text("Wait until the other command has ended and try again."),
    )


def _damaged(where: str, why: str) -> RefusedError:
    return RefusedError(
        Reason.DAMAGED,
        text("The database {where} cannot be read: {why}", where=where, why=why),
        text("Check the disk, then restore the last backup."),
    )


def _from_sqlite(error: sqlite3.Error, where: str) -> RefusedError | None:
    """Map SQLite's extended result code (https://sqlite.org/rescode.html)."""
    code = getattr(error, "sqlite_errorname", "")
    if code == "SQLITE_FULL" or code in {"SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_WRITE"}:
        # Without space for the shared-memory file or the log the code is an I/O error rather than FULL.
        return _full(where)
    by_family = {
        "READONLY": read_only,
        "NOTADB": not_a_database,
        "BUSY": _busy,
        "LOCKED": _busy,
    }
    family = code.removeprefix("SQLITE_").split("_")[0]
    if family in by_family:
        return by_family[family](where)
    if family in {"CANTOPEN", "PERM", "AUTH"}:
        return unreachable(where, str(error))
    if family in {"CORRUPT", "IOERR"}:
        return _damaged(where, str(error))
    return None


def _from_postgresql(error: BaseException, where: str) -> RefusedError | None:
    """Map the SQLSTATE class (PostgreSQL documentation, appendix A); none at all means no connection."""
    state = getattr(error, "sqlstate", None)
    why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if state is None:
        # ProgrammingError: the URL has an option that libpq does not know.
        told = {"OperationalError", "ConnectionTimeout", "ProgrammingError"}
        return unreachable(where, why) if type(error).__name__ in told else None
    if state == "53100":
        return _full(where)
    if state in {"25006", "42501"}:
        return read_only(where)
    if state in {"40001", "40P01", "55P03"}:
        return _busy(where)
    if state[:2] in {"08", "28", "3D", "53", "57"}:
        return unreachable(where, why)
    return _damaged(where, why) if state[:2] in {"58", "XX"} else None


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turn what a database reports about its surroundings into a :class:`RefusedError`; bugs stay what they are."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        origin = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        found = _from_sqlite(origin, where) if isinstance(origin, sqlite3.Error) else _from_postgresql(origin, where)
        if found is None:
            raise
        raise found from error
