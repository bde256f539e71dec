"""Replacements: the same for the same key, no two for one, subnets and makers kept."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.pseudonyms import Pseudonyms
from inventory.model.values import Mac

KEY = b"a key of the tests, long enough"
NAMED = Pseudonyms(KEY)
V4 = st.ip_addresses(v=4)
V6 = st.ip_addresses(v=6)
MACS = st.binary(min_size=6, max_size=6).map(Mac.from_bytes)


def common(one: int, other: int, bits: int) -> int:
    return bits - (one ^ other).bit_length()


@given(V4, V4)
def test_a_shared_prefix_stays_as_long(one: IPv4Address, other: IPv4Address) -> None:
    assert common(int(one), int(other), 32) == common(int(NAMED.ip(one)), int(NAMED.ip(other)), 32)


@given(V6, V6)
def test_a_shared_subnet_stays_one(one: IPv6Address, other: IPv6Address) -> None:
    if one.is_multicast or other.is_multicast or one.ipv4_mapped or other.ipv4_mapped:
        return
    before = min(64, common(int(one), int(other), 128))
    assert before <= common(int(NAMED.ip(one)), int(NAMED.ip(other)), 128)


@given(st.one_of(V4, V6))
def test_the_kind_of_an_address_stays(address: IPv4Address | IPv6Address) -> None:
    other = NAMED.ip(address)
    assert type(other) is type(address)
    assert (other.is_multicast, other.is_loopback, other.is_unspecified) == (
        address.is_multicast,
        address.is_loopback,
        address.is_unspecified,
    )
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fe80::/10"):
        kept = ip_network(network)
        if kept.version == address.version:
            assert (address in kept) == (other in kept)


@pytest.mark.parametrize(
    "address", ["255.255.255.0", "255.255.255.255", "224.0.0.5", "127.0.0.1", "0.0.0.0", "::1", "::"]
)
def test_what_names_nobody_stays(address: str) -> None:
    assert NAMED.ip(ip_address(address)) == ip_address(address)


@given(MACS)
def test_a_card_keeps_its_maker(mac: Mac) -> None:
    other = NAMED.mac(mac)
    assert other.oui == mac.oui
    assert other.is_station == mac.is_station
    assert other == NAMED.mac(mac) == Pseudonyms(KEY).mac(mac)


def test_no_two_cards_of_a_maker_become_one() -> None:
    cards = [Mac.from_bytes(b"\x00\x1a\x2b" + number.to_bytes(3)) for number in range(20_000)]
    assert len({NAMED.mac(card) for card in cards}) == len(cards)
    assert sum(NAMED.mac(card) == card for card in cards) < 3


def test_an_address_made_of_a_card_follows_the_card() -> None:
    card = Mac("00:1a:2b:12:34:56")
    made = NAMED.ip(ip_address("fe80::21a:2bff:fe12:3456"))
    expected = NAMED.mac(card).text.replace(":", "")[6:]
    assert made.packed[13:].hex() == expected


def test_another_key_is_another_world() -> None:
    other = Pseudonyms(b"another key of the tests")
    assert other.ip(ip_address("10.20.3.14")) != NAMED.ip(ip_address("10.20.3.14"))
    assert other.name("core-1") != NAMED.name("core-1")
    with pytest.raises(ValueError, match="16"):
        Pseudonyms(b"short")


@pytest.mark.parametrize(
    "spelled",
    [
        "00e0-fc12-3456",
        "00E0.FC12.3456",
        "00:e0:fc:12:34:56",
        "00-E0-FC-12-34-56",
        "00e0fc123456",
        "00e0fc-123456",
        "00 e0 fc 12 34 56",
    ],
)
def test_a_text_says_the_same_of_others(spelled: str) -> None:
    told = NAMED.text(f"core-1 at 10.20.3.14 (fe80::1234) has {spelled}, SN: 2102359579DM", [("core-1", "name-x")])
    mine = NAMED.mac(Mac.parse(spelled))
    assert told.startswith("name-x at ")
    assert str(NAMED.ip(ip_address("10.20.3.14"))) in told
    assert mine.text.replace(":", "")[6:] in told.lower().translate(dict.fromkeys(map(ord, "-.: ")))
    for secret in ("core-1", "10.20.3.14", spelled, "2102359579DM", "fe80::1234"):
        assert secret not in told


def test_versions_and_ports_stay() -> None:
    told = "Version 5.170 V200R010C00SPC600 GigabitEthernet0/0/1 S5720-28P-SI-AC Release 6318P01"
    assert NAMED.text(told) == told


@pytest.mark.parametrize(
    "written",
    [
        "Software Version 9.5.0.5(R)",
        "SW version    1.3.7.18 ( date  12-Jan-2014 )",
        "Firmware: 2.60.1.12",
        "Release 7.1.0.70",
        "V5.10.0.50",
        "BootRom Version 9.5.0.3",
    ],
)
def test_four_numbers_behind_the_word_version_are_no_address(written: str) -> None:
    assert NAMED.text(written) == written


@pytest.mark.parametrize("before", ["server ", "", "from version 2 to ", "ip=", "reversion is "])
def test_four_numbers_elsewhere_are_one(before: str) -> None:
    assert "10.20.3.4" not in NAMED.text(f"{before}10.20.3.4")
