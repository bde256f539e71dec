"""The addresses a device owns: ipAddressTable and its elder, ipAddrTable (RFC 4293)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.facts import AddressFact
from probes.mibs.cells import Decoded, Oid, Rows, inet_address, integer, ip_of_octets, octets

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.values import IPAddress

_IP_ADDRESS_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 4, 34, 1)
_IP_ADDR_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 4, 20, 1)

IP_ADDRESS_COLUMNS: tuple[Oid, ...] = (
    (*_IP_ADDRESS_ENTRY, 3),  # ipAddressIfIndex
    (*_IP_ADDRESS_ENTRY, 4),  # ipAddressType
    (*_IP_ADDRESS_ENTRY, 5),  # ipAddressPrefix
)
IP_ADDR_COLUMNS: tuple[Oid, ...] = (
    (*_IP_ADDR_ENTRY, 2),  # ipAdEntIfIndex
    (*_IP_ADDR_ENTRY, 3),  # ipAdEntNetMask
)

_UNICAST = 1
_PREFIX_ORIGIN: Oid = (1, 3, 6, 1, 2, 1, 4, 32, 1, 5)
_V4_OCTETS = 4


def address_facts(ip_address: Rows, ip_addr: Rows, device: str, plane: str, at: datetime) -> Decoded[AddressFact]:
    """Unite both tables; loopback addresses name nobody on a network and are left out, as are broadcasts."""
    found: dict[tuple[IPAddress, int], int | None] = {}
    rejected = _from_ip_address(ip_address, found) + _from_ip_addr(ip_addr, found)
    return Decoded(
        tuple(
            AddressFact(device=device, plane=plane, ip=ip, if_index=if_index, at=at, prefix_length=prefix_length)
            for (ip, if_index), prefix_length in found.items()
        ),
        rejected,
    )


def _from_ip_address(rows: Rows, found: dict[tuple[IPAddress, int], int | None]) -> int:
    rejected = 0
    for index, (if_index, kind, prefix) in rows.items():
        ip = inet_address(index)
        number = integer(if_index)
        if ip is None:
            rejected += 1
        elif number is not None and integer(kind) in {None, _UNICAST} and _names_somebody(ip):
            length = _pointed_length(prefix)
            found[ip, number] = length if length is None or length <= ip.max_prefixlen else None
    return rejected


def _from_ip_addr(rows: Rows, found: dict[tuple[IPAddress, int], int | None]) -> int:
    rejected = 0
    for index, (if_index, mask) in rows.items():
        ip = ip_of_octets(index) if len(index) == _V4_OCTETS else None
        number = integer(if_index)
        if ip is None:
            rejected += 1
        elif number is not None and _names_somebody(ip) and found.get((ip, number)) is None:
            found[ip, number] = _mask_length(octets(mask))
    return rejected


def _names_somebody(ip: IPAddress) -> bool:
    return not (ip.is_loopback or ip.is_unspecified or ip.is_multicast)


def _pointed_length(pointer: object) -> int | None:
    """Return the prefix length at the end of a RowPointer into ipAddressPrefixTable."""
    if not isinstance(pointer, tuple) or pointer[: len(_PREFIX_ORIGIN)] != _PREFIX_ORIGIN:
        return None
    length = pointer[-1]
    return length if isinstance(length, int) else None


def _mask_length(mask: bytes | None) -> int | None:
    if mask is None or len(mask) != _V4_OCTETS:
        return None
    bits = f"{int.from_bytes(mask):032b}"
    return None if "01" in bits else bits.count("1")
