"""UDP questions: what is sent is right, what real programs answered is understood, garbage says nothing."""

from __future__ import annotations

import socket
import struct
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.dns import DNS, DNSQR
from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.netbios import NBNSHeader, NBNSNodeStatusRequest
from scapy.packet import Raw

from inventory.model.facts import ProbeKind
from probes.contract import ProbePlan
from probes.sweep.catalogue import CLOSED, QUESTIONS, said
from probes.sweep.packets import stamped
from probes.sweep.replies import claim
from probes.sweep.schedule import Way, steps
from probes.sweep.seal import Marks, Seal, Spread
from probes.sweep.templates import udp
from tests.unit.sweep.recorded import ANSWERS, SAID

COOKIE = 0x12345678
OURS = "192.0.2.1"
words = st.integers(min_value=0, max_value=0xFFFFFFFF)
corners = st.sampled_from([0, 0xFFFF, 0xFFFF0000, 0xFFFFFFFF, 0x0001FFFE])
rows = st.lists(st.tuples(words | corners, words | corners), min_size=1, max_size=20)


SEAL, SPREAD = Seal.drawn(), Spread(50048, 64)
HOST = int.from_bytes(socket.inet_aton("198.51.100.7"), "big")


def ours(address: int, port: int) -> int:
    """Return the port that is asked from in the third round."""
    return SPREAD.first + (SEAL.of(address, port) + 2) % SPREAD.size


def test_what_scapy_knows_is_asked_as_scapy_asks() -> None:
    status = NBNSHeader(NAME_TRN_ID=0x1234, NM_FLAGS=0) / NBNSNodeStatusRequest(QUESTION_NAME=b"*" + bytes(14))
    assert QUESTIONS[137].ask(COOKIE) == bytes(status)
    services = DNS(id=0x1234, rd=0, qd=DNSQR(qname="_services._dns-sd._udp.local", qtype="PTR"))
    assert QUESTIONS[5353].ask(COOKIE) == bytes(services)


@pytest.mark.parametrize("port", list(QUESTIONS))
@given(source=st.binary(min_size=4, max_size=4), asked=rows)
def test_every_datagram_is_what_scapy_builds(port: int, source: bytes, asked: list[tuple[int, int]]) -> None:
    template = udp(source, SEAL, SPREAD, 2, QUESTIONS[port])
    packets = bytes(stamped(template, array("I", [a for a, _ in asked]), array("I", [c for _, c in asked])))
    size = len(template.octets)
    for number, (address, cookie) in enumerate(asked):
        header = IP(src=socket.inet_ntoa(source), dst=socket.inet_ntoa(address.to_bytes(4, "big")), id=cookie & 0xFFFF)
        theirs = header / UDP(sport=ours(address, port), dport=port) / Raw(QUESTIONS[port].ask(cookie))
        assert packets[number * size : (number + 1) * size] == bytes(theirs)


@pytest.mark.parametrize("port", list(QUESTIONS))
def test_a_real_answer_brings_the_cookie_back_and_says_who_answers(port: int) -> None:
    told = QUESTIONS[port].read(ANSWERS[port])
    assert told is not None
    assert told.cookie == COOKIE & QUESTIONS[port].keep
    assert said(port, told.detail) == SAID[port]
    packet = IP(src="198.51.100.7", dst=OURS, ttl=127) / UDP(sport=port, dport=ours(HOST, port)) / Raw(ANSWERS[port])
    heard = claim(bytes(packet), Marks(SEAL, udp=SPREAD))
    assert heard is not None
    assert (heard.kind, heard.port, heard.detail, heard.ttl) == (ProbeKind.UDP, port, SAID[port], 127)
    assert (heard.cookie ^ COOKIE) & heard.bits == 0
    assert heard.turn == 2


def test_a_windows_host_tells_its_card_and_a_name_in_its_own_code_page() -> None:
    names = b"".join(
        name.ljust(15) + suffix + flags
        for name, suffix, flags in (
            ("源城-01".encode("gb18030"), b"\x00", b"\x04\x00"),
            (b"YC", b"\x00", b"\x84\x00"),
            (b"YC", b"\x1e", b"\x84\x00"),
        )
    )
    data = bytes((3,)) + names + bytes.fromhex("00e0fc123456") + bytes(40)
    answer = ANSWERS[137][:54] + len(data).to_bytes(2, "big") + data
    told = QUESTIONS[137].read(answer)
    assert told is not None
    assert told.detail == "name=源城-01 group=YC mac=00:e0:fc:12:34:56"


@pytest.mark.parametrize("kind", [1, 28])
def test_an_address_record_beside_the_services_names_the_host(kind: int) -> None:
    name = b"\x07printer\x05local\0"
    address = bytes(4 if kind == 1 else 16)
    record = name + struct.pack("!HHIH", kind, 0x8001, 120, len(address)) + address
    answer = bytearray(ANSWERS[5353] + record)
    answer[10:12] = (int.from_bytes(answer[10:12], "big") + 1).to_bytes(2, "big")  # one more additional record
    told = QUESTIONS[5353].read(bytes(answer))
    assert told is not None
    assert told.detail == "name=printer.local services=_workstation._tcp"


@pytest.mark.parametrize(
    ("engine", "detail"),
    [
        ("800007db0300e0fc123456", "engine=800007db0300e0fc123456 enterprise=2011 mac=00:e0:fc:12:34:56"),
        ("800063a2044849", "engine=800063a2044849 enterprise=25506 name=HI"),
        ("0000000902000002", "engine=0000000902000002 enterprise=9"),
        ("", ""),
    ],
)
def test_an_engine_identifier_names_its_maker(engine: str, detail: str) -> None:
    octets = bytes.fromhex(engine)
    inside = bytes((4, len(octets))) + octets
    security = bytes((4, 2 + len(inside), 48, len(inside))) + inside
    head = bytes.fromhex("3011020452345678020300ffe3040100020103")
    message = b"\2\1\3" + head + security + b"\x30\0"
    told = QUESTIONS[161].read(bytes((48, len(message))) + message)
    assert told is not None
    assert told.detail == detail


def test_a_refusal_that_quotes_little_is_known_by_the_mark_in_the_header() -> None:
    asked = bytes(
        IP(src=OURS, dst="198.51.100.7", id=COOKIE & 0xFFFF) / UDP(sport=ours(HOST, 137), dport=137) / Raw(b"x" * 50)
    )
    error = ICMP(type=3, code=3) / Raw(asked[:28])
    heard = claim(bytes(IP(src="198.51.100.7", dst=OURS) / error), Marks(SEAL, udp=SPREAD))
    assert heard is not None
    assert (heard.cookie, heard.bits, heard.fence) == (COOKIE & 0xFFFF, 0xFFFF, False)
    assert heard.detail == "udp/137 icmp unreachable 3/3"
    fence = claim(bytes(IP(src="198.51.100.254", dst=OURS) / error), Marks(SEAL, udp=SPREAD))
    assert fence is not None
    assert fence.fence


@pytest.mark.parametrize("port", list(QUESTIONS))
@given(data=st.binary(max_size=200))
def test_garbage_says_nothing_that_breaks(port: int, data: bytes) -> None:
    told = QUESTIONS[port].read(data)
    assert told is None or (0 <= told.cookie <= 0xFFFFFFFF and told.detail.isprintable())


@pytest.mark.parametrize("port", list(QUESTIONS))
@given(cut=st.integers(min_value=0, max_value=240), flip=st.integers(min_value=0, max_value=8 * 200))
def test_what_was_cut_or_changed_breaks_nothing(port: int, cut: int, flip: int) -> None:
    data = bytearray(ANSWERS[port][:cut])
    if flip // 8 < len(data):
        data[flip // 8] ^= 1 << flip % 8
    told = QUESTIONS[port].read(bytes(data))
    assert told is None or told.detail.isprintable()


def test_a_closed_port_stands_in_for_an_echo_that_may_not_be_sent() -> None:
    plan = ProbePlan(kinds=frozenset({ProbeKind.ICMP, ProbeKind.UDP}), retries=0)
    assert [(s.kind, s.port) for s in steps(plan, Way.ROUTED, icmp=False)] == [
        (ProbeKind.UDP, CLOSED),
        *((ProbeKind.UDP, port) for port in QUESTIONS),
    ]
    assert [s.kind for s in steps(plan, Way.ROUTED, icmp=True)] == [ProbeKind.ICMP] + [ProbeKind.UDP] * len(QUESTIONS)
