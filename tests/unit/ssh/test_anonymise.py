"""An anonymised session is understood the same under other names, and tells nothing of the old ones."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest

from inventory.model.facts import AddressFact, ArpRow, DeviceFact, FdbRow, IdentifierKind, InterfaceFact, LldpNeighbour
from inventory.model.pseudonyms import Pseudonyms
from inventory.model.values import Mac
from probes.ssh.anonymise import anonymised
from probes.ssh.reading import reading
from tests.unit.ssh.stories import load, names

if TYPE_CHECKING:
    from probes.contract import DeviceReading
    from probes.ssh.parser import Parser

OTHERS: Final = Pseudonyms(b"a key of the tests, long enough")


class _Same(Pseudonyms):
    """Replaces nothing: what is there already."""

    def ip(self, address):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 -- as its parent's
        return address

    def mac(self, card: Mac) -> Mac:
        return card

    def name(self, written: str) -> str:
        return written

    def serial(self, written: str) -> str:
        return written


def _told(got: DeviceReading, by: Pseudonyms) -> list[str]:
    found = []
    for fact in got.facts:
        match fact:
            case ArpRow():
                found.append(f"arp {by.ip(fact.ip)} {by.mac(fact.mac)} {fact.kind}")
            case FdbRow():
                found.append(f"fdb {by.mac(fact.mac)} {fact.vlan} {fact.status}")
            case AddressFact():
                found.append(f"address {by.ip(fact.ip)} {fact.prefix_length}")
            case InterfaceFact():
                found.append(f"interface {fact.if_type} {fact.admin_up} {fact.oper_up} {fact.speed_mbps}")
            case DeviceFact():
                serials = [by.serial(one) for one in (fact.serial or "").split(", ") if one]
                given = fact.sys_name or ""
                called = given if given in (fact.model or "") else by.name(given)
                found.append(f"device {called} {fact.model} {fact.software} {serials}")
            case LldpNeighbour():
                card = fact.chassis.kind is IdentifierKind.MAC
                chassis = by.mac(Mac(fact.chassis.value)) if card else fact.chassis.kind
                address = by.ip(fact.management_address) if fact.management_address else None
                found.append(f"lldp {chassis} {by.name(fact.system_name or '')} {address} {fact.is_bridge_or_router}")
    return sorted(found)


@pytest.mark.parametrize("name", names())
def test_the_same_under_other_names(name: str, parser: Parser) -> None:
    before = load(name).transcript()
    after, left_out = anonymised(before, OTHERS, {}, parser)
    assert left_out == 0
    original, other = (reading(one, "public", parser) for one in (before, after))
    assert _told(other, _Same(b"0" * 16)) == _told(original, OTHERS)
    ends = [[(entry.table, entry.completeness, entry.rows) for entry in one.coverage] for one in (original, other)]
    assert ends[0] == ends[1]


@pytest.mark.parametrize("name", names())
def test_nothing_can_be_recognised(name: str, parser: Parser) -> None:
    before = load(name).transcript()
    after, _ = anonymised(before, OTHERS, {}, parser)
    left = b"\n".join(output.raw for output in after.outputs).decode() + after.prompt
    digits = re.sub(r"[^0-9a-f]", "", left.lower())
    for fact in reading(before, "public", parser).facts:
        match fact:
            case ArpRow() | FdbRow() if fact.mac.is_station:
                assert fact.mac.text.replace(":", "") not in digits
            case DeviceFact():
                for told in (fact.sys_name, fact.serial):
                    assert told is None or told in (fact.model or "") or told not in left
            case LldpNeighbour():
                for told in (fact.system_name, fact.port_description):
                    assert (
                        told is None
                        or told.isdigit()
                        or "/" in told
                        or not re.search(rf"(?<!\w){re.escape(told)}(?!\w)", left)
                    )
        if isinstance(fact, ArpRow | AddressFact) and OTHERS.ip(fact.ip) != fact.ip:
            assert not re.search(rf"(?<![0-9.]){re.escape(str(fact.ip))}(?![0-9.])", left)


@pytest.mark.parametrize("seed", range(40))
def test_no_key_loses_an_output(seed: int, parser: Parser) -> None:
    """Pseudonyms end in digits by chance; what they stand for must still be read as what it was."""
    by = Pseudonyms(random.Random(seed).randbytes(32))  # noqa: S311 -- test data, repeatable
    transcript = load("huawei_access").transcript()
    assert anonymised(transcript, by, {transcript.device: by.name(transcript.device)}, parser)[1] == 0


def test_a_vpn_called_like_an_interface_is_a_vpn(parser: Parser) -> None:
    story = load("huawei_access")
    written = {command: text.replace("gov-video", "gov1") for command, text in story.outputs.items()}
    [row] = [
        fact
        for fact in reading(replace(story, outputs=written).transcript(), "public", parser).facts
        if isinstance(fact, ArpRow) and str(fact.ip) == "10.20.3.21"
    ]
    assert (row.plane, row.if_index) == ("gov1", 0)


def test_what_people_wrote_anywhere_is_gone(parser: Parser) -> None:
    story = load("huawei_access")
    words = "\u8d22\u653f\u5c40 Zhang San 13800138000 zhang@example.org Caizheng3/2"
    outputs = {command: text.replace("MEth0/0/1 ", f"MEth0/0/1  {words} ") for command, text in story.outputs.items()}
    outputs["display version"] = f"{words}\n{story.outputs['display version']}{words}\n"
    told = type(story)(story.name, story.platform, story.prompt, outputs, {}, {})
    after, _ = anonymised(told.transcript(), OTHERS, {}, parser)
    left = b"\n".join(output.raw for output in after.outputs).decode()
    for word in ("\u8d22\u653f\u5c40", "Zhang", "San ", "13800138000", "example", "Caizheng"):
        assert word not in left


def test_names_known_from_elsewhere_are_replaced_by_the_same(parser: Parser) -> None:
    before = load("huawei_access").transcript()
    after, _ = anonymised(before, OTHERS, {"CORE-1": "name-other"}, parser)
    assert b"name-other" in b"".join(output.raw for output in after.outputs)
