"""Indexes and cells: what decodes, and that nothing else does."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inventory.model.values import Mac
from probes.mibs.cells import Oid, inet_address, mac_of_index, physical_address, words

octets = st.integers(0, 255)
arcs = st.lists(st.integers(0, 2**32 - 1), max_size=24).map(tuple)


@given(st.binary(min_size=6, max_size=6))
def test_a_mac_index_with_and_without_its_length(raw: bytes) -> None:
    assert mac_of_index(tuple(raw)) == mac_of_index((6, *raw)) == Mac.from_bytes(raw)


@given(arcs)
def test_any_index_is_a_mac_or_nothing(index: Oid) -> None:
    mac = mac_of_index(index)
    fits = len(index) == 6 or (len(index) == 7 and index[0] == 6)
    assert (mac is not None) == (fits and all(arc < 256 for arc in index))


@given(st.ip_addresses(), st.booleans())
@example("3.1.2.3", False)  # an octet that could be taken for the length of the rest
@example("f00::", False)
def test_inet_address_round_trip(ip: object, with_length: bool) -> None:  # noqa: FBT001 -- drawn
    address = ip_address(str(ip))
    packed = tuple(address.packed)
    kind = 1 if address.version == 4 else 2
    assert inet_address((kind, *((len(packed),) if with_length else ()), *packed)) == address


@given(arcs)
def test_any_index_is_an_address_or_nothing(index: Oid) -> None:
    address = inet_address(index)
    if address is not None:
        assert index[0] in {1, 2, 3, 4}
        assert address.version == (4 if index[0] in {1, 3} else 6)


def test_a_zone_is_left_away() -> None:
    link_local = ip_address("fe80::1")
    assert inet_address((4, 20, *link_local.packed, 0, 0, 0, 5)) == link_local


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"\x00\x1a\x2b\x3c\x4d\x5e", "00:1a:2b:3c:4d:5e"),
        (b"58:69:6c:6:82:3c", "58:69:6c:06:82:3c"),
        (b"", None),
        (b"\x00" * 6, None),
        (b"\x00" * 8, None),
        (b"123456789abcdef", None),
    ],
)
def test_physical_address(raw: bytes, expected: str | None) -> None:
    mac = physical_address(raw)
    assert (str(mac) if mac else None) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"GigabitEthernet0/0/1", "GigabitEthernet0/0/1"),
        (b"core\x00\x00", "core"),
        ("三楼机房".encode(), "三楼机房"),
        ("三楼机房".encode("gb18030"), "三楼机房"),
        (b"\x00\x1a\x2b\x3c\x4d\x5e", "00:1a:2b:3c:4d:5e"),
        (b"  ", None),
        (b"", None),
    ],
)
def test_words(raw: bytes, expected: str | None) -> None:
    assert words(raw) == expected


@given(st.binary(max_size=40))
def test_any_bytes_are_words(raw: bytes) -> None:
    said = words(raw)
    assert said is None or said.strip()
