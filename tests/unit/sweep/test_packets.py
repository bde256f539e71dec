"""Packets made by the hundred are octet by octet what scapy makes one by one; the filter lets their answers in."""

from __future__ import annotations

import socket
import struct
from array import array
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.l2 import ARP
from scapy.packet import Packet, Raw

from probes.sweep.filter import SO_ATTACH_FILTER, answers, arp_replies
from probes.sweep.packets import masked, stamped
from probes.sweep.seal import TURNS, Marks, Seal, Spread
from probes.sweep.templates import GREETING, MSS, arp, echo, syn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from probes.sweep.templates import Template

words = st.integers(min_value=0, max_value=0xFFFFFFFF)
# Checksums have their corner where a sum is a multiple of 65535: let it come up.
corners = st.sampled_from([0, 0xFFFF, 0xFFFF0000, 0xFFFFFFFF, 0x0001FFFE])
rows = st.lists(st.tuples(words | corners, words | corners), min_size=1, max_size=20)
octets = st.binary(min_size=4, max_size=4)
ports = st.integers(min_value=1, max_value=65535)
turns = st.integers(min_value=0, max_value=TURNS - 1)
SPREADS = (Spread(40960, 256), Spread(33024, 64), Spread(50008, 8))
SEAL, OURS = Seal.drawn(), socket.inet_aton("192.0.2.1")


def dotted(number: int) -> str:
    return socket.inet_ntoa(number.to_bytes(4, "big"))


def cut(template: Template, given_rows: list[tuple[int, int]]) -> list[bytes]:
    addresses, cookies = array("I", [a for a, _ in given_rows]), array("I", [c for _, c in given_rows])
    packets, size = bytes(stamped(template, addresses, cookies)), len(template.octets)
    return [packets[at : at + size] for at in range(0, len(packets), size)]


@st.composite
def seals(draw: st.DrawFn) -> Seal:
    factors = draw(st.tuples(*[st.integers(min_value=0, max_value=0xFFFF)] * 6))
    return Seal(factors, draw(st.tuples(words, words)))


def sealed(seal: Seal, address: int, cookie: int) -> bytes:
    return GREETING + seal.of(address, cookie).to_bytes(4, "big")


@given(source=octets, seal=seals(), asked=rows)
def test_every_echo_request_is_what_scapy_builds(source: bytes, seal: Seal, asked: list[tuple[int, int]]) -> None:
    for packet, (address, cookie) in zip(cut(echo(source, seal), asked), asked, strict=True):
        header = IP(src=socket.inet_ntoa(source), dst=dotted(address))
        assert packet == bytes(header / ICMP(id=cookie >> 16, seq=cookie & 0xFFFF) / Raw(sealed(seal, address, cookie)))
        assert len(packet) + 14 == 60  # a minimum frame


@given(source=octets, seal=seals(), spread=st.sampled_from(SPREADS), turn=turns, port=ports, asked=rows)
def test_every_syn_is_what_scapy_builds(
    source: bytes, seal: Seal, spread: Spread, turn: int, port: int, asked: list[tuple[int, int]]
) -> None:
    marks = Marks(seal, spread)
    for packet, (address, cookie) in zip(cut(syn(source, seal, spread, turn, port), asked), asked, strict=True):
        header, ours = IP(src=socket.inet_ntoa(source), dst=dotted(address)), TCP(packet[20:]).sport
        assert [one for one in range(1 << 16) if marks.turn(spread, address, port, one) == turn] == [ours]
        segment = TCP(sport=ours, dport=port, seq=cookie, flags="S", window=64240, options=[("MSS", MSS)])
        assert packet == bytes(header / segment)


@given(source=octets, mac=st.binary(min_size=6, max_size=6), asked=rows)
def test_every_arp_request_is_what_scapy_builds(source: bytes, mac: bytes, asked: list[tuple[int, int]]) -> None:
    for packet, (address, _) in zip(cut(arp(mac, source), asked), asked, strict=True):
        theirs = ARP(hwsrc=mac.hex(":"), psrc=socket.inet_ntoa(source), hwdst="00:00:00:00:00:00", pdst=dotted(address))
        assert packet == bytes(theirs)


@pytest.fixture
def gate() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of a line; the second has a kernel filter, which any socket can have."""
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with one, other:
        other.setblocking(False)
        yield one, other


def passes(gate: tuple[socket.socket, socket.socket], program: bytes, packet: bytes) -> bool:
    one, other = gate
    buffer = array("B", program)
    attached = struct.pack("=HxxxxxxQ", len(program) // 8, buffer.buffer_info()[0])
    other.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, attached)
    one.send(packet)
    try:
        return other.recv(2048) == packet
    except BlockingIOError:
        return False


TO_US = IP(src="198.51.100.7", dst="192.0.2.1")
THEIR_NUMBER, COOKIE = int.from_bytes(socket.inet_aton("198.51.100.7"), "big"), 0x12345678
MARK = sealed(SEAL, THEIR_NUMBER, COOKIE)
ECHO_REPLY = ICMP(type=0, id=0x1234, seq=0x5678) / Raw(MARK)
MARKS = Marks(SEAL, SPREADS[0], SPREADS[1])
FROM = {  # the ports that host is asked from in the first and in the last round, and one more
    (port, turn): SPREADS[which].first + (SEAL.of(THEIR_NUMBER, port) + turn) % SPREADS[which].size
    for which, port in ((0, 445), (1, 137))
    for turn in (0, 7, 8)
}


def asked_by(packet: Packet, host: str = "198.51.100.7") -> Raw:
    return Raw(bytes(IP(src="192.0.2.1", dst=host) / packet)[:28])


OUR_ECHO = ICMP(id=0x1234, seq=0x5678) / Raw(MARK)
WRONG_ECHO = ICMP(id=0x1234, seq=0x5678, chksum=ICMP(bytes(OUR_ECHO)).chksum ^ 1) / Raw(MARK)
OPTIONS = b"\1" * 8  # eight times "no operation"


@pytest.mark.parametrize(
    ("packet", "wanted"),
    [
        (TO_US / ECHO_REPLY, True),
        (IP(src="198.51.100.7", dst="192.0.2.1", options=Raw(OPTIONS)) / ECHO_REPLY, True),
        (IP(src="198.51.100.7", dst="192.0.2.2") / ECHO_REPLY, False),
        (TO_US / ICMP(type=0, id=0x1234, seq=0x5678) / Raw(MARK[:-1] + bytes([MARK[-1] ^ 1])), False),
        (TO_US / ICMP(type=0, id=0x1234, seq=0x5679) / Raw(MARK), False),
        (TO_US / ICMP(type=0, id=0x1235, seq=0x5678) / Raw(MARK), False),
        (IP(src="198.51.100.8", dst="192.0.2.1") / ECHO_REPLY, False),
        (TO_US / ICMP(type=8, id=0x1234, seq=0x5678) / Raw(MARK), False),
        (TO_US / ICMP(type=3, code=13) / Raw(b"x" * 28), False),
        (TO_US / ICMP(type=3, code=13) / asked_by(OUR_ECHO), True),
        (TO_US / ICMP(type=3, code=1) / asked_by(OUR_ECHO), False),
        (TO_US / ICMP(type=3, code=13) / asked_by(OUR_ECHO, "198.51.100.8"), False),
        (TO_US / ICMP(type=3, code=13) / asked_by(WRONG_ECHO), False),
        (TO_US / ICMP(type=11) / asked_by(OUR_ECHO), False),
        (TO_US / ICMP(type=3, code=3) / asked_by(TCP(sport=FROM[445, 0], dport=445)), True),
        (TO_US / ICMP(type=3, code=3) / asked_by(TCP(sport=FROM[445, 8], dport=445)), False),
        (TO_US / ICMP(type=3, code=3) / asked_by(UDP(sport=FROM[137, 0], dport=137)), True),
        (TO_US / ICMP(type=3, code=3) / asked_by(UDP(sport=FROM[137, 8], dport=137)), False),
        (TO_US / ICMP(type=3, code=3) / asked_by(UDP(sport=FROM[137, 0], dport=137), "198.51.100.8"), False),
        (TO_US / TCP(sport=445, dport=FROM[445, 0], flags="SA"), True),
        (TO_US / TCP(sport=445, dport=FROM[445, 7], flags="RA"), True),
        (TO_US / TCP(sport=445, dport=FROM[445, 8], flags="SA"), False),
        (TO_US / TCP(sport=445, dport=FROM[445, 0] - 256, flags="SA"), False),
        (TO_US / TCP(sport=445, dport=FROM[445, 0] + 256, flags="SA"), False),
        (TO_US / TCP(sport=445, dport=FROM[445, 0], flags="A"), False),
        (TO_US / UDP(sport=137, dport=FROM[137, 7]), True),
        (TO_US / UDP(sport=137, dport=FROM[137, 8]), False),
        (IP(src="198.51.100.7", dst="192.0.2.1", frag=5) / ECHO_REPLY, False),
        (TO_US / Raw(b"other"), False),
    ],
)
def test_the_kernel_passes_answers_and_nothing_else(
    gate: tuple[socket.socket, socket.socket],
    packet: IP,
    wanted: bool,  # noqa: FBT001 -- a table's column
) -> None:
    sources = [socket.inet_aton("203.0.113.1"), OURS]
    assert passes(gate, answers(sources, MARKS), bytes(packet)) is wanted


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seal=seals(), spread=st.sampled_from(SPREADS), source=words, port=ports, ours=ports, near=st.booleans())
def test_the_kernel_knows_our_ports_as_we_do(
    gate: tuple[socket.socket, socket.socket],
    seal: Seal,
    spread: Spread,
    source: int,
    port: int,
    ours: int,
    near: bool,  # noqa: FBT001 -- Hypothesis names its arguments
) -> None:
    ours = spread.first + ours % spread.size if near else ours
    marks = Marks(seal, spread)
    segment = TCP(sport=port, dport=ours, flags="SA")
    packet = bytes(IP(src=dotted(source), dst="192.0.2.1") / segment)
    assert passes(gate, answers([OURS], marks), packet) is (marks.turn(spread, source, port, ours) is not None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seal=seals(), source=octets, asked=rows)
def test_every_quoted_echo_request_of_ours_passes(
    gate: tuple[socket.socket, socket.socket], seal: Seal, source: bytes, asked: list[tuple[int, int]]
) -> None:
    program = answers([source], Marks(seal))
    for packet in cut(echo(source, seal), asked):
        error = IP(src="198.51.100.9", dst=socket.inet_ntoa(source)) / ICMP(type=3, code=13) / Raw(packet[:28])
        assert passes(gate, program, bytes(error))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seal=seals(), source=words, cookie=words, other=words)
def test_the_kernel_reckons_the_seal_as_we_do(
    gate: tuple[socket.socket, socket.socket], seal: Seal, source: int, cookie: int, other: int
) -> None:
    program = answers([OURS], Marks(seal))
    for brought in (seal.of(source, cookie), other):
        body = struct.pack("!BBHI", 0, 0, 0, cookie) + GREETING + brought.to_bytes(4, "big")
        header = struct.pack("!BBHHHBBH4s4s", 69, 0, 20 + len(body), 1, 0, 64, 1, 0, source.to_bytes(4, "big"), OURS)
        assert passes(gate, program, header + body) is (brought == seal.of(source, cookie))


def test_so_many_own_addresses_that_no_jump_reaches_over_them(gate: tuple[socket.socket, socket.socket]) -> None:
    sources = [struct.pack("!I", number) for number in range(300)]
    assert passes(gate, answers(sources, MARKS), bytes(TO_US / ECHO_REPLY))


def test_without_any_tcp_probe_no_tcp_passes(gate: tuple[socket.socket, socket.socket]) -> None:
    assert not passes(gate, answers([OURS], Marks(SEAL)), bytes(TO_US / TCP(sport=445, dport=FROM[445, 0], flags="SA")))


@pytest.mark.parametrize(("operation", "wanted"), [(1, False), (2, True)])
def test_of_arp_only_replies_pass(gate: tuple[socket.socket, socket.socket], operation: int, wanted: bool) -> None:  # noqa: FBT001 -- a table's column
    assert passes(gate, arp_replies(), bytes(ARP(op=operation, hwsrc="02:00:00:00:00:01"))) is wanted


@given(numbers=st.lists(words), mask=words)
def test_a_mask_turns_the_same_bits_of_every_number(numbers: list[int], mask: int) -> None:
    assert list(masked(array("I", numbers), mask)) == [number ^ mask for number in numbers]
