"""Who resolves what, how fast it may be made to, and when its table can be relied on."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.facts import AddressFact
from netaudit.app.resolvers import INCOMPLETE_S, Resolver, assigned, groups, resolver_of, trusted
from probes.contract import Block, Lane

AT = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def link(device: str, address: str, plane: str = "public") -> AddressFact:
    ip, _, length = address.partition("/")
    return AddressFact(device, plane, ip_address(ip), 1, AT, int(length) if length else None)


def gateway(device: str, *addresses: str, table: int = 1024) -> Resolver:
    return resolver_of(device, [link(device, address) for address in addresses], table)


def block(cidr: str, plane: str = "public", lane: Lane | None = None) -> Block:
    network = ip_network(cidr)
    return Block(f"scan:{plane}:{cidr}", plane, network, tuple(network), None, lane)


CORE = gateway("core", "10.1.0.1/16", "10.9.9.9/32", "10.2.0.254", "fd01::1/64")
TOWN = gateway("town", "10.1.0.2/16", "10.3.0.1/24")


@pytest.mark.parametrize(
    ("asked", "registered", "expected"),
    [
        (block("10.1.7.0/24"), None, "core+town"),
        (block("10.3.0.0/25"), None, "town"),
        (block("10.3.0.0/23"), None, None),  # only a part of it is on the link
        (block("10.9.9.9/32"), None, None),  # its own address is no link
        (block("10.2.0.0/24"), None, None),  # of that link the mask is not known,
        (block("10.2.0.0/24"), "10.2.0.254", "core"),  # but it is the registered gateway
        (block("10.1.7.0/24", "vpn"), None, None),
        (block("fd01::/120"), None, "core"),
        (block("192.168.1.0/24"), None, None),  # on our own link
    ],
)
def test_a_gateway_resolves_what_is_on_its_links(asked: Block, registered: str | None, expected: str | None) -> None:
    gateways = {asked.key: ip_address(registered)} if registered else {}
    near = (ip_network("192.168.0.0/16"),)
    readable = [CORE, TOWN, gateway("near", "192.168.0.1/16")]
    heard, others = assigned([asked], readable, 100, gateways, near)
    assert [entry[0].gateway for entry in heard] == ([expected] if expected else [])
    assert others == ([] if expected else [asked])


@given(table=st.integers(min_value=64, max_value=100_000), wanted=st.floats(min_value=0.1, max_value=10_000))
def test_a_table_never_overflows_and_is_read_before_a_quarter_is_new(table: int, wanted: float) -> None:
    one = gateway("gw", "10.1.0.1/24", table=table)
    ((asked, _found),), _ = assigned([block("10.1.0.0/24")], [one], wanted, {}, ())
    assert asked.lane
    assert asked.lane.pps <= wanted
    assert asked.lane.pps * INCOMPLETE_S <= table / 2
    assert one.read_every_s(wanted) * asked.lane.pps <= table / 4 * 1.001


def test_the_narrower_way_decides_and_the_gateway_is_shared() -> None:
    village = Lane("village", 20.0)
    found, _ = assigned([block("10.3.0.0/25", lane=village), block("10.3.0.128/25")], [TOWN], 100, {}, ())
    narrow, wide = (entry[0] for entry in found)
    assert (narrow.lane, wide.lane) == (Lane("village>town", 20.0), Lane("gateway:town", 100.0))
    assert narrow.gateway == wide.gateway == "town"


def test_groups_take_some_of_every_gateway_and_all_in_the_end() -> None:
    blocks = [block(f"10.1.{n}.0/24") for n in range(5)] + [block("10.3.0.0/24")]
    heard, _ = assigned(blocks, [CORE, gateway("town", "10.3.0.1/24")], 100, {}, ())
    assert [[str(entry[0].network) for entry in group] for group in groups(heard, 2)] == [
        ["10.1.0.0/24", "10.1.1.0/24", "10.3.0.0/24"],
        ["10.1.2.0/24", "10.1.3.0/24"],
        ["10.1.4.0/24"],
    ]


@pytest.mark.parametrize(
    ("answered", "known", "expected"),
    [
        (0, range(10, 20), True),  # all are silent, and it knows some of them
        (0, range(0), False),  # nothing shows that it is their table
        (100, range(100), True),
        (100, range(2, 100), True),
        (100, range(50), False),  # it lost entries
        (1, range(300, 400), False),  # it knows of nobody who was asked
    ],
)
def test_a_table_is_relied_on_when_it_knows_who_answered(answered: int, known: range, *, expected: bool) -> None:
    places = [("public", ip_address("10.0.0.0") + n) for n in range(400)]
    assert trusted(places[:answered], places[:256], {places[n] for n in known}) is expected
