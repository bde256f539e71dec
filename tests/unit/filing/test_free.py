"""Which addresses are free, and that no other one ever is."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from itertools import islice
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from inventory.filing.free import free_addresses, is_free
from inventory.model.records import PrefixView, Purpose

if TYPE_CHECKING:
    from inventory.model.values import IPNetwork

OWN = PrefixView(ip_network("10.0.1.0/28"), "S1", "public", point="P1", gateway=ip_address("10.0.1.1"))


def texts(*prefixes: PrefixView, taken: str = "", kept: str = "", count: int = 20) -> list[str]:
    held = {("public", ip_address(word)) for word in taken.split()}
    barred = [ip_network(word) for word in kept.split()]
    return [str(found.ip) for found in islice(free_addresses(prefixes, "S1", held, barred), count)]


def test_the_lowest_come_first_without_ends_and_gateway() -> None:
    assert texts(OWN) == [f"10.0.1.{n}" for n in range(2, 15)]
    [first, *_rest] = free_addresses((OWN,), "S1", frozenset())
    assert (first.plane, first.prefix, first.point) == ("public", OWN.cidr, "P1")


def test_without_a_registered_gateway_neither_end_is_given() -> None:
    bare = PrefixView(ip_network("10.0.1.0/29"), "S1", "public")
    assert texts(bare) == ["10.0.1.2", "10.0.1.3", "10.0.1.4", "10.0.1.5"]


def test_what_is_taken_kept_or_anothers_is_left_out() -> None:
    other = PrefixView(ip_network("10.0.1.8/30"), "S2", "public")
    assert texts(OWN, other, taken="10.0.1.2 10.0.1.4", kept="10.0.1.12/31 10.0.1.14") == [
        "10.0.1.3", "10.0.1.5", "10.0.1.6", "10.0.1.7",
    ]  # fmt: skip


def test_another_plane_does_not_matter() -> None:
    elsewhere = PrefixView(ip_network("10.0.1.0/29"), "S2", "finance")
    assert texts(OWN, elsewhere)[0] == "10.0.1.2"
    found = free_addresses((OWN,), "S1", {("finance", ip_address("10.0.1.2"))})
    assert str(next(found).ip) == "10.0.1.2"


def test_only_what_is_given_by_hand_to_users() -> None:
    for odd in (
        PrefixView(OWN.cidr, "S1", "public", dhcp=True),
        PrefixView(OWN.cidr, "S1", "public", purpose=Purpose.RETIRED),
        PrefixView(OWN.cidr, "S1", "public", purpose=Purpose.MANAGEMENT),
        PrefixView(OWN.cidr, "S2", "public"),
    ):
        assert texts(odd) == []


def test_small_prefixes_and_ipv6() -> None:
    assert texts(PrefixView(ip_network("10.0.0.4/31"), "S1", "public", gateway=ip_address("10.0.0.4"))) == ["10.0.0.5"]
    assert texts(PrefixView(ip_network("10.0.0.4/32"), "S1", "public")) == ["10.0.0.4"]
    six = PrefixView(ip_network("2001:db8::/64"), "S1", "public", gateway=ip_address("2001:db8::1"))
    assert texts(six, count=2) == ["2001:db8::2", "2001:db8::3"]
    assert texts(six, kept="2001:db8::/65", count=1) == ["2001:db8:0:0:8000::"]
    low = PrefixView(ip_network("::/120"), "S1", "public")
    assert texts(low, count=1) == ["::2"]


ADDRESSES = st.integers(0, 255).map(lambda number: IPv4Address(0x0A000000 + number))
INNER = st.builds(lambda address, length: ip_network((address, length), strict=False), ADDRESSES, st.integers(25, 32))


@given(
    taken=st.frozensets(ADDRESSES), kept=st.lists(INNER, max_size=4), nested=st.lists(INNER, max_size=3),
    gateway=st.none() | ADDRESSES,
)  # fmt: skip
def test_walking_and_asking_agree(
    taken: frozenset[IPv4Address], kept: list[IPNetwork], nested: list[IPNetwork], gateway: IPv4Address | None
) -> None:
    own = PrefixView(ip_network("10.0.0.0/24"), "S1", "public", gateway=gateway)
    prefixes = (own, *(PrefixView(network, "S2", "public") for network in nested))
    held = {("public", address) for address in taken}
    free = {found.ip for found in free_addresses(prefixes, "S1", held, kept)}
    for number in range(256):
        address = IPv4Address(0x0A000000 + number)
        bad = (
            address in taken or address == gateway or number in {0, 255} or any(address in n for n in (*kept, *nested))
            or (gateway is None and number in {1, 254})
        )  # fmt: skip
        assert (address in free) == (not bad) == is_free(address, own, prefixes, held, kept)
    assert not any(isinstance(address, IPv6Address) for address in free)
