"""What a packet claims is read as it is written; garbage claims nothing."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import ICMP, IP, TCP
from scapy.layers.l2 import ARP
from scapy.packet import Raw

from inventory.model.facts import ProbeKind
from probes.sweep.replies import Claim, Station, claim, station
from probes.sweep.seal import Marks, Seal, Spread
from probes.sweep.templates import GREETING

SEAL = Seal.drawn()
HOST, HOST_NUMBER = "198.51.100.7", int.from_bytes(socket.inet_aton("198.51.100.7"), "big")
FROM_HOST = IP(src=HOST, dst="192.0.2.1", ttl=61)
ROUTER = int.from_bytes(socket.inet_aton("198.51.100.254"), "big")
FROM_ROUTER = IP(src="198.51.100.254", dst="192.0.2.1", ttl=62)
COOKIE = 0x12345678
MARK = SEAL.of(HOST_NUMBER, COOKIE).to_bytes(4, "big")
MARKS = Marks(SEAL, Spread(40960, 256))
PORT = 40960 + (SEAL.of(HOST_NUMBER, 445) + 3) % 256  # of the fourth round
OUR_ECHO = bytes(IP(src="192.0.2.1", dst=HOST) / ICMP(id=0x1234, seq=0x5678) / Raw(GREETING + MARK))
OUR_SYN = bytes(IP(src="192.0.2.1", dst=HOST) / TCP(sport=PORT, dport=445, seq=0x12345678, flags="S"))


@pytest.mark.parametrize(
    ("packet", "claimed"),
    [
        (
            FROM_HOST / ICMP(type=0, id=0x1234, seq=0x5678) / Raw(GREETING + MARK),
            Claim(HOST_NUMBER, ProbeKind.ICMP, 0, COOKIE, "echo reply", 61),
        ),
        (
            FROM_HOST / TCP(sport=445, dport=PORT, ack=COOKIE + 1, flags="SA"),
            Claim(HOST_NUMBER, ProbeKind.TCP, 445, COOKIE, "tcp/445 open", 61, turn=3),
        ),
        (
            FROM_HOST / TCP(sport=445, dport=PORT, ack=0, flags="RA"),
            Claim(HOST_NUMBER, ProbeKind.TCP, 445, 0xFFFFFFFF, "tcp/445 refused", 61, turn=3),
        ),
        (FROM_HOST / TCP(sport=445, dport=PORT, ack=COOKIE + 1, flags="R"), None),
        (FROM_HOST / TCP(sport=445, dport=PORT ^ 128, ack=COOKIE + 1, flags="SA"), None),
        (FROM_HOST / TCP(sport=139, dport=80, ack=COOKIE + 1, flags="SA"), None),
        (FROM_HOST / TCP(sport=445, dport=PORT, ack=COOKIE + 1, flags="A"), None),
        (
            FROM_HOST / ICMP(type=3, code=10) / Raw(OUR_ECHO[:28]),
            Claim(HOST_NUMBER, ProbeKind.ICMP, 0, COOKIE, "icmp unreachable 3/10", None),
        ),
        (
            FROM_ROUTER / ICMP(type=3, code=13) / Raw(OUR_ECHO),
            Claim(HOST_NUMBER, ProbeKind.ICMP, 0, COOKIE, "icmp unreachable 3/13", None, fence=True, router=ROUTER),
        ),
        (
            FROM_ROUTER / ICMP(type=3, code=3) / Raw(OUR_SYN[:28]),
            Claim(HOST_NUMBER, ProbeKind.TCP, 445, COOKIE, "tcp/445 icmp unreachable 3/3", None, fence=True, turn=3),
        ),
        (FROM_ROUTER / ICMP(type=3, code=1) / Raw(OUR_ECHO), None),  # no such host: silence said aloud
        (FROM_ROUTER / ICMP(type=3, code=13) / Raw(OUR_ECHO[:24]), None),
        (FROM_HOST / ICMP(type=0) / Raw(GREETING), None),
        (FROM_HOST / ICMP(type=0, id=0x1234, seq=0x5679) / Raw(GREETING + MARK), None),
        (FROM_ROUTER / ICMP(type=0, id=0x1234, seq=0x5678) / Raw(GREETING + MARK), None),
    ],
)
def test_a_packet_claims_what_it_says(packet: IP, claimed: Claim | None) -> None:
    assert claim(bytes(packet), MARKS) == claimed


def test_an_arp_reply_names_a_station() -> None:
    reply = ARP(op=2, hwsrc="02:00:00:00:00:07", psrc=HOST, hwdst="02:00:00:00:00:01", pdst="192.0.2.1")
    told = Station(HOST_NUMBER, bytes.fromhex("020000000007"), bytes.fromhex("020000000001"), b"\xc0\x00\x02\x01")
    assert station(bytes(reply)) == told
    assert station(bytes(ARP(op=1))) is None
    assert station(bytes(ARP(op=2, hwtype=6))) is None


@given(data=st.binary(max_size=100))
def test_garbage_claims_nothing_that_breaks(data: bytes) -> None:
    told = claim(data, MARKS)
    assert told is None or 0 <= told.cookie <= 0xFFFFFFFF
    assert station(data) is None or len(data) >= 28


@given(cut=st.integers(min_value=0, max_value=60))
def test_what_was_cut_off_breaks_nothing(cut: int) -> None:
    for whole in (FROM_ROUTER / ICMP(type=3, code=13) / Raw(OUR_SYN), FROM_HOST / TCP(flags="SA")):
        told = claim(bytes(whole)[:cut], MARKS)
        assert told is None or told.kind == "tcp"
