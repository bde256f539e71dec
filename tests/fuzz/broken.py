"""Messages broken on purpose: reading one ends soon, with a value or a ValueError, and nothing of it is kept."""

from __future__ import annotations

import asyncio
import tracemalloc
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pyasn1.codec.ber import decoder
from pysnmp.proto.mpmod.rfc3412 import SNMPv3Message
from pysnmp.proto.secmod.rfc3414.service import UsmSecurityParameters

from probes.contract import ReadLimits, SnmpV2c, SnmpV3
from probes.snmp.client import Session
from probes.snmp.community import CommunityMessages
from probes.snmp.device import read_session
from probes.snmp.pdu import Absent, Failure, Request, Response, Verb
from probes.snmp.recording import Recording, load
from probes.snmp.usm import UsmMessages
from tests.fuzz.oracle import ENGINE, Maker, reply_to, report_of_engine
from tests.unit.snmp.replay_agent import Request as Asked
from tests.unit.snmp.replay_agent import Shelf, elements, tlv

if TYPE_CHECKING:
    from random import Random

    from probes.mibs.cells import Oid, Value
    from probes.snmp.pdu import View

CASES = sorted(
    path for path in (Path(__file__).parents[1] / "cases" / "snmp").glob("*.snmprec") if "@" not in path.stem
)
USER = SnmpV3("auditor", "sha256", "a-secret-word", "aes128", "another-secret")


@dataclass
class Tally:
    """What became of the messages."""

    refused: int = 0
    accepted: int = 0

    @property
    def total(self) -> int:
        """How many there were."""
        return self.refused + self.accepted


def damage(whole: bytes, dice: Random) -> bytes:
    """Return a message with something wrong: cut, lengthened, octets changed, lengths lied about, or all made up."""
    octets = bytearray(whole)
    kind = dice.randrange(7)
    if kind == 0:
        return bytes(octets[: dice.randrange(len(octets) + 1)])
    if kind == 1:
        return bytes(octets + dice.randbytes(dice.randrange(1, 40)))
    if kind == 2:
        return dice.randbytes(dice.randrange(400))
    for _ in range(dice.randrange(1, 6)):
        place = dice.randrange(len(octets))
        if kind == 3:
            octets[place] ^= 1 << dice.randrange(8)
        elif kind == 4:
            octets[place] = dice.choice((0x00, 0x1F, 0x30, 0x7F, 0x80, 0x81, 0x84, 0x88, 0xFF))
        elif kind == 5:
            del octets[place : place + dice.randrange(1, 9)]
            if not octets:
                break
        else:
            octets[place:place] = octets[dice.randrange(len(octets)) :][: dice.randrange(1, 60)]
    return bytes(octets)


def community_messages(seed: int, count: int) -> Tally:
    """Read broken replies of version 2c."""
    dice, tally = Maker(seed).dice, Tally()
    messages = CommunityMessages(SnmpV2c("public"))
    replies = _replies(dice)
    for _ in range(count):
        try:
            messages.read(damage(dice.choice(replies), dice))
        except ValueError:
            tally.refused += 1
        else:
            tally.accepted += 1
    return tally


def _replies(dice: Random) -> list[bytes]:
    """Return real answers from the written devices, large and small."""
    found: list[bytes] = []
    for path in CASES:
        shelf = Shelf.of(path)
        for _ in range(4):
            start = dice.choice(shelf.oids)
            reply = shelf.reply(Asked(1, b"public", 0xA5, b"\x01", dice.randrange(1, 30), (start,)))
            assert reply is not None
            found.append(reply)
    return found


def user_messages(seed: int, count: int) -> Tally:
    """Read broken replies of version 3: the outside damaged, or the inside of one that is enciphered and signed."""
    maker, tally = Maker(seed), Tally()
    dice = maker.dice
    inside = [_scoped(reply) for reply in _replies(dice) if len(reply) < 1500]
    asked: tuple[UsmMessages, object, UsmSecurityParameters] | None = None
    whole = b""
    for number in range(count):
        if asked is None or number % 50 == 0:
            asked, whole = _conversation(inside, dice)
        messages = asked[0]
        if dice.random() < 0.5:
            datagram = damage(whole, dice)
        else:
            datagram = reply_to(asked[1], asked[2], USER, damage(dice.choice(inside), dice))
        try:
            said = messages.read(datagram)[1]
        except ValueError:
            tally.refused += 1
        else:
            tally.accepted += 1
            if not isinstance(said, Response):
                asked = None
        if messages.write(Request(Verb.GET, ((1, 3, 6, 1),)), 1) == b"":
            message = "nothing can be asked any more"
            raise AssertionError(message)
        asked = None if number % 7 == 6 else asked
    return tally


def _scoped(reply: bytes) -> bytes:
    """Return what stands in a reply of version 2c as version 3 has it before it is enciphered."""
    [(_, message)] = elements(reply)
    tag, pdu = elements(message)[2]
    return tlv(0x30, tlv(4, ENGINE) + tlv(4, b"") + tlv(tag, pdu))


def _conversation(inside: list[bytes], dice: Random) -> tuple[tuple[UsmMessages, object, UsmSecurityParameters], bytes]:
    messages = UsmMessages(USER)
    messages.read(report_of_engine(messages))
    asked, _ = decoder.decode(messages.write(Request(Verb.GET, ((1, 3, 6, 1),)), 77), asn1Spec=SNMPv3Message())
    parameters, _ = decoder.decode(asked["msgSecurityParameters"], asn1Spec=UsmSecurityParameters())
    return (messages, asked, parameters), reply_to(asked, parameters, USER, dice.choice(inside))


class _Liar:
    """A recorded device some of whose answers are not what was recorded."""

    bulk = True

    def __init__(self, recording: Recording, dice: Random) -> None:
        self._recording = recording
        self._dice = dice
        self.traffic = recording.traffic

    async def ask(self, request: Request, until: float) -> Response | Failure:
        answer = await self._recording.ask(request, until)
        assert isinstance(answer, Response)
        if self._dice.random() < 0.5:
            return answer
        varbinds = tuple(self._lie(oid, value) for oid, value in answer.varbinds)
        return replace(answer, varbinds=varbinds[: self._dice.randrange(len(varbinds) + 1)] or varbinds)

    def _lie(self, oid: Oid, value: Value | Absent | None) -> tuple[Oid, Value | Absent | None]:
        if self._dice.random() < 0.9:
            return oid, value
        other: tuple[Value | Absent | None, ...] = (
            None,
            -1,
            2**64 - 1,
            b"",
            self._dice.randbytes(self._dice.randrange(40)),
            (1, 3),
            Absent.NO_SUCH_INSTANCE,
            Absent.END_OF_MIB,
        )
        names = (oid, oid[:-1], (*oid, self._dice.getrandbits(32)), (*oid[:-1], oid[-1] + 1), oid[:10])
        return self._dice.choice(names), self._dice.choice(other)

    async def view(self, of: View) -> Failure | _Liar:
        view = await self._recording.view(of)
        return view if isinstance(view, Failure) else _Liar(view, self._dice)

    def close(self) -> None:
        """Nothing is open."""


def lying_devices(seed: int, count: int) -> int:
    """Read whole devices that lie, until they have answered ``count`` requests; return how many they answered."""
    dice, answered = Maker(seed).dice, 0
    recordings = [load(path) for path in CASES]
    while answered < count:
        recording = dice.choice(recordings)
        before = recording.traffic.requests
        reading = asyncio.run(read_session(Session(_Liar(recording, dice), ReadLimits()), "sw", "public"))
        assert reading.coverage
        answered += recording.traffic.requests - before
    return answered


def growth(seed: int, count: int) -> int:
    """Return by how many octets memory grew while ``count`` broken messages were read, after as many to warm up."""
    community_messages(seed, count)
    user_messages(seed, count // 20)
    tracemalloc.start()
    try:
        community_messages(seed + 1, count)
        before, _ = tracemalloc.get_traced_memory()
        community_messages(seed + 2, count)
        user_messages(seed + 2, count // 20)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return after - before
