"""SNMPv3 through a man in the middle: what is not properly signed never becomes a fact."""

from __future__ import annotations

import asyncio
import select
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import pytest
from pyasn1.codec.ber import decoder
from pysnmp.proto.mpmod.rfc3412 import SNMPv3Message
from pysnmp.proto.secmod.rfc3414.service import UsmSecurityParameters

from inventory.model.coverage import Completeness, Table
from probes.contract import DeviceReading, ReadLimits, SnmpV3
from probes.snmp.device import read_device
from tests.fuzz.oracle import opened

if TYPE_CHECKING:
    from tests.unit.snmp.agents import Aim

Meddle: TypeAlias = Callable[[bytes, int], list[bytes]]
"""What becomes of a reply, given how many came before."""


@dataclass
class Middle:
    """Passes datagrams on, replies as it sees fit."""

    agent_port: int
    meddle: Meddle
    front: socket.socket = field(default_factory=lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    back: socket.socket = field(default_factory=lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))

    asked: list[bytes] = field(default_factory=list)
    """Every datagram that came from netaudit."""

    def __post_init__(self) -> None:
        """Bind and start."""
        self.front.bind(("127.0.0.1", 0))
        self.back.connect(("127.0.0.1", self.agent_port))
        self.port = int(self.front.getsockname()[1])
        self.thread = threading.Thread(target=self._pass_on, daemon=True)
        self.thread.start()

    def _pass_on(self) -> None:
        client, number = ("127.0.0.1", 0), 0
        while True:
            ready, _, _ = select.select([self.front, self.back], [], [])
            if self.front in ready:
                data, client = self.front.recvfrom(65_535)
                if data == b"stop":
                    return
                self.asked.append(data)
                self.back.send(data)
            if self.back in ready:
                for reply in self.meddle(self.back.recv(65_535), number):
                    self.front.sendto(reply, client)
                number += 1

    def stop(self) -> None:
        """End the thread and the sockets."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as poke:
            poke.sendto(b"stop", ("127.0.0.1", self.port))
        self.thread.join()
        self.front.close()
        self.back.close()


@pytest.fixture
def through(snmpd: int, target: Aim) -> Iterator[Callable[[Meddle, ReadLimits], DeviceReading]]:
    """Return a reader of this machine's snmpd through a man in the middle."""
    made: list[Middle] = []

    def read(meddle: Meddle, limits: ReadLimits) -> DeviceReading:
        made.append(Middle(snmpd, meddle))
        port = made[-1].port
        user = SnmpV3("auditor", "sha256", "auth-pass-1", "aes128", "privacy-pass-1", port=port)
        return asyncio.run(read_device(target(port, user), limits))

    yield read
    for one in made:
        one.stop()


Through: TypeAlias = Callable[[Meddle, ReadLimits], DeviceReading]


def _system(reading: DeviceReading) -> Completeness:
    return next(row.completeness for row in reading.coverage if row.table is Table.SYSTEM)


def test_every_reply_twice_and_every_old_one_again(through: Through, patient: ReadLimits) -> None:
    heard: list[bytes] = []

    def repeat(reply: bytes, number: int) -> list[bytes]:
        heard.append(reply)
        return [heard[number // 2], reply, reply]

    reading = through(repeat, patient)
    assert _system(reading) is Completeness.COMPLETE
    assert reading.hint is None


@pytest.mark.parametrize("place", [-1, -40, 60], ids=["payload", "earlier payload", "header"])
def test_altered_replies_never_count(place: int, through: Through, limits: ReadLimits) -> None:
    def alter(reply: bytes, number: int) -> list[bytes]:
        if not number:
            return [reply]
        changed = bytearray(reply)
        changed[place] ^= 1
        return [bytes(changed)]

    reading = through(alter, limits)
    assert reading.facts == ()
    assert _system(reading) is not Completeness.COMPLETE


def test_only_the_first_signed_reply_over_and_over(through: Through, limits: ReadLimits) -> None:
    """A recorded answer answers nothing but the question it was the answer to."""
    heard: list[bytes] = []

    def replay(reply: bytes, number: int) -> list[bytes]:
        if number <= 1:
            heard.append(reply)
            return [reply]
        return [heard[1]]

    reading = through(replay, limits)
    assert all(row.completeness is Completeness.TIMED_OUT for row in reading.coverage if row.table is not Table.SYSTEM)


@pytest.mark.parametrize(
    "user",
    [SnmpV3("auditor", "sha256", "auth-pass-1", "aes128", "privacy-pass-1"), SnmpV3("reader", "sha1", "auth-pass-2")],
    ids=["authPriv", "authNoPriv"],
)
def test_everything_that_is_sent_is_a_question(user: SnmpV3, snmpd: int, target: Aim, patient: ReadLimits) -> None:
    """Each message of a full read, deciphered by pysnmp: GET, GETNEXT or GETBULK, and nothing else."""
    middle = Middle(snmpd, lambda reply, _: [reply])
    try:
        reading = asyncio.run(read_device(target(middle.port, replace(user, port=middle.port)), patient))
    finally:
        middle.stop()
    assert _system(reading) is Completeness.COMPLETE
    kinds = set()
    for datagram in middle.asked:
        message, rest = decoder.decode(datagram, asn1Spec=SNMPv3Message())
        parameters, _ = decoder.decode(message["msgSecurityParameters"], asn1Spec=UsmSecurityParameters())
        plain = not bytes(parameters["msgAuthoritativeEngineId"])
        scoped = message["msgData"]["plaintext"] if plain else opened(message, parameters, user)
        assert rest == b""
        kinds.add(scoped["data"].getName())
    assert len(middle.asked) > 20
    assert kinds == {"get-request", "get-bulk-request"}
