"""What the engines concluded, per sweep: derived, and recomputable from the facts."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, ForeignKeyConstraint, Index, Table, Text

from inventory.model.location import Verdict
from inventory.model.observation import Confidence
from inventory.registry.columns import Coded, MacText, SentText, UtcTime
from inventory.registry.tables.metadata import Record

OBSERVATIONS = Table(
    "observations",
    Record.metadata,
    Column("sweep_id", ForeignKey("sweeps.id"), primary_key=True),
    Column("plane", Text, primary_key=True),
    # The MAC, or the only IP where no MAC is known.
    Column("identity", Text, primary_key=True),
    Column("mac", MacText),
    Column("ips", JSON, nullable=False),
    Column("shared_ips", JSON, nullable=False),
    Column("first_seen", UtcTime, nullable=False),
    Column("last_seen", UtcTime, nullable=False),
    Column("confidence", Coded(Confidence), nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("located_mac", MacText),
    Column("verdict", Coded(Verdict), nullable=False),
    Column("device", Text),
    Column("port", SentText),
    Column("if_index", BigInteger),
    Column("vlan", BigInteger),
    Column("gateway", Text),
    Column("shares_port_with", BigInteger, nullable=False),
    Column("alternatives", JSON, nullable=False),
    Column("behind", JSON, nullable=False),
    Column("location_evidence", JSON, nullable=False),
    Column("removed", JSON, nullable=False),
    Index("ix_observations_identity", "identity", "plane"),
)

# One row per address of an observation: the index behind "who used this IP?".
OBSERVED_IPS = Table(
    "observed_ips",
    Record.metadata,
    Column("sweep_id", BigInteger, primary_key=True),
    Column("plane", Text, primary_key=True),
    Column("identity", Text, primary_key=True),
    Column("ip", Text, primary_key=True, index=True),
    ForeignKeyConstraint(
        ["sweep_id", "plane", "identity"],
        ["observations.sweep_id", "observations.plane", "observations.identity"],
        ondelete="CASCADE",
    ),
)
