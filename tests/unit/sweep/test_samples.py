"""Odd replies: a few are kept, and scapy says what they say."""

from __future__ import annotations

from scapy.layers.inet import ICMP, IP
from scapy.layers.l2 import ARP

from probes.sweep.samples import MOST, Samples, described


def test_only_the_first_few_are_kept_and_not_the_whole_of_them() -> None:
    samples = Samples()
    for number in range(100):
        samples.keep(bytes([number]) * 2000)
    assert [packet[0] for packet in samples.kept] == list(range(MOST))
    assert {len(packet) for packet in samples.kept} == {128}


def test_scapy_says_what_a_packet_says() -> None:
    packet = bytes(IP(src="198.51.100.7", dst="192.0.2.1") / ICMP(type=3, code=13))
    assert "198.51.100.7 > 192.0.2.1" in described(packet)
    reply = ARP(op=2, hwsrc="02:00:00:00:00:07", psrc="198.51.100.7")
    assert "is at 02:00:00:00:00:07" in described(bytes(reply), arp=True)
    assert described(b"\x45\0")
