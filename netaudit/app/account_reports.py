"""Accounts and the audit log as lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.text import text
from inventory.model.values import rfc3339
from netaudit.app.answer import Report
from reports import columns as c
from reports import log_words
from reports.columns import Column, Kind
from reports.document import Document, Line, Row, Section, Sheet, Table, Tone

if TYPE_CHECKING:
    from inventory.model.text import Text
    from inventory.registry.engine import Registry
    from reports.data import Json

_NAME: Final = Column("name", text("Account"), Kind.CODE, 14)
_SHOWN: Final = Column("shown_name", text("Name"), width=14)
_ROLE: Final = Column("role", text("Role"), Kind.WORD, 14)
_UNITS: Final = Column("units", text("Units"), width=26)
_STATE: Final = Column("state", text("State"), Kind.WORD, 16)
_LAST: Final = Column("last_login_at", text("Last login"), Kind.TIME, 16)
_ACCOUNTS: Final = (_NAME, _SHOWN, _ROLE, _UNITS, _STATE, _LAST)
_LOG: Final = (
    c.AT,
    c.ACTOR,
    Column("action", text("Step"), width=20),
    Column("subject", text("Subject"), width=26),
)


def accounts(registry: Registry) -> Report:
    """List every account."""
    found = registry.gate.accounts()
    rows = tuple(
        Row(
            (
                a.name,
                a.shown_name,
                a.role,
                tuple(sorted(a.units)) or None,
                _state(a.active, a.has_password),
                a.last_login_at,
            ),
            tone=None if a.active else Tone.MUTED,
        )
        for a in found
    )
    table = Table(_ACCOUNTS, rows, empty=text("There is no account yet: netaudit account add NAME --role admin"))
    data: list[Json] = [
        {
            "name": a.name,
            "shown_name": a.shown_name,
            "role": a.role.value,
            "units": [*sorted(a.units)],
            "active": a.active,
            "has_password": a.has_password,
            "last_login_at": None if a.last_login_at is None else rfc3339(a.last_login_at),
        }
        for a in found
    ]
    return Report(_document("accounts", text("Accounts"), table), data)


def _state(active: bool, has_password: bool) -> Text:  # noqa: FBT001 -- both are the account's
    if not active:
        return text("disabled")
    return text("in use") if has_password else text("invited")


def log(registry: Registry, *, subject: str | None = None, newest: int | None = None) -> Report:
    """List entries of the audit log, newest first."""
    found = registry.gate.log(subject=subject, newest=newest)
    table = Table(
        _LOG, tuple(Row((e.at, e.actor, log_words.step(e.action), log_words.subject(e.subject))) for e in found)
    )
    data: list[Json] = [
        {"id": e.id, "at": rfc3339(e.at), "actor": e.actor, "action": e.action, "subject": e.subject, "hash": e.hash}
        for e in found
    ]
    return Report(_document("audit-log", text("Audit log"), table), data)


def _document(key: str, title: Text, table: Table) -> Document:
    lines = (Line(text("Number"), len(table.rows)),)
    return Document(key, title, None, lines, (Section(None, blocks=(table,)),), (Sheet(key, title, table),), version=1)
