"""LLDP: identifiers keep their types, and local port numbers are not believed."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest

from inventory.model.facts import Identifier, IdentifierKind, InterfaceFact
from inventory.model.values import Mac
from probes.mibs.identifiers import chassis_identifier, port_identifier
from probes.mibs.lldp import neighbours
from probes.mibs.localport import LocalPorts, local_ports

if TYPE_CHECKING:
    from probes.mibs.cells import Oid, Value

AT = datetime(2026, 1, 1, tzinfo=UTC)
MAC = b"\x00\x1a\x2b\x3c\x4d\x5e"
SILENT = LocalPorts({}, {})


def _interface(if_index: int, name: str, description: str = "", alias: str | None = None) -> InterfaceFact:
    mac = Mac.from_bytes(bytes((0, 0x1A, 0x2B, 0, 0, if_index)))
    return InterfaceFact("sw", if_index, name, description, alias, mac, 6, admin_up=True, oper_up=True, at=AT)


def _known(*interfaces: InterfaceFact) -> dict[int, InterfaceFact]:
    return {interface.if_index: interface for interface in interfaces}


def _remote(name: bytes = b"far", capabilities: bytes = b"\x20") -> list[Value | None]:
    return [4, MAC, 5, b"GE0/0/1", b"uplink", name, capabilities]


@pytest.mark.parametrize(
    ("subtype", "raw", "expected"),
    [
        (4, MAC, Identifier(IdentifierKind.MAC, "00:1a:2b:3c:4d:5e")),
        (4, b"00-1A-2B-3C-4D-5E", Identifier(IdentifierKind.MAC, "00:1a:2b:3c:4d:5e")),
        (4, b"no mac", Identifier(IdentifierKind.MAC, "6e:6f:20:6d:61:63")),
        (4, b"not a mac", Identifier(IdentifierKind.LOCAL, "not a mac")),
        (5, b"\x01\x0a\x01\x02\x03", Identifier(IdentifierKind.IP, "10.1.2.3")),
        (5, b"\x0a\x01\x02\x03", Identifier(IdentifierKind.IP, "10.1.2.3")),
        (7, b"core-1", Identifier(IdentifierKind.LOCAL, "core-1")),
        (6, b"Vlan1", Identifier(IdentifierKind.INTERFACE_NAME, "Vlan1")),
        (99, b"x", Identifier(IdentifierKind.LOCAL, "x")),
        (4, b"", None),
        (None, None, None),
    ],
)
def test_chassis(subtype: int | None, raw: bytes | None, expected: Identifier | None) -> None:
    assert chassis_identifier(subtype, raw) == expected


def test_port_subtypes_are_numbered_otherwise() -> None:
    assert port_identifier(3, MAC) == Identifier(IdentifierKind.MAC, "00:1a:2b:3c:4d:5e")
    assert port_identifier(5, b"GE0/0/1") == Identifier(IdentifierKind.INTERFACE_NAME, "GE0/0/1")
    assert port_identifier(6, b"circuit") == Identifier(IdentifierKind.AGENT_CIRCUIT, "circuit")


def test_two_neighbours_on_one_port_are_two_facts() -> None:
    decoded = neighbours({(0, 9, 1): _remote(b"ap"), (0, 9, 2): _remote(b"phone")}, {}, SILENT, "sw", AT)
    assert {(fact.local_port, fact.system_name) for fact in decoded.facts} == {(9, "ap"), (9, "phone")}


def test_an_empty_name_is_none() -> None:
    [fact] = neighbours({(0, 9, 1): _remote(b"")}, {}, SILENT, "sw", AT).facts
    assert fact.system_name is None


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [(b"\x20", True), (b"\x08\x00", True), (b"\x01", False), (b"\x10", False), (b"", None)],
)
def test_capabilities(capabilities: bytes, expected: bool | None) -> None:  # noqa: FBT001 -- a case
    [fact] = neighbours({(0, 9, 1): _remote(capabilities=capabilities)}, {}, SILENT, "sw", AT).facts
    assert fact.is_bridge_or_router is expected


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [(b"\x24", True), (b"\x30\x00", True), (b"\x28", False), (b"", None)],
)
def test_telephones_and_access_points_carry_stations(capabilities: bytes, expected: bool | None) -> None:  # noqa: FBT001 -- a case
    [fact] = neighbours({(0, 9, 1): _remote(capabilities=capabilities)}, {}, SILENT, "sw", AT).facts
    assert fact.carries_stations is expected


def test_a_time_mark_is_no_identity() -> None:
    decoded = neighbours({(100, 9, 1): _remote(b"then"), (200, 9, 1): _remote(b"now")}, {}, SILENT, "sw", AT)
    assert [fact.system_name for fact in decoded.facts] == ["now"]


def test_an_index_without_time_mark_is_read_and_other_shapes_are_rejected() -> None:
    decoded = neighbours({(9, 1): _remote(), (9,): _remote(), (0, 9, 1, 4): _remote()}, {}, SILENT, "sw", AT)
    assert [fact.local_port for fact in decoded.facts] == [9]
    assert decoded.rejected == 2


def test_half_a_row_is_rejected() -> None:
    assert neighbours({(0, 9, 1): [4, *(None,) * 6]}, {}, SILENT, "sw", AT).rejected == 1


def test_the_management_address() -> None:
    management: dict[Oid, list[Value | None]] = {
        (0, 9, 1, 2, 16, *ip_address("fe80::1").packed): [2],
        (0, 9, 1, 1, 4, 10, 1, 2, 9): [2],
        (0, 9, 1, 1, 4, 10, 1, 2, 3): [2],
        (0, 9, 2, 6, 6, *MAC): [2],
    }
    decoded = neighbours({(0, 9, 1): _remote(), (0, 9, 2): _remote()}, management, SILENT, "sw", AT)
    assert [fact.management_address for fact in decoded.facts] == [ip_address("10.1.2.3"), None]


def test_a_local_number_that_is_another_ports_if_index() -> None:
    """As recorded from a Huawei AC: local port 24 is Gi0/0/24 = ifIndex 26, while ifIndex 24 is Gi0/0/22."""
    interfaces = _known(_interface(24, "Gi0/0/22"), _interface(26, "Gi0/0/24"))
    resolver = local_ports({(24,): [5, b"Gi0/0/24", None]}, interfaces, {})
    assert resolver.if_index(24) == 26


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([5, b"GE0/0/7", None], 70),
        ([5, b"GigabitEthernet0/0/7", None], 70),
        ([7, b"GE0/0/7", None], 70),
        ([7, b"70", None], 70),
        ([7, b"7", b"GigabitEthernet0/0/7"], 70),
        ([7, b"7", b"room 3"], 70),
        ([1, b"room 3", None], 70),
        ([3, bytes((0, 0x1A, 0x2B, 0, 0, 70)), None], 70),
        ([5, b"elsewhere", None], 71),
        ([7, b"7", None], 71),
    ],
    ids=[
        "name", "description", "name as local", "ifIndex as local", "description of the port", "alias of the port",
        "alias", "MAC", "unknown name, base port", "number says nothing, base port",
    ],
)  # fmt: skip
def test_how_a_local_port_is_resolved(row: list[Value | None], expected: int) -> None:
    interfaces = _known(
        _interface(7, "GE0/0/1"),
        _interface(70, "GE0/0/7", "GigabitEthernet0/0/7", "room 3"),
        _interface(71, "GE0/0/8"),
    )
    assert local_ports({(7,): row}, interfaces, {7: 71}).if_index(7) == expected


def test_the_number_itself_is_believed_only_where_no_name_is_given() -> None:
    interfaces = _known(_interface(7, "GE0/0/7"))
    assert local_ports({}, interfaces, {}).if_index(7) == 7
    assert local_ports({}, interfaces, {}, complete=False).if_index(7) is None
    assert local_ports({(7,): [5, b"elsewhere", None]}, interfaces, {}).if_index(7) is None
    assert local_ports({}, interfaces, {}).if_index(8) is None


def test_a_name_two_interfaces_share_names_neither() -> None:
    interfaces = _known(_interface(1, "GE1", alias="spare"), _interface(2, "GE2", alias="spare"))
    assert local_ports({(9,): [1, b"spare", None]}, interfaces, {}).if_index(9) is None


def test_what_a_neighbour_says_it_does_and_is() -> None:
    cells = [*_remote(b"phone", capabilities=b"\x24"), b"Yealink SIP-T46"]
    [fact] = neighbours({(0, 9, 1): cells}, {}, SILENT, "sw", AT).facts
    assert (fact.capabilities, fact.description) == ("bridge telephone", "Yealink SIP-T46")
    [fact] = neighbours({(0, 9, 1): _remote(b"pc", capabilities=b"")}, {}, SILENT, "sw", AT).facts
    assert (fact.capabilities, fact.description) == (None, None)


def test_what_lldp_med_says_of_it() -> None:
    """Index as lldpRemTable's; class III is a telephone; maker and model say more than the system description."""
    made: dict[Oid, list[Value | None]] = {(0, 9, 1): [3, b"Yealink", b"SIP-T46"], (0, 8, 1): [1, b"", None]}
    rows: dict[Oid, list[Value | None]] = {
        (0, 9, 1): [*_remote(b"a", capabilities=b"\x20"), b"x"],
        (0, 8, 1): [*_remote(b"b"), b"y"],
    }
    facts = {fact.system_name: fact for fact in neighbours(rows, {}, SILENT, "sw", AT, made).facts}
    assert (facts["a"].capabilities, facts["a"].description) == ("bridge telephone", "Yealink SIP-T46")
    assert facts["b"].description == "y"
