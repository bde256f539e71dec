"""Packets: what we send is right, and what comes back counts only when it proves itself."""

from __future__ import annotations

import socket
import struct
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import ICMP, IP
from scapy.layers.l2 import ARP
from scapy.packet import Raw

from inventory.model.values import Mac
from probes.sweep.arp import template
from probes.sweep.icmp import matches, quoted, request
from probes.sweep.limits import LIMITS
from probes.sweep.templates import GREETING
from probes.sweep.unreachable import IP_RECVERR, Unreachable, from_control

secrets = st.binary(min_size=6, max_size=6)
sequences = st.integers(min_value=0, max_value=65535)


@given(secret=secrets, sequence=sequences)
def test_an_echo_request_is_what_scapy_would_build(secret: bytes, sequence: int) -> None:
    identifier = int.from_bytes(secret[:2], "big")
    theirs = bytes(ICMP(type=8, id=identifier, seq=sequence) / Raw(GREETING + secret[2:]))
    ours = request(4, secret, sequence)
    assert ours[4:] == theirs[4:]
    assert {ours[2:4], theirs[2:4]} in ({ours[2:4]}, {b"\0\0", b"\xff\xff"})  # two writings of zero, RFC 1624 §3
    assert len(ours) + 20 + 14 == 60  # a minimum frame


@given(secret=secrets, sequence=sequences, bit=st.integers(min_value=0, max_value=26 * 8 - 1))
def test_a_reply_with_one_wrong_bit_does_not_count(secret: bytes, sequence: int, bit: int) -> None:
    reply = bytearray(request(4, secret, sequence))
    assert matches(bytes(reply), secret, raw=True) == sequence
    reply[bit // 8] ^= 1 << bit % 8
    if bit // 8 >= 8 or bit // 8 in {4, 5}:  # payload and identifier; the sequence is compared with those sent
        assert matches(bytes(reply), secret, raw=True) is None
    elif bit // 8 in {6, 7}:
        assert matches(bytes(reply), secret, raw=True) != sequence


@given(data=st.binary(max_size=80))
def test_garbage_is_no_message(data: bytes) -> None:
    assert matches(data, b"\1\2\3\4\5\6", raw=True) is None
    for version in (4, 6):
        found = quoted(version, data)
        assert found is None or len(found[1]) >= 8
    assert from_control([(socket.IPPROTO_IP, IP_RECVERR, data)]) is None or len(data) >= 24


def test_the_packet_a_router_quotes_is_found() -> None:
    echo = request(4, b"secret", 7)
    error = bytes(ICMP(type=3, code=13)) + bytes(IP(src="192.0.2.1", dst="192.0.2.9") / Raw(echo))[:20]
    inner = bytearray(error)
    inner[8 + 9] = socket.IPPROTO_ICMP
    assert quoted(4, bytes(inner) + echo[:8]) == ("192.0.2.9", echo[:8])


def test_who_refuses_is_read_from_the_error_queue() -> None:
    extended = struct.pack("=IBBBBII", 113, 2, 3, 13, 0, 0, 0)
    offender = struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton("192.0.2.254"))
    error = from_control([(socket.IPPROTO_IP, IP_RECVERR, extended + offender)])
    assert error == Unreachable(4, "192.0.2.254", 3, 13)
    assert error.blocked
    local = struct.pack("=IBBBBII", 113, 1, 0, 0, 0, 0, 0)
    assert from_control([(socket.IPPROTO_IP, IP_RECVERR, local + offender)]) is None


@pytest.mark.parametrize(("version", "code", "blocked"), [(4, 1, False), (4, 0, False), (4, 3, True), (4, 10, True)])
def test_a_missing_host_is_not_a_fence(version: int, code: int, blocked: bool) -> None:  # noqa: FBT001 -- a table's column
    assert Unreachable(version, "192.0.2.254", 3, code).blocked is blocked


def test_the_arp_template_asks_in_our_name() -> None:
    packet = template(Mac.parse("02:00:00:00:00:01"), IPv4Address("192.0.2.1"))
    told = ARP(packet[:24] + socket.inet_aton("192.0.2.7"))
    assert len(packet) == 28
    assert (told.op, told.hwsrc, told.psrc, told.pdst) == (1, "02:00:00:00:00:01", "192.0.2.1", "192.0.2.7")


def test_every_limit_has_its_sentence() -> None:
    assert all(str(sentence).endswith(".") for sentence in LIMITS.values())
