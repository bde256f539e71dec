"""What logging in to devices left: the keys they showed, and what they printed."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, LargeBinary, Table, Text

from inventory.model.hostkeys import HostKeyState
from inventory.model.transcript import Ending
from inventory.registry.columns import Coded, UtcTime, WordsText
from inventory.registry.tables.metadata import ROW_ID, Record

HOST_KEYS = Table(
    "host_keys",
    Record.metadata,
    # By device and not by address: a device that moves shows the same key, another one at its address does not.
    Column("device", Text, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("blob", LargeBinary, nullable=False),
    Column("state", Coded(HostKeyState), nullable=False),
    Column("address", Text, nullable=False),
    Column("first_seen", UtcTime, nullable=False),
    Column("last_seen", UtcTime, nullable=False),
    Column("old_algorithms", JSON, nullable=False),
)

TRANSCRIPTS = Table(
    "transcripts",
    Record.metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("sweep_id", ForeignKey("sweeps.id"), nullable=False, index=True),
    Column("device", Text, nullable=False),
    Column("plane", Text, nullable=False),
    Column("finished_at", UtcTime, nullable=False, index=True),
    Column("ending", Coded(Ending), nullable=False),
    Column("reason", WordsText),
    # zlib of JSON: see inventory.registry.sessionrows.
    Column("packed", LargeBinary, nullable=False),
)
