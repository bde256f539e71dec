"""An anonymised recording decodes to the same facts under other names, and tells nothing of the old ones."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inventory.model.facts import AddressFact, ArpRow, DeviceFact, FdbRow, IdentifierKind, InterfaceFact, LldpNeighbour
from inventory.model.pseudonyms import Pseudonyms
from inventory.model.values import Mac
from probes.contract import DeviceReading, ReadLimits
from probes.platforms.catalogue import named
from probes.snmp.anonymise import anonymised
from probes.snmp.client import Session
from probes.snmp.device import read_session
from probes.snmp.recording import Recording, load
from probes.snmp.tape import Tape

if TYPE_CHECKING:
    from inventory.model.facts import Fact
    from inventory.model.values import IPAddress

CASES = sorted(
    path for path in (Path(__file__).parents[2] / "cases" / "snmp").glob("*.snmprec") if "@" not in path.stem
)
OTHERS = Pseudonyms(b"a key of the tests, long enough")


def _read(recording: Recording, platform: str | None = None) -> DeviceReading:
    session = Session(recording, ReadLimits())
    return asyncio.run(read_session(session, "sw", "public", named(platform)))


def _taped(path: Path) -> tuple[Recording, DeviceReading]:
    tape = Tape()
    session = Session(tape.tap(load(path)), ReadLimits())
    reading = asyncio.run(read_session(session, "sw", "public"))
    return tape.recording(), reading


class _Same(Pseudonyms):
    """Replaces nothing: what is there already."""

    def ip(self, address: IPAddress) -> IPAddress:
        return address

    def mac(self, card: Mac) -> Mac:
        return card


def _told(reading: DeviceReading, by: Pseudonyms) -> list[str]:
    """Return what a reading says under the names of ``by``, without what is only text."""
    return sorted(filter(None, (_tables(fact, by) or _devices(fact, by) for fact in reading.facts)))


def _tables(fact: Fact, by: Pseudonyms) -> str | None:
    match fact:
        case ArpRow():
            return f"arp {by.ip(fact.ip)} {by.mac(fact.mac)} {fact.if_index} {fact.kind}"
        case FdbRow():
            place = f"{fact.if_index} {fact.raw_port} {fact.vlan} {fact.fdb_id}"
            return f"fdb {by.mac(fact.mac)} {place} {fact.status} {fact.table}"
        case AddressFact():
            return f"address {by.ip(fact.ip)} {fact.if_index} {fact.prefix_length}"
    return None


def _devices(fact: Fact, by: Pseudonyms) -> str | None:
    match fact:
        case InterfaceFact():
            mac = by.mac(fact.mac) if fact.mac else None
            return f"interface {fact.if_index} {fact.name} {mac} {fact.if_type} {fact.lag_if_index} {fact.oper_up}"
        case LldpNeighbour():
            by_card = fact.chassis.kind is IdentifierKind.MAC
            chassis = by.mac(Mac(fact.chassis.value)) if by_card else fact.chassis.kind
            address = by.ip(fact.management_address) if fact.management_address else None
            return f"lldp {fact.if_index} {chassis} {address} {fact.is_bridge_or_router}"
        case DeviceFact():
            mac = by.mac(fact.bridge_mac) if fact.bridge_mac else None
            return f"device {mac} {fact.sys_object_id} {fact.platform} {fact.model} {fact.software}"
    return None


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_it_decodes_to_the_same_facts_under_other_names(path: Path) -> None:
    recording, reading = _taped(path)
    other, left_out = anonymised(recording, OTHERS)
    again = _read(other, next(f.platform for f in reading.facts if isinstance(f, DeviceFact)))
    assert left_out == 0, "a column is read that probes.mibs.privacy does not know"
    assert _told(again, _Same(b"0" * 16)) == _told(reading, OTHERS)
    assert {(c.table, c.completeness, c.rows, c.rejected) for c in again.coverage} == {
        (c.table, c.completeness, c.rows, c.rejected) for c in reading.coverage
    }


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_nothing_of_the_old_names_is_left(path: Path) -> None:
    recording, reading = _taped(path)
    other, _ = anonymised(recording, OTHERS)
    written = other.lines() + "".join(view.lines() for view in other.views.values())
    cards = {fact.mac for fact in reading.facts if isinstance(fact, ArpRow | FdbRow | InterfaceFact) and fact.mac}
    mine = {OTHERS.mac(card) for card in cards}
    for card in cards - mine:
        if card.is_station:
            octets = bytes.fromhex(card.text.replace(":", ""))
            assert octets.hex().upper() not in written
            assert not re.search(rf"\.{re.escape('.'.join(map(str, octets)))}[.|]", written)
    addresses = {fact.ip for fact in reading.facts if isinstance(fact, ArpRow | AddressFact)}
    for ip in addresses - {OTHERS.ip(one) for one in addresses}:
        if ip != OTHERS.ip(ip):
            assert not re.search(rf"[.|]{re.escape('.'.join(map(str, ip.packed)))}[.|\n]", written), ip
    for fact in reading.facts:
        if isinstance(fact, DeviceFact):
            for word in (fact.sys_name, fact.serial):
                assert word is None or word not in written
        if isinstance(fact, InterfaceFact) and fact.alias not in {None, fact.name}:
            assert fact.alias is not None
            assert fact.alias not in written
        if isinstance(fact, LldpNeighbour) and fact.system_name:
            assert fact.system_name not in written


def test_a_port_whose_alias_is_its_own_name_keeps_it() -> None:
    """Some systems give the port's name where nobody wrote an alias; it must not be replaced everywhere."""
    name = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
    ports = Recording(
        [
            ((*name, 1, 5), b"GE1/0/1"),
            ((*name, 18, 5), b"GE1/0/1"),
            ((*name, 1, 6), b"GE1/0/2"),
            ((*name, 18, 6), b"HR"),
        ]
    )
    written = dict(anonymised(ports, OTHERS)[0].objects())
    assert [written[(*name, column, port)] for column, port in ((1, 5), (18, 5), (1, 6))] == [
        b"GE1/0/1",
        b"GE1/0/1",
        b"GE1/0/2",
    ]
    assert written[(*name, 18, 6)] == OTHERS.name("HR").encode()


def test_the_same_key_makes_the_same_recording() -> None:
    recording, _ = _taped(CASES[0])
    again = Pseudonyms(b"a key of the tests, long enough")
    assert anonymised(recording, OTHERS)[0].lines() == anonymised(recording, again)[0].lines()
    assert anonymised(recording, OTHERS)[0].lines() != anonymised(recording, Pseudonyms(b"0" * 16))[0].lines()


def test_what_nobody_listed_is_left_out() -> None:
    unknown = Recording([((1, 3, 6, 1, 4, 1, 99999, 1, 0), b"the headmaster's office")])
    other, left_out = anonymised(unknown, OTHERS)
    assert (other.lines(), left_out) == ("", 1)


def test_a_card_in_the_place_of_a_number_is_left_out() -> None:
    """A real agent answers ipAddressType with the card of its gateway."""
    shifted = Recording([((1, 3, 6, 1, 2, 1, 4, 34, 1, 4, 2, 1, 4, 10, 0, 0, 1), b"\x00\x10\xdb\xff\x10\x00")])
    other, left_out = anonymised(shifted, OTHERS)
    assert (other.lines(), left_out) == ("", 1)


def test_a_software_revision_of_four_numbers_stays() -> None:
    entity = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
    said = [((*entity, 10, 1), b"1.3.7.18"), ((*entity, 10, 2), b"V9.5.0.5(R)"), ((*entity, 10, 3), b"by 10.20.3.4")]
    written = dict(anonymised(Recording(said), OTHERS)[0].objects())
    assert [written[*entity, 10, 1], written[*entity, 10, 2]] == [b"1.3.7.18", b"V9.5.0.5(R)"]
    assert b"10.20.3.4" not in (written[*entity, 10, 3] or b"")  # type: ignore[operator]  # these are octets
