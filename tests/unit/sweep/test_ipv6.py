"""IPv6 on the local link: known addresses are solicited, the others called.

scanner fd01::1 ── bridge ── host ::10 (answers), quiet ::20 (drops echo requests), strict ::30 (drops all but ND)
"""

from __future__ import annotations

from ipaddress import IPv6Address
from typing import TYPE_CHECKING

import pytest
from scapy.layers.inet6 import (
    HBHOptUnknown,
    ICMPv6EchoRequest,
    ICMPv6ND_NS,
    ICMPv6NDOptSrcLLAddr,
    IPv6,
    IPv6ExtHdrDestOpt,
)
from scapy.packet import Raw

from inventory.model.values import Mac
from probes.sweep.nd import call, solicitation
from probes.sweep.templates import GREETING
from tests.unit.sweep.spaces import Space, cable, run_sweep

if TYPE_CHECKING:
    from collections.abc import Callable

OWN, HOST, QUIET, STRICT = (f"02:00:00:00:06:{last}" for last in ("01", "10", "20", "30"))
DROPS_ECHO = """
table ip6 quiet {
  chain input {
    type filter hook input priority 0;
    ip6 nexthdr icmpv6 icmpv6 type echo-request drop
  }
}
"""
DROPS_ALL = """
table ip6 strict {
  chain input {
    type filter hook input priority 0; policy drop;
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
  }
}
"""


@pytest.fixture(scope="module")
def scanner(make_space: Callable[[], Space]) -> Space:
    scanner, wire, host, quiet, strict = (make_space() for _ in range(5))
    wire.run("ip link add name switch0 type bridge mcast_snooping 0; ip link set switch0 up")
    for name, space, mac, address in (
        ("scanner", scanner, OWN, "fd01::1"),
        ("host", host, HOST, "fd01::10"),
        ("quiet", quiet, QUIET, "fd01::20"),
        ("strict", strict, STRICT, "fd01::30"),
    ):
        cable(space, "lan", wire, name)
        wire.run(f"ip link set {name} master switch0")
        space.run(f"ip link set lan address {mac}; ip address add {address}/64 dev lan nodad")
    quiet.rules(DROPS_ECHO)
    strict.rules(DROPS_ALL)
    return scanner


def test_a_small_network_is_solicited_address_by_address(scanner: Space) -> None:
    swept = run_sweep(scanner, "fd01::/120", pace=[2000, 2000, 2000])
    found = swept.sightings
    assert [probe for probe, _, _ in found.pop("fd01::1")] == ["icmp"]
    assert found == {
        "fd01::10": [("nd", "neighbour advertisement", HOST)],
        "fd01::20": [("nd", "neighbour advertisement", QUIET)],
        "fd01::30": [("nd", "neighbour advertisement", STRICT)],
    }
    assert swept.limits == set()


def test_a_vast_network_on_the_link_is_called_and_known_hosts_are_solicited(scanner: Space) -> None:
    swept = run_sweep(scanner, ("fd01::/64", None, None, ["fd01::30", "fd01::99"]))
    assert swept.sightings == {
        "fd01::10": [("icmp", "echo reply to all nodes", HOST)],
        "fd01::20": [("icmp", "parameter problem, called with all nodes", QUIET)],
        "fd01::30": [("nd", "neighbour advertisement", STRICT)],
    }
    assert swept.limits == {"vast"}
    assert swept.asked == 4


def test_a_vast_network_elsewhere_says_what_was_not_asked(scanner: Space) -> None:
    scanner.run("ip -6 route replace fd77::/64 via fd01::10")
    swept = run_sweep(scanner, ("fd77::/64", None, None, ["fd77::5"]), timeout_s=0.1)
    assert swept.sightings == {}
    assert swept.limits == {"vast-elsewhere"}
    assert swept.asked == 1


def test_without_privilege_a_vast_network_says_so_as_well(scanner: Space) -> None:
    swept = run_sweep(scanner, ("fd01::/64", None, None, ["fd01::10"]), drop="before")
    assert set(swept.sightings) == {"fd01::10"}
    assert swept.limits >= {"vast-elsewhere", "no-arp"}


@pytest.mark.parametrize("strange", [False, True])
def test_a_call_is_what_scapy_builds(strange: bool) -> None:  # noqa: FBT001 -- a table's column
    source, secret = IPv6Address("fd01::1"), b"idsq12345678"
    echo = ICMPv6EchoRequest(id=0x6964, seq=0x7371) / Raw(GREETING + secret[4:])
    header = IPv6(src=str(source), dst="ff02::1", hlim=1)
    if strange:
        header /= IPv6ExtHdrDestOpt(options=[HBHOptUnknown(otype=0x80, optdata=bytes(4))])
    assert call(source.packed, secret, strange=strange) == bytes(header / echo)


def test_a_solicitation_is_what_scapy_builds() -> None:
    source, target = IPv6Address("fd01::1"), IPv6Address("fd01::ab:cdef")
    header = IPv6(src=str(source), dst="ff02::1:ffab:cdef", hlim=255)
    theirs = header / ICMPv6ND_NS(tgt=str(target)) / ICMPv6NDOptSrcLLAddr(lladdr=OWN)
    assert solicitation(Mac.parse(OWN), source.packed, target.packed) == bytes(theirs)
