"""MAC addresses in every spelling, (plane, IP), texts."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.text import Text, text
from inventory.model.values import Address, Mac, narrow

OCTETS = st.binary(min_size=6, max_size=6)
SPELLINGS = (
    lambda h: ":".join(h[i : i + 2] for i in range(0, 12, 2)),
    lambda h: "-".join(h[i : i + 2] for i in range(0, 12, 2)).upper(),
    lambda h: "-".join(h[i : i + 4] for i in range(0, 12, 4)),
    lambda h: ".".join(h[i : i + 4] for i in range(0, 12, 4)),
    lambda h: h,
    lambda h: " ".join(h[i : i + 2] for i in range(0, 12, 2)),
    lambda h: "".join(
        chr(ord(c) + 0xFEE0) for c in "：".join(h[i : i + 2] for i in range(0, 12, 2)) if c != "："
    ).upper(),
)


@given(OCTETS, st.sampled_from(SPELLINGS))
def test_every_spelling_reads_as_the_same_mac(octets: bytes, spell: object) -> None:
    assert callable(spell)
    assert Mac.parse(spell(octets.hex())) == Mac.from_bytes(octets)


@pytest.mark.parametrize("written", ["", "00:11:22:33:44", "00:11:22:33:44:5g", "0011223344556", "1.23E+10", "随机"])
def test_what_is_no_mac_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a MAC"):
        Mac.parse(written)


@pytest.mark.parametrize(
    ("written", "group", "local", "router", "station"),
    [
        ("00:e0:fc:12:34:56", False, False, False, True),
        ("01:00:5e:00:00:01", True, False, False, False),
        ("ff:ff:ff:ff:ff:ff", True, True, False, False),
        ("00:00:00:00:00:00", False, False, False, False),
        ("52:54:00:12:34:56", False, True, False, True),
    ],
)
def test_kinds_of_mac(written: str, *, group: bool, local: bool, router: bool, station: bool) -> None:
    mac = Mac.parse(written)
    assert (mac.is_group, mac.is_local, mac.is_virtual_router, mac.is_station) == (group, local, router, station)


@pytest.mark.parametrize(
    ("written", "virtual"),
    [
        ("00:00:5e:00:01:0a", True),  # VRRP, IPv4; CARP
        ("00:00:5e:00:02:65", True),  # VRRP, IPv6
        ("00:00:5e:00:03:01", False),
        ("00:00:5e:90:00:01", False),  # another of IANA's blocks
        ("00:00:0c:07:ac:15", True),  # HSRP
        ("00:00:0c:07:ad:15", False),  # Cisco's own hardware
        ("00:00:0c:9f:f0:01", True),  # HSRP version 2
        ("00:00:0c:9f:e0:01", False),
        ("00:05:73:a0:0f:ff", True),  # HSRP, IPv6
        ("00:05:73:a0:10:00", False),
        ("00:07:b4:00:1e:02", True),  # GLBP
        ("00:07:b4:03:ff:04", True),  # GLBP, group 1023
        ("00:07:b4:04:00:01", False),
        ("00:0f:e2:ff:00:11", True),  # H3C, VRRP that balances the load
        ("00:0f:e2:ff:40:b1", True),
        ("00:0f:e2:01:00:11", False),  # H3C's own hardware
    ],
)
def test_cards_of_redundancy_protocols_are_nobodys(written: str, *, virtual: bool) -> None:
    mac = Mac.parse(written)
    assert (mac.is_virtual_router, mac.is_station) == (virtual, not virtual)


def test_the_same_ip_in_two_planes_is_two_addresses() -> None:
    assert Address.parse("192.168.1.5", "vpn-a") != Address.parse("192.168.1.5", "vpn-b")
    assert str(Address.parse("１９２.168.1.5")) == "192.168.1.5"
    assert Address.parse("2001:DB8::1").ip == ip_address("2001:db8::1")


@given(st.text())
def test_narrow_never_fails_and_settles(written: str) -> None:
    assert narrow(narrow(written)) == narrow(written)


def test_a_text_renders_its_parts_first() -> None:
    inner = text("{count} rows", count=3)
    whole = text("read in part: {what}", what=inner)
    chinese = {"{count} rows": "{count} 行", "read in part: {what}": "部分读取：{what}"}
    assert whole.render(lambda message: chinese[message]) == "部分读取：3 行"
    assert str(whole) == "read in part: 3 rows"
    assert Text.of_plain(whole.plain()) == whole
