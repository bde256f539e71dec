"""Interfaces, addresses and ARP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeAlias

import pytest

from inventory.model.facts import ArpKind
from inventory.model.values import Mac
from probes.mibs.addresses import address_facts
from probes.mibs.arp import arp_rows
from probes.mibs.cells import Oid, Value
from probes.mibs.interfaces import interface_facts, is_virtual
from probes.mibs.system import SYS_DESCR, SYS_NAME, SYS_OBJECT_ID, SYS_UP_TIME, device_fact, restarted
from probes.platforms import jetstream, zxros

Table: TypeAlias = dict[Oid, list[Value | None]]

AT = datetime(2026, 1, 1, tzinfo=UTC)
MAC = b"\x00\x1a\x2b\x3c\x4d\x5e"
V4 = (10, 1, 2, 3)
V6 = (0xFE, 0x80, *(0,) * 13, 1)


def _interface(*cells: Value | None) -> dict[Oid, list[Value | None]]:
    return {(5,): list(cells)}


def test_an_interface() -> None:
    rows = _interface(b"GigabitEthernet0/0/5", 6, 1_000_000_000, MAC, 1, 2, b"GE0/0/5", 1000, b"to room 3")
    [fact] = interface_facts(rows, "sw", AT).facts
    assert (fact.if_index, fact.name, fact.description, fact.alias) == (
        5,
        "GE0/0/5",
        "GigabitEthernet0/0/5",
        "to room 3",
    )
    assert (str(fact.mac), fact.if_type, fact.admin_up, fact.oper_up) == ("00:1a:2b:3c:4d:5e", 6, True, False)
    assert fact.speed_mbps == 1000


def test_an_interface_of_an_agent_without_if_x_table() -> None:
    rows = _interface(b"eth0", 6, 4_294_967_295, b"", 1, 4, None, None, None)
    [fact] = interface_facts(rows, "sw", AT).facts
    assert (fact.name, fact.alias, fact.mac, fact.oper_up, fact.speed_mbps) == ("eth0", None, None, None, None)


def test_an_interface_without_any_name() -> None:
    [fact] = interface_facts(_interface(*(None,) * 9), "sw", AT).facts
    assert fact.name == "ifIndex 5"


def test_an_interface_index_of_another_shape_is_rejected() -> None:
    assert interface_facts({(5, 1): [None] * 9}, "sw", AT).rejected == 1


@pytest.mark.parametrize(
    ("name", "if_type", "virtual"),
    [
        (b"x", 6, False),
        (b"x", 161, False),
        (b"x", 24, True),
        (b"x", 136, True),
        (b"Vlanif20", 53, True),
        (b"Vl1543", 53, True),
        (b"DEFAULT_VLAN", 53, True),
        (b"Port-channel1", 53, False),
        (b"AggregatePort 1", 53, False),
    ],
)
def test_where_no_station_can_be(name: bytes, if_type: int, virtual: bool) -> None:  # noqa: FBT001 -- a case
    [fact] = interface_facts(_interface(name, if_type, None, None, 1, 1, None, None, None), "sw", AT).facts
    assert is_virtual(fact) is virtual


@pytest.mark.parametrize(
    ("descr", "name", "alias"),
    [
        (b"gei-0/1/1/20 UPLINK-SW1", "gei-0/1/1/20", "UPLINK-SW1"),
        (b"xgei-0/1/1/26 <empty>", "xgei-0/1/1/26", None),
        (b"mgmt_eth", "mgmt_eth", None),
        (b"vlan55 MGMT net", "vlan55", "MGMT net"),
        (b"???", "???", None),
    ],
)
def test_a_description_behind_the_name(descr: bytes, name: str, alias: str | None) -> None:
    rows = _interface(descr, 6, None, None, 1, 1, None, None, None)
    [fact] = interface_facts(rows, "sw", AT, zxros.PROFILE.interface_text).facts
    assert (fact.name, fact.alias, fact.description) == (name, alias, descr.decode())


def test_a_name_of_its_own_is_kept() -> None:
    rows = _interface(b"gigabitEthernet 1/0/1 : copper", 6, None, None, 1, 1, b"gi1/0/1", None, b"desk")
    [fact] = interface_facts(rows, "sw", AT, jetstream.PROFILE.interface_text).facts
    assert (fact.name, fact.alias) == ("gi1/0/1", "desk")


def test_addresses_of_both_tables() -> None:
    prefix = (1, 3, 6, 1, 2, 1, 4, 32, 1, 5, 7, 1, 4, 10, 1, 2, 0, 24)
    young: Table = {(1, 4, *V4): [7, 1, prefix], (2, 16, *V6): [7, 1, (0, 0)], (1, 4, 10, 1, 2, 255): [7, 3, None]}
    old: Table = {
        V4: [7, b"\xff\xff\xff\x00"],
        (10, 9, 9, 9): [8, b"\xff\xff\xff\xfe"],
        (127, 0, 0, 1): [1, b"\xff\0\0\0"],
    }
    decoded = address_facts(young, old, "sw", "public", AT)
    assert {(str(fact.ip), fact.if_index, fact.prefix_length) for fact in decoded.facts} == {
        ("10.1.2.3", 7, 24),
        ("fe80::1", 7, None),
        ("10.9.9.9", 8, 31),
    }
    assert decoded.rejected == 0


def test_the_old_table_completes_the_new() -> None:
    [fact] = address_facts({(1, 4, *V4): [7, None, None]}, {V4: [7, b"\xff\xff\0\0"]}, "sw", "public", AT).facts
    assert fact.prefix_length == 16


def test_addresses_of_another_shape_are_rejected() -> None:
    assert address_facts({(9, 9): [7, 1, None]}, {(1, 2): [7, None]}, "sw", "public", AT).rejected == 2


def test_arp_of_both_tables_is_one() -> None:
    physical: Table = {(7, 1, 4, *V4): [MAC, 3, 1], (7, 2, 16, *V6): [MAC, 3, 2]}
    media: Table = {(7, *V4): [MAC, 3], (7, 10, 1, 2, 4): [MAC, 4]}
    decoded = arp_rows(physical, media, "r1", "public", AT)
    assert {(str(row.ip), row.kind, row.table) for row in decoded.facts} == {
        ("10.1.2.3", ArpKind.DYNAMIC, "ipNetToPhysicalTable"),
        ("fe80::1", ArpKind.DYNAMIC, "ipNetToPhysicalTable"),
        ("10.1.2.4", ArpKind.STATIC, "ipNetToMediaTable"),
    }
    assert all(row.if_index == 7 for row in decoded.facts)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([MAC, 5, 1], ArpKind.LOCAL),
        ([MAC, None, None], ArpKind.OTHER),
        ([MAC, 2, 1], None),
        ([MAC, 3, 5], None),
        ([b"", 3, 7], None),
        ([b"\0\0\0\0\0\0", 3, 1], None),
        ([None, 3, 1], None),
    ],
    ids=["local", "kind not told", "invalid", "state invalid", "incomplete", "null", "hole"],
)
def test_what_an_arp_row_says(cells: list[Value | None], kind: ArpKind | None) -> None:
    decoded = arp_rows({(7, 1, 4, *V4): cells}, {}, "r1", "public", AT)
    assert [row.kind for row in decoded.facts] == ([] if kind is None else [kind])
    assert decoded.rejected == 0


def test_a_link_address_that_is_no_mac_is_rejected() -> None:
    assert arp_rows({(7, 1, 4, *V4): [b"\x01" * 8, 3, 1]}, {}, "r1", "public", AT).rejected == 1


def test_a_card_that_only_one_table_names_is_not_believed_where_the_older_names_another() -> None:
    """net-snmp 5.9 after a MAC changed: the first octet of the new one, five of the old one."""
    half_written = MAC[:1] + b"\x1a\x2b\x3c\x4d\x5f"
    decoded = arp_rows({(7, 1, 4, *V4): [half_written, 3, 1]}, {(7, *V4): [MAC, 3]}, "r1", "public", AT)
    assert [(row.mac, row.table) for row in decoded.facts] == [(Mac.from_bytes(MAC), "ipNetToMediaTable")]
    assert decoded.rejected == 1


def test_an_invalid_row_of_the_older_table_contradicts_nothing() -> None:
    decoded = arp_rows({(7, 1, 4, *V4): [MAC, 3, 1]}, {(7, *V4): [b"\x00\x1a\x2b\x3c\x4d\x5f", 2]}, "r1", "public", AT)
    assert [row.mac for row in decoded.facts] == [Mac.from_bytes(MAC)]


def test_who_a_device_says_it_is() -> None:
    said: dict[Oid, Value | None] = {
        SYS_DESCR: b"S5720",
        SYS_OBJECT_ID: (1, 3, 6, 1, 4, 1, 2011),
        SYS_UP_TIME: 12_345,
        SYS_NAME: b"",
    }
    fact = device_fact(said, "sw", AT)
    assert (fact.sys_descr, fact.sys_object_id, fact.uptime_s) == ("S5720", "1.3.6.1.4.1.2011", 123.45)
    assert (fact.sys_name, fact.bridge_mac, fact.chassis) == (None, None, None)


@pytest.mark.parametrize(
    ("before", "after", "elapsed", "expected"),
    [(1000, 3000, 20.0, False), (1000, 1000, 20.0, False), (90_000, 500, 20.0, True), (2**32 - 100, 900, 10.0, False)],
    ids=["went on", "coarse clock", "restarted", "wrapped after 497 days"],
)
def test_a_clock_that_runs_backwards(before: int, after: int, elapsed: float, expected: bool) -> None:  # noqa: FBT001 -- a case
    assert restarted(before, after, elapsed) is expected
