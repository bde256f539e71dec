"""netaudit's own SNMP beside pysnmp's: the same octets, the same values, the same facts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyasn1.codec.ber import decoder
from pyasn1.type import univ
from pysnmp.proto.api import v2c

from probes.contract import DeviceReading, DeviceTarget, Engine, ReadLimits, SnmpV2c, SnmpV3
from probes.snmp.community import CommunityMessages
from probes.snmp.device import read_device
from probes.snmp.pdu import Absent
from tests.fuzz.oracle import compare
from tests.unit.snmp.replay_agent import BULK, Fleet, Request, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.snmp.agents import Aim

HERE = Path(__file__).parents[2]
OWN = [path for path in sorted((HERE / "cases" / "snmp").glob("*.snmprec")) if "@" not in path.stem]
WALKS = sorted((HERE.parents[1] / "shared" / "recordings").glob("*.snmprec"))
SILENT_VIEWS = ("cisco_view_missing", "ios_2960x")
"""Recorded without the views of their VLANs, so that some questions stay without answer."""


def _told(reading: DeviceReading) -> list[str]:
    facts = [repr(fact).replace(repr(fact.at), "") for fact in reading.facts]
    return sorted(facts) + [
        f"{row.table} {row.completeness} {row.rows} {row.rejected} {row.reason}" for row in reading.coverage
    ]


@pytest.fixture
def fleet(request: pytest.FixtureRequest) -> Iterator[Fleet]:
    """Serve one recording."""
    made = Fleet({"127.0.0.1": Shelf.of(request.param)})
    yield made
    made.stop()


def _read(fleet: Fleet, engine: Engine, limits: ReadLimits) -> DeviceReading:
    target = DeviceTarget("sw", IPv4Address("127.0.0.1"), "public", SnmpV2c("public", port=fleet.ports["127.0.0.1"]))
    return asyncio.run(read_device(target, replace(limits, engine=engine)))


@pytest.mark.parametrize("fleet", [*OWN, *WALKS], ids=lambda path: path.stem, indirect=True)
def test_both_engines_read_a_device_alike(fleet: Fleet, request: pytest.FixtureRequest) -> None:
    silent = any(name in request.node.name for name in SILENT_VIEWS)
    limits = ReadLimits(timeout_s=2.0, retries=0) if silent else ReadLimits(timeout_s=10.0)
    own, other = _read(fleet, "native", limits), _read(fleet, "pysnmp", limits)
    assert _told(own) == _told(other)
    assert own.facts


@pytest.mark.skipif(not WALKS, reason="no walks of real devices lie beside this checkout")
@pytest.mark.parametrize("path", WALKS, ids=lambda path: path.stem)
def test_both_engines_read_every_object_alike(path: Path) -> None:
    shelf, messages = Shelf.of(path), CommunityMessages(SnmpV2c("public"))
    position: tuple[int, ...] = (0, 0)
    read, more = 0, True
    while more:
        reply = shelf.reply(Request(1, b"public", BULK, b"\x01", 40, (position,)))
        assert reply is not None
        _, ours = messages.read(reply)
        told = [(oid, value) for oid, value in ours.varbinds if not isinstance(value, Absent)]
        assert told == _pysnmp(reply)[: len(told)]
        read += len(told)
        more = len(told) == len(ours.varbinds)
        position = ours.varbinds[-1][0]
    assert read == len(shelf.oids)


def _pysnmp(reply: bytes) -> list[tuple[tuple[int, ...], object]]:
    message, _ = decoder.decode(reply, asn1Spec=v2c.Message())
    varbinds = v2c.apiPDU.get_varbinds(v2c.apiMessage.get_pdu(message))
    return [(tuple(name), _plain(value)) for name, value in varbinds]


def _plain(value: object) -> object:
    if isinstance(value, univ.ObjectIdentifier):
        return tuple(value)
    if isinstance(value, univ.OctetString):
        return bytes(value)
    return int(value) if isinstance(value, univ.Integer) else None


def test_made_up_messages() -> None:
    """The same as ``make fuzz`` does with a hundred thousand."""
    assert compare(seed=20260101, count=250) == 500


@pytest.mark.parametrize(
    "credential",
    [
        SnmpV2c("public", version="1"),
        SnmpV2c("public"),
        SnmpV3("auditor", "sha256", "auth-pass-1", "aes128", "privacy-pass-1"),
        SnmpV3("reader", "sha1", "auth-pass-2"),
    ],
    ids=["v1", "v2c", "authPriv", "authNoPriv"],
)
def test_both_engines_read_net_snmp_alike(credential: SnmpV2c | SnmpV3, snmpd: int, target: Aim) -> None:
    told = []
    for engine in ("native", "pysnmp"):
        limits = ReadLimits(timeout_s=10.0, engine=engine)
        reading = asyncio.run(read_device(target(snmpd, replace(credential, port=snmpd)), limits))
        told.append([f"{row.table} {row.completeness} {row.rows} {row.reason}" for row in reading.coverage])
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("credential", "end"),
    [
        (SnmpV3("auditor", "sha256", "wrong-pass-1", "aes128", "privacy-pass-1"), "refused: usmStatsWrongDigests"),
        (SnmpV3("nobody", "sha256", "auth-pass-1"), "refused: usmStatsUnknownUserNames"),
        (SnmpV2c("wrong"), "timed_out: timeout"),
    ],
)
def test_pysnmp_tells_refusal_from_silence(credential: SnmpV2c | SnmpV3, end: str, snmpd: int, target: Aim) -> None:
    limits = ReadLimits(timeout_s=1.0, retries=0, engine="pysnmp")
    reading = asyncio.run(read_device(target(snmpd, replace(credential, port=snmpd)), limits))
    assert {f"{row.completeness}: {row.reason}" for row in reading.coverage} == {end}
