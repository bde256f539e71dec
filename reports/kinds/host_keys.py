"""Which SSH host keys did the devices show, and which of them are believed?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.hostkeys import HostKeyState
from inventory.model.text import text
from reports import columns as c
from reports import data, vocabulary
from reports.columns import Column, Kind
from reports.document import Document, Row, Section, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from inventory.model.hostkeys import HostKeyView
    from reports.data import Json

_TITLE: Final = text("SSH host keys")
_COMPARE: Final = text("Compare the fingerprint with the device's own, then: netaudit device host-key approve DEVICE")
_COLUMNS: Final = (
    c.DEVICE,
    Column("state", text("State"), Kind.WORD, 12),
    Column("fingerprint", text("Fingerprint"), width=50),
    Column("kind", text("Kind of key"), width=20, priority=6),
    Column("old_algorithms", text("Unsafe algorithms"), width=24, priority=3),
    c.FIRST_SEEN,
    c.LAST_SEEN,
)


def document(keys: Sequence[HostKeyView], as_of: datetime) -> Document:
    """Build the list."""
    rows = tuple(
        Row(
            (
                view.device,
                view.state,
                view.key.fingerprint,
                view.key.kind,
                ", ".join(view.old_algorithms) or None,
                view.first_seen,
                view.last_seen,
            ),
            vocabulary.tone(view.state),
        )
        for view in keys
    )
    table = Table(_COLUMNS, rows, empty=text("No device was logged in to yet."))
    open_ = any(view.state is not HostKeyState.APPROVED for view in keys)
    return Document(
        key="host-keys",
        title=_TITLE,
        as_of=as_of,
        lines=(),
        sections=(Section(None, blocks=(table,)),),
        sheets=(Sheet("host_keys", _TITLE, table),),
        notes=(_COMPARE,) if open_ else (),
    )


def json_array(keys: Sequence[HostKeyView]) -> Json:
    """Return the list as ``docs/schema/host-keys.schema.json`` describes it."""
    return [
        {
            "device": view.device,
            "state": view.state.value,
            "fingerprint": view.key.fingerprint,
            "kind": view.key.kind,
            "address": view.address,
            "first_seen": data.at(view.first_seen),
            "last_seen": data.at(view.last_seen),
            "old_algorithms": list(view.old_algorithms),
        }
        for view in keys
    ]
