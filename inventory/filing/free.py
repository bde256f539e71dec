"""Which addresses of a unit's prefixes are free to be given to a new endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.records import Purpose
from inventory.model.requests import FreeAddress

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from inventory.model.records import PrefixView
    from inventory.model.values import IPAddress, IPNetwork

_IPV4: Final = 4
_WITHOUT_ENDS: Final = 31
"""Prefixes of this length and longer have no network and broadcast address (RFC 3021)."""


def suitable(prefixes: Iterable[PrefixView], unit: str) -> tuple[PrefixView, ...]:
    """Return the unit's prefixes in which addresses are given by hand: for users, and not by DHCP."""
    return tuple(p for p in prefixes if p.unit == unit and p.purpose is Purpose.USER and not p.dhcp)


def free_addresses(
    prefixes: Sequence[PrefixView],
    unit: str,
    taken: Collection[tuple[str, IPAddress]],
    kept: Sequence[IPNetwork] = (),
) -> Iterator[FreeAddress]:
    """Yield the free addresses of a unit, prefix by prefix, the lowest first; never ending ones in IPv6.

    Left out: what is taken, network and broadcast address, the gateway, what belongs to a longer prefix, what is kept.
    Where no gateway is registered, the first and the last address may be it and are left out as well.

    Args:
        prefixes: every registered prefix.
        unit: whose addresses.
        taken: seen, filed and held addresses with their planes.
        kept: networks nothing is given from: exclusions, and what the office reserves.
    """
    for own in suitable(prefixes, unit):
        ends = _ends(own)
        for address in _outside(own.cidr, _barred(own, prefixes, kept)):
            if address not in ends and (own.plane, address) not in taken:
                yield FreeAddress(own.plane, address, own.cidr, own.point)


def is_free(
    address: IPAddress,
    own: PrefixView,
    prefixes: Sequence[PrefixView],
    taken: Collection[tuple[str, IPAddress]],
    kept: Sequence[IPNetwork] = (),
) -> bool:
    """Whether one address of a prefix is free, by the same rules."""
    if (own.plane, address) in taken or address in _ends(own):
        return False
    return all(address not in network for network in _barred(own, prefixes, kept))


def _barred(own: PrefixView, prefixes: Iterable[PrefixView], kept: Iterable[IPNetwork]) -> list[IPNetwork]:
    """Return the networks of which no address is this prefix's to give."""
    within = [p.cidr for p in prefixes if p.plane == own.plane and _inside(p.cidr, own.cidr)]
    return [*within, *(network for network in kept if network.version == own.cidr.version)]


def _inside(inner: IPNetwork, outer: IPNetwork) -> bool:
    return inner.version == outer.version and inner.network_address in outer and inner.prefixlen > outer.prefixlen


def _ends(prefix: PrefixView) -> frozenset[IPAddress]:
    """Return the addresses of a prefix that no endpoint has."""
    network = prefix.cidr
    first, last = int(network.network_address), int(network.broadcast_address)
    found = set() if prefix.gateway is None else {prefix.gateway}
    if network.version == _IPV4 and network.prefixlen >= _WITHOUT_ENDS:
        return frozenset(found)
    found |= {network.network_address}  # in IPv6 the subnet-router anycast address (RFC 4291, 2.6.1)
    if network.version == _IPV4:
        found |= {network.broadcast_address}
    if prefix.gateway is None:
        found |= {_at(network, first + 1), _at(network, last - 1)}
    return frozenset(found)


def _at(network: IPNetwork, number: int) -> IPAddress:
    # By the family, not by the size of the number: ::1 is a small one.
    return type(network.network_address)(number)


def _outside(network: IPNetwork, barred: Sequence[IPNetwork]) -> Iterator[IPAddress]:
    """Yield the addresses of a network that lie in none of the others; a barred network is left in one step."""
    number, last = int(network.network_address), int(network.broadcast_address)
    while number <= last:
        address = _at(network, number)
        around = [int(other.broadcast_address) for other in barred if address in other]
        if around:
            number = max(around) + 1
            continue
        yield address
        number += 1
