"""Questions about addresses that several steps ask: order, families, which prefix holds one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.values import Mac

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.records import PrefixView
    from inventory.model.values import IPAddress


def in_order(ips: Iterable[IPAddress]) -> tuple[IPAddress, ...]:
    """Return each address once, IPv4 first."""
    return tuple(sorted(set(ips), key=lambda ip: (ip.version, int(ip))))


def routable(ips: Iterable[IPAddress]) -> tuple[IPAddress, ...]:
    """Leave out link-local addresses: they mean something on one link only, and repeat on others."""
    return tuple(ip for ip in ips if not ip.is_link_local)


def embedded_card(ip: IPAddress) -> Mac | None:
    """Return the card that an IPv6 address was made of (modified EUI-64, RFC 4291 appendix A), if it was."""
    half = ip.packed[8:] if ip.version == 6 else b""  # noqa: PLR2004 -- IPv6
    if half[3:5] != b"\xff\xfe":
        return None
    return Mac.from_bytes(bytes((half[0] ^ 2,)) + half[1:3] + half[5:])


class PrefixTable:
    """Longest-prefix match per plane."""

    def __init__(self, prefixes: Iterable[PrefixView]) -> None:
        self._by_length: dict[tuple[str, int], dict[int, dict[int, PrefixView]]] = {}
        for prefix in sorted(prefixes, key=lambda view: (view.unit, view.point or ""), reverse=True):
            lengths = self._by_length.setdefault((prefix.plane, prefix.cidr.version), {})
            lengths.setdefault(prefix.cidr.prefixlen, {})[int(prefix.cidr.network_address)] = prefix
        self._lengths = {key: sorted(lengths, reverse=True) for key, lengths in self._by_length.items()}

    def longest(self, plane: str, ip: IPAddress) -> PrefixView | None:
        """Return the most specific registered prefix that holds the address."""
        key = (plane, ip.version)
        number, bits = int(ip), ip.max_prefixlen
        for length in self._lengths.get(key, []):
            shift = bits - length
            found = self._by_length[key][length].get(number >> shift << shift)
            if found is not None:
                return found
        return None
