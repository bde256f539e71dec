"""Who held which address and was on which port, from when to when: derived, and recomputable from the facts."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, Table, Text
from sqlalchemy import text as sql

from inventory.model.history import Closing
from inventory.model.location import Verdict
from inventory.registry.columns import Coded, SentText, UtcTime
from inventory.registry.tables.metadata import Record, partial_index

_GOING = sql("ended IS NULL")
_ENDED = sql("ended IS NOT NULL")


def _intervals(name: str, *columns: Column[object], indexes: tuple[Index, ...] = ()) -> Table:
    """Declare a table of intervals; the sweep that opened one is part of its key."""
    return Table(
        name,
        Record.metadata,
        Column("plane", Text, primary_key=True),
        # The MAC, or the only IP where no MAC is known.
        Column("identity", Text, primary_key=True),
        *columns,
        Column("opened_sweep", BigInteger, primary_key=True),
        Column("since", UtcTime, nullable=False),
        Column("last_seen", UtcTime, nullable=False),
        Column("seen", BigInteger, nullable=False),
        Column("misses", BigInteger, nullable=False),
        Column("missing_since", UtcTime),
        Column("ended", UtcTime),
        Column("closing", Coded(Closing)),
        Column("holders", JSON, nullable=False),
        # opened, latest, elsewhere, closed, and above where there is one: [source, device, time, row, sweep] each.
        Column("proofs", JSON, nullable=False),
        partial_index(f"ix_{name}_going", "plane", "identity", where=_GOING),
        Index(f"ix_{name}_identity", "identity"),
        *indexes,
    )


ADDRESS_INTERVALS = _intervals("address_intervals", Column("ip", Text, primary_key=True, index=True))

PLACE_INTERVALS = _intervals(
    "place_intervals",
    Column("device", Text, primary_key=True, index=True),
    Column("port", SentText, primary_key=True),
    Column("if_index", BigInteger, nullable=False),
    Column("verdict", Coded(Verdict), nullable=False),
    Column("vlan", BigInteger),
    # [device, port] each; none where it was stored before this was noted.
    Column("way", JSON),
    Column("behind", JSON),
    indexes=(partial_index("ix_place_intervals_ended", "ended", where=_ENDED),),
)

# What a sweep's facts came to: which of its steps were considered, and what it added to the history.
CONCLUSIONS = Table(
    "conclusions",
    Record.metadata,
    Column("sweep_id", ForeignKey("sweeps.id"), primary_key=True, autoincrement=False),
    Column("steps", BigInteger, nullable=False),
    # Its facts were deleted by policy: the look is all that is left of it.
    Column("pruned", Boolean, nullable=False, server_default=sql("false")),
    # Compressed JSON; None while the sweep runs: then it is no part of the history yet.
    Column("look", LargeBinary),
)

# What was deleted by policy, so that folding the looks again does not bring it back.
RETENTION = Table(
    "retention",
    Record.metadata,
    Column("id", BigInteger, primary_key=True),
    Column("history_before", UtcTime, nullable=False),
)
