"""What a cell of a table, or a part of its index, can say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Generic, TypeAlias, TypeVar

from inventory.model.values import IPAddress, Mac

Oid: TypeAlias = tuple[int, ...]
Value: TypeAlias = int | bytes | Oid
"""INTEGER, counters and ticks are int; strings, addresses and BITS are bytes; an OBJECT IDENTIFIER is a tuple."""
Rows: TypeAlias = Mapping[Oid, Sequence[Value | None]]
"""A table: index → one cell per column asked for, None where the agent has no such cell."""
Scalars: TypeAlias = Mapping[Oid, Value | None]

Fact_co = TypeVar("Fact_co", covariant=True)

MAC_OCTETS = 6
_SPELLED_MAC = re.compile(rb"[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}")
_OCTET_MAX = 255
# InetAddressType (RFC 4001): 1 ipv4, 2 ipv6, 3 ipv4z, 4 ipv6z; a zone adds four octets.
_INET_OCTETS = {1: 4, 2: 16, 3: 4, 4: 16}
_ZONE_OCTETS = {1: 0, 2: 0, 3: 4, 4: 4}


@dataclass(frozen=True, slots=True)
class Decoded(Generic[Fact_co]):
    """Facts of a table, and how many of its rows had to be rejected as malformed."""

    facts: tuple[Fact_co, ...]
    rejected: int = 0


def integer(value: Value | None) -> int | None:
    """Return an INTEGER, counter or gauge; None for anything else."""
    return value if isinstance(value, int) else None


def octets(value: Value | None) -> bytes | None:
    """Return an OCTET STRING; None for anything else."""
    return value if isinstance(value, bytes) else None


def words(value: Value | None) -> str | None:
    """Return a DisplayString, None when it is absent or blank.

    Agents send UTF-8, GB18030 (Chinese firmware) or bytes that are no text at all; the last come back as hex.
    """
    raw = octets(value)
    if raw is None:
        return None
    raw = raw.rstrip(b"\x00")
    for encoding in ("utf-8", "gb18030"):
        try:
            decoded = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(character < " " and character not in "\t\r\n" for character in decoded):
            break
        return decoded.strip() or None
    return raw.hex(":")


def physical_address(value: Value | None) -> Mac | None:
    """Return a PhysAddress as MAC; None when absent, empty, all zero or not six octets long.

    Ruijie spells it out, leading zeros left away: ``58:69:6c:6:82:3c``.
    """
    raw = octets(value)
    if raw is not None and (spelled := _SPELLED_MAC.fullmatch(raw)):
        raw = bytes(int(part, 16) for part in spelled.group().split(b":"))
    if raw is None or len(raw) != MAC_OCTETS or not any(raw):
        return None
    return Mac.from_bytes(raw)


def mac_of_index(parts: Oid) -> Mac | None:
    """Return the MAC an index holds: six octets, or seven where an agent wrote the length before them."""
    if len(parts) == MAC_OCTETS + 1 and parts[0] == MAC_OCTETS:
        parts = parts[1:]
    if len(parts) != MAC_OCTETS or not _are_octets(parts):
        return None
    return Mac.from_bytes(bytes(parts))


def inet_address(parts: Oid) -> IPAddress | None:
    """Return the address of an InetAddressType.InetAddress index, with or without the length between them."""
    if not parts or parts[0] not in _INET_OCTETS:
        return None
    family, rest = parts[0], parts[1:]
    wanted = _INET_OCTETS[family] + _ZONE_OCTETS[family]
    if len(rest) == wanted + 1 and rest[0] == wanted:
        rest = rest[1:]
    if len(rest) != wanted:
        return None
    return ip_of_octets(rest[: _INET_OCTETS[family]])


def ip_of_octets(parts: Sequence[int]) -> IPAddress | None:
    """Return the address of 4 or 16 octets; None for any other length."""
    if not _are_octets(parts):
        return None
    if len(parts) == 4:  # noqa: PLR2004 -- octets of an IPv4 address
        return IPv4Address(bytes(parts))
    if len(parts) == 16:  # noqa: PLR2004 -- octets of an IPv6 address
        return IPv6Address(bytes(parts))
    return None


def _are_octets(parts: Sequence[int]) -> bool:
    return all(0 <= part <= _OCTET_MAX for part in parts)
