"""Many packets at once: a template repeated, then addresses, cookies and checksums written as columns. Pure."""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from probes.sweep.templates import Template

_SWAP: Final = sys.byteorder == "little"
_IP_CHECKSUM_AT: Final = 10


def stamped(template: Template, addresses: array[int], cookies: array[int]) -> bytearray:
    """Return one packet after the other, ready to be sent.

    Args:
        template: the packet all of them are.
        addresses: targets, 32-bit numbers.
        cookies: a 32-bit number for each of them; not looked at when the template carries none.
    """
    size = len(template.octets)
    packets = bytearray(template.octets * len(addresses))
    targets = network_order(addresses)
    _write(packets, template.address_at, size, targets, 4)
    if not template.checksum_at:
        return packets
    secrets = network_order(cookies)
    _write(packets, template.cookie_at, size, secrets, 4)
    high, low = _halves(targets)
    first, second = _halves(secrets)
    # One's complement addition is addition modulo 65535 with 65535 for zero: hence the shift by one. RFC 1624 would
    # patch an old checksum; here the sum of the template is at hand, which is the same with one subtraction less.
    base = template.header_sum - 1
    header = [65534 - (base + a + b) % 65535 for a, b in zip(high, low, strict=True)]
    base = template.body_sum - 1
    if template.covers_address:
        body = [65534 - (base + a + b + c + d) % 65535 for a, b, c, d in zip(first, second, high, low, strict=True)]
    else:
        body = [65534 - (base + a + b) % 65535 for a, b in zip(first, second, strict=True)]
    _write(packets, _IP_CHECKSUM_AT, size, _words(header), 2)
    _write(packets, template.checksum_at, size, _words(body), 2)
    return packets


def network_order(numbers: array[int]) -> bytes:
    """Return 32-bit numbers as octets, most significant first."""
    if not _SWAP:
        return numbers.tobytes()
    swapped = numbers[:]
    swapped.byteswap()
    return swapped.tobytes()


def _write(packets: bytearray, at: int, size: int, columns: bytes, width: int) -> None:
    for octet in range(width):
        packets[at + octet :: size] = columns[octet::width]


def _halves(octets: bytes) -> tuple[array[int], array[int]]:
    words = array("H", octets)
    if _SWAP:
        words.byteswap()
    return words[0::2], words[1::2]


def _words(numbers: Iterable[int]) -> bytes:
    words = array("H", numbers)
    if _SWAP:
        words.byteswap()
    return words.tobytes()
