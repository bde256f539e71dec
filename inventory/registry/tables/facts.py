"""What probes said, append-only. Column names are the fields of the fact they hold."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Double, ForeignKey, Integer, LargeBinary, Table, Text
from sqlalchemy import text as sql

from inventory.model.check import Check, CheckResult
from inventory.model.coverage import Completeness
from inventory.model.coverage import Table as DeviceTable
from inventory.model.facts import ArpKind, FdbStatus, IdentifierKind, ProbeKind
from inventory.model.measurement import Quantity, SensorStatus
from inventory.registry.columns import (
    Coded,
    DisagreementList,
    IpText,
    MacText,
    NetworkText,
    SentText,
    UtcTime,
    WordsText,
)
from inventory.registry.tables.metadata import ROW_ID, Record, partial_index


def _facts(name: str, *columns: Column[object]) -> Table:
    """Declare a fact table: its row id keeps the order of arrival, its sweep says when and why it was asked."""
    return Table(
        name,
        Record.metadata,
        Column("id", ROW_ID, primary_key=True),
        Column("sweep_id", ForeignKey("sweeps.id"), nullable=False, index=True),
        *columns,
    )


SIGHTINGS = _facts(
    "sightings",
    Column("plane", Text, nullable=False),
    Column("ip", IpText, nullable=False),
    Column("mac", MacText),
    Column("probe", Coded(ProbeKind), nullable=False),
    Column("detail", SentText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("ttl", Integer),
    Column("rtt_ms", Double),
)

ARP_ROWS = _facts(
    "arp_rows",
    Column("device", Text, nullable=False),
    Column("plane", Text, nullable=False),
    Column("ip", IpText, nullable=False),
    Column("mac", MacText, nullable=False),
    Column("if_index", BigInteger, nullable=False),
    Column("kind", Coded(ArpKind), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("table", Text, nullable=False),
)

FDB_ROWS = _facts(
    "fdb_rows",
    Column("device", Text, nullable=False),
    Column("mac", MacText, nullable=False),
    Column("if_index", BigInteger),
    Column("raw_port", BigInteger, nullable=False),
    Column("vlan", BigInteger),
    Column("fdb_id", BigInteger),
    Column("status", Coded(FdbStatus), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("table", Text, nullable=False),
)

LLDP_ROWS = _facts(
    "lldp_rows",
    Column("device", Text, nullable=False),
    Column("if_index", BigInteger),
    Column("local_port", BigInteger, nullable=False),
    Column("chassis_kind", Coded(IdentifierKind), nullable=False),
    Column("chassis_value", SentText, nullable=False),
    Column("port_kind", Coded(IdentifierKind), nullable=False),
    Column("port_value", SentText, nullable=False),
    Column("port_description", SentText),
    Column("system_name", SentText),
    Column("management_address", IpText),
    Column("at", UtcTime, nullable=False),
    Column("is_bridge_or_router", Boolean),
    Column("table", Text, nullable=False, server_default="lldpRemTable"),
    Column("carries_stations", Boolean),
    Column("blocked", Boolean),
    Column("capabilities", SentText),
    Column("description", SentText),
)

INTERFACE_ROWS = _facts(
    "interface_rows",
    Column("device", Text, nullable=False),
    Column("if_index", BigInteger, nullable=False),
    Column("name", SentText, nullable=False),
    Column("description", SentText, nullable=False),
    Column("alias", SentText),
    Column("mac", MacText),
    Column("if_type", BigInteger, nullable=False),
    Column("admin_up", Boolean),
    Column("oper_up", Boolean),
    Column("at", UtcTime, nullable=False),
    Column("speed_mbps", BigInteger),
    Column("lag_if_index", BigInteger),
)

ADDRESS_ROWS = _facts(
    "address_rows",
    Column("device", Text, nullable=False),
    Column("plane", Text, nullable=False),
    Column("ip", IpText, nullable=False),
    Column("if_index", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("prefix_length", Integer),
)

DEVICE_ROWS = _facts(
    "device_rows",
    Column("device", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("sys_name", SentText),
    Column("sys_descr", SentText),
    Column("sys_object_id", SentText),
    Column("uptime_s", Double),
    Column("bridge_mac", MacText),
    Column("chassis_kind", Coded(IdentifierKind)),
    Column("chassis_value", SentText),
    Column("model", SentText),
    Column("serial", SentText),
    Column("software", SentText),
    Column("platform", Text),
)

MEASUREMENT_ROWS = _facts(
    "measurement_rows",
    Column("device", Text, nullable=False),
    Column("sensor", SentText, nullable=False),
    Column("quantity", Coded(Quantity), nullable=False),
    Column("value", Double),
    Column("at", UtcTime, nullable=False),
    Column("status", Coded(SensorStatus), nullable=False),
    Column("unit", SentText, nullable=False),
    Column("state", Text),
    Column("table", Text, nullable=False),
    Column("remark", WordsText),
)

CROSSCHECK_ROWS = _facts(
    "crosscheck_rows",
    Column("device", Text, nullable=False),
    Column("table", Coded(DeviceTable), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("apart_s", Double, nullable=False),
    Column("agreed", BigInteger, nullable=False),
    Column("only_snmp", BigInteger, nullable=False),
    Column("only_ssh", BigInteger, nullable=False),
    Column("disagreements", DisagreementList, nullable=False),
)

COVERAGE_ROWS = _facts(
    "coverage_rows",
    Column("device", Text, nullable=False),
    Column("table", Coded(DeviceTable), nullable=False),
    Column("completeness", Coded(Completeness), nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("reason", WordsText),
    Column("rejected", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
)

BLOCK_ROWS = _facts(
    "block_rows",
    Column("step", Text, nullable=False),
    Column("plane", Text, nullable=False),
    Column("network", NetworkText, nullable=False),
    Column("asked", BigInteger, nullable=False),
    Column("alive", BigInteger, nullable=False),
    Column("limits", JSON, nullable=False),
    Column("position", Text),
    Column("left_out", JSON),
)

CHECK_ROWS = Table(
    "check_rows",
    Record.metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("device", Text, nullable=False, index=True),
    Column("check", Coded(Check), nullable=False),
    Column("result", Coded(CheckResult), nullable=False),
    Column("evidence", WordsText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("value", Double),
)
"""A look at a device's condition belongs to no sweep."""

# The long tables: one row per table read, its columns compressed. See inventory/registry/factblocks.py.
FACT_BLOCKS = Table(
    "fact_blocks",
    Record.metadata,
    Column("id", ROW_ID, primary_key=True),
    # Null once the sweep's facts were deleted and the block is kept as the base of others.
    Column("sweep_id", ForeignKey("sweeps.id"), index=True),
    Column("kind", Text, nullable=False),
    # The device; of answers to probes the network plane.
    Column("owner", Text, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("base", ForeignKey("fact_blocks.id"), index=True),
    Column("columns", LargeBinary, nullable=False),
    # Every device read asks for the newest whole block of its tables: the others, nearly all, must not be looked at.
    partial_index("ix_fact_blocks_whole", "owner", "kind", "id", where=sql("base IS NULL")),
)
