"""Many addresses in little room are the same addresses."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.addresses import Addresses, runs

numbers = st.lists(st.integers(min_value=0, max_value=300), max_size=40)


@given(chosen=numbers)
def test_it_is_the_sequence_it_was_made_of(chosen: list[int]) -> None:
    listed = [IPv4Address(number) for number in chosen]
    made = Addresses.listed(listed)
    assert list(made) == listed
    assert len(made) == len(listed)
    assert [made[place] for place in range(len(made))] == listed
    assert made[1:-1] == tuple(listed[1:-1])
    assert all((IPv4Address(number) in made) == (number in chosen) for number in range(301))


@given(prefix=st.integers(min_value=22, max_value=32), at=st.integers(min_value=0, max_value=1023))
def test_what_is_taken_out_is_gone_and_nothing_else(prefix: int, at: int) -> None:
    whole = ip_network("192.0.0.0/22")
    out = ip_network((int(whole[0]) + at, prefix), strict=False)
    assert list(Addresses.within(whole).without(Addresses.within(out).runs)) == [ip for ip in whole if ip not in out]


def test_a_whole_8_is_one_run() -> None:
    everything = Addresses.within(ip_network("10.0.0.0/8"))
    assert (len(everything), len(everything.runs)) == (1 << 24, 1)
    assert everything[-1] == IPv4Address("10.255.255.255")
    with pytest.raises(IndexError):
        everything[1 << 24]


def test_versions_do_not_mix() -> None:
    six = Addresses.within(ip_network("2001:db8::/126"))
    assert list(six) == list(ip_network("2001:db8::/126"))
    assert IPv4Address("0.0.0.1") not in six
    mixed = (IPv4Address(5), IPv6Address(7), IPv4Address(6))
    assert (runs(mixed, 4), runs(mixed, 6)) == (((5, 6),), ((7, 7),))
    assert (runs(six, 4), runs(six, 6)) == ((), six.runs)
