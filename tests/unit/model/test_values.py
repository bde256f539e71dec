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
        ("00:00:5e:00:01:0a", False, False, True, False),
        ("00:00:0c:9f:f0:01", False, False, True, False),
        ("52:54:00:12:34:56", False, True, False, True),
    ],
)
def test_kinds_of_mac(written: str, *, group: bool, local: bool, router: bool, station: bool) -> None:
    mac = Mac.parse(written)
    assert (mac.is_group, mac.is_local, mac.is_virtual_router, mac.is_station) == (group, local, router, station)


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
