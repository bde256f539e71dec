"""ARP and ND wherever a device shows them, each row in its VPN."""

from __future__ import annotations

import asyncio
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

import pytest

from inventory.model.coverage import Completeness, Table
from inventory.model.facts import AddressFact, ArpRow
from inventory.model.pseudonyms import Pseudonyms
from inventory.model.records import PrefixView
from netaudit.app.planes import Planes
from probes.contract import DeviceReading, ReadLimits
from probes.mibs import vrf
from probes.snmp.anonymise import anonymised
from probes.snmp.client import Session
from probes.snmp.device import read_session
from probes.snmp.recording import Recording, load, save

if TYPE_CHECKING:
    from pathlib import Path

    from probes.mibs.cells import Oid, Value

HELLO: dict[Oid, Value] = {(1, 3, 6, 1, 2, 1, 1, 1, 0): b"a switch", (1, 3, 6, 1, 2, 1, 1, 3, 0): 900_000}
CISCO: dict[Oid, Value] = {
    (1, 3, 6, 1, 2, 1, 1, 1, 0): b"Cisco IOS Software, Version 15.2",
    (1, 3, 6, 1, 2, 1, 1, 2, 0): (1, 3, 6, 1, 4, 1, 9, 1, 1208),
    (1, 3, 6, 1, 2, 1, 1, 3, 0): 900_000,
}
MAC = bytes.fromhex("001a2b000005")
MEDIA = (1, 3, 6, 1, 2, 1, 4, 22, 1)
AT = (1, 3, 6, 1, 2, 1, 3, 1, 1, 2)
IPV6 = (1, 3, 6, 1, 2, 1, 55, 1, 12, 1)
CISCO_ND = (1, 3, 6, 1, 4, 1, 9, 10, 86, 1, 1, 3, 1)
VPN = (1, 3, 6, 1, 2, 1, 10, 166, 11, 1, 2, 1, 1)
V6 = (0x20, 1, 0xD, 0xB8, *(0,) * 11, 7)


def _read(objects: dict[Oid, Value]) -> DeviceReading:
    return asyncio.run(read_session(Session(Recording(objects.items()), ReadLimits()), "sw", "public"))


def _arp(reading: DeviceReading) -> list[str]:
    rows = [fact for fact in reading.facts if isinstance(fact, ArpRow)]
    return sorted(f"{row.plane} {row.ip} {row.mac} on {row.if_index} {row.kind} {row.table}" for row in rows)


def _named(name: bytes, if_index: int) -> Oid:
    return (len(name), *name, if_index)


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        pytest.param(
            {**HELLO, (*AT, 60, 1, 10, 0, 0, 5): MAC, (*AT, 60, 2, 10, 0, 0, 6): MAC},
            ["public 10.0.0.5 00:1a:2b:00:00:05 on 60 other atTable"],
            id="only atTable",
        ),
        pytest.param(
            {
                **HELLO,
                (*MEDIA, 2, 60, 10, 0, 0, 5): MAC,
                (*MEDIA, 4, 60, 10, 0, 0, 5): 3,
                (*AT, 61, 1, 10, 9, 9, 9): MAC,
            },
            ["public 10.0.0.5 00:1a:2b:00:00:05 on 60 dynamic ipNetToMediaTable"],
            id="atTable where there is a better one",
        ),
        pytest.param(
            {**HELLO, (*IPV6, 2, 60, *V6): MAC, (*IPV6, 3, 60, *V6): 3},
            ["public 2001:db8::7 00:1a:2b:00:00:05 on 60 static ipv6NetToMediaTable"],
            id="ND of RFC 2465",
        ),
        pytest.param(
            {**CISCO, (*CISCO_ND, 3, 7, 2, 16, *V6): MAC, (*CISCO_ND, 5, 7, 2, 16, *V6): 3},
            ["public 2001:db8::7 00:1a:2b:00:00:05 on 7 dynamic cInetNetToMediaTable"],
            id="ND by Cisco",
        ),
        pytest.param(
            {**CISCO, (*CISCO_ND, 3, 7, 2, 16, *V6): MAC, (*CISCO_ND, 5, 7, 2, 16, *V6): 2}, [], id="an invalid row"
        ),
    ],
)
def test_superseded_tables_are_read_where_the_standard_ones_are_empty(
    objects: dict[Oid, Value], expected: list[str]
) -> None:
    reading = _read(objects)
    assert _arp(reading) == expected
    [coverage] = [row for row in reading.coverage if row.table is Table.ARP]
    assert coverage.completeness is Completeness.COMPLETE
    assert coverage.rejected == sum(oid[:10] == AT and oid[11] == 2 for oid in objects)


def test_a_row_of_a_vpn_is_in_its_plane_and_the_same_address_may_be_in_two() -> None:
    objects: dict[Oid, Value] = dict(HELLO)
    for if_index, octet in ((60, 5), (61, 6), (62, 7)):
        objects[(*MEDIA, 2, if_index, 10, 0, 0, 5)] = MAC[:5] + bytes([octet])
        objects[(*MEDIA, 4, if_index, 10, 0, 0, 5)] = 3
    objects |= {(*VPN, 5, *_named(b"finance", 61)): 1, (*VPN, 5, *_named(b"police", 62)): 2}
    assert _arp(_read(objects)) == [
        "finance 10.0.0.5 00:1a:2b:00:00:06 on 61 dynamic ipNetToMediaTable",
        "public 10.0.0.5 00:1a:2b:00:00:05 on 60 dynamic ipNetToMediaTable",
        "public 10.0.0.5 00:1a:2b:00:00:07 on 62 dynamic ipNetToMediaTable",
    ]


def test_an_own_address_is_in_the_plane_of_its_interface() -> None:
    own = (1, 3, 6, 1, 2, 1, 4, 20, 1)
    objects = {**HELLO, (*own, 2, 10, 0, 0, 1): 61, (*own, 3, 10, 0, 0, 1): bytes((255, 255, 255, 0))}
    objects[*VPN, 2, *_named("财政".encode(), 61)] = 2
    [fact] = [fact for fact in _read(objects).facts if isinstance(fact, AddressFact)]
    assert fact.plane == "财政"


@pytest.mark.parametrize("index", [(), (3,), (2, 65, 61), (1, 300, 61), (0, 61)])
def test_an_index_that_names_no_vpn(index: Oid) -> None:
    assert vrf.bindings({index: [2, 1]}) == {}


@pytest.mark.parametrize(
    ("said", "settled"), [("finance", "finance"), ("unknown", "public"), ("public", "public"), ("Finance", "public")]
)
def test_a_vpn_is_a_plane_when_a_plane_is_called_so(said: str, settled: str) -> None:
    objects: dict[Oid, Value] = {**HELLO, (*MEDIA, 2, 61, 10, 0, 0, 5): MAC, (*MEDIA, 4, 61, 10, 0, 0, 5): 3}
    objects[*VPN, 5, *_named(said.encode(), 61)] = 1
    planes = Planes([PrefixView(IPv4Network("10.8.0.0/16"), "edu", "finance")])
    [row] = [fact for fact in planes.settled(_read(objects).facts) if isinstance(fact, ArpRow)]
    assert row.plane == settled


CONTEXT: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 468, 1, 1, 1, 2)


def _cisco(contexts: dict[bytes, bytes], views: dict[int | str, Recording]) -> Recording:
    """A device with an address outside all VRFs, and these contexts."""
    mapped = {(*CONTEXT, len(name), *name): vrf for name, vrf in contexts.items()}
    objects = {**CISCO, (*MEDIA, 2, 60, 10, 0, 0, 5): MAC, (*MEDIA, 4, 60, 10, 0, 0, 5): 3, **mapped}
    return Recording(objects.items(), views=views)


def _view(if_index: int, last: int) -> Recording:
    place = (if_index, 10, 0, 0, last)
    return Recording([((*MEDIA, 2, *place), MAC), ((*MEDIA, 4, *place), 3)])


def _ended(recording: Recording) -> tuple[list[str], Completeness, str | None]:
    reading = asyncio.run(read_session(Session(recording, ReadLimits()), "sw", "public"))
    [arp] = [row for row in reading.coverage if row.table is Table.ARP]
    return _arp(reading), arp.completeness, None if arp.reason is None else str(arp.reason)


def test_vrfs_are_read_under_their_contexts() -> None:
    views: dict[int | str, Recording] = {"ctx-red": _view(61, 5), "blue": _view(60, 5)}
    told = _ended(_cisco({b"ctx-red": b"red", b"blue": b"blue", b"vlan-1": b""}, views))
    assert told == (
        [
            "blue 10.0.0.5 00:1a:2b:00:00:05 on 60 dynamic ipNetToMediaTable",
            "red 10.0.0.5 00:1a:2b:00:00:05 on 61 dynamic ipNetToMediaTable",
        ],
        Completeness.COMPLETE,
        None,
    )


def test_a_vrf_that_cannot_be_asked_leaves_the_table_short() -> None:
    rows, completeness, reason = _ended(_cisco({b"ctx-red": b"red"}, {}))
    assert rows == ["public 10.0.0.5 00:1a:2b:00:00:05 on 60 dynamic ipNetToMediaTable"]
    assert (completeness, reason) == (Completeness.TRUNCATED, "VRF red: not recorded")


def test_a_context_is_known_with_and_without_its_length() -> None:
    assert vrf.contexts({(3, *b"red"): (b"RED",), tuple(b"blue"): (b"BLUE",), (4, *b"none"): (b"",)}) == {
        "red": "RED",
        "blue": "BLUE",
    }
    assert vrf.contexts({(): (b"x",), (3, 999, 1, 2): (b"x",)}) == {}


def test_contexts_are_recorded_and_anonymised(tmp_path: Path) -> None:
    recording = _cisco({b"ctx-red": b"red"}, {"ctx-red": _view(61, 5)})
    save(recording, tmp_path / "walk.snmprec")
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "walk.snmprec",
        f"walk@context-{b'ctx-red'.hex()}.snmprec",
    ]
    again = load(tmp_path / "walk.snmprec")
    assert _ended(again) == _ended(recording)
    other, left_out = anonymised(recording, Pseudonyms(b"a key of the tests, long enough"))
    rows, completeness, _ = _ended(other)
    assert (left_out, completeness, len(rows)) == (0, Completeness.COMPLETE, 2)
    assert b"red" not in "".join(other.lines()).encode()
    assert "ctx-red" not in other.views
