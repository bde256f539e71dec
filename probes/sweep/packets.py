"""Many packets at once: a template repeated, then addresses, cookies and checksums written as columns. Pure.

Arithmetic on a whole column is arithmetic on one long integer with 32 bits for each packet: the interpreter's own loops
over its digits run some fifty times faster than a loop over the packets.
"""

from __future__ import annotations

import sys
from array import array
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from probes.sweep.seal import Seal
    from probes.sweep.templates import Template

_IP_IDENTIFICATION_AT: Final = 4
_IP_CHECKSUM_AT: Final = 10
_SOURCE_PORT_AT: Final = 20
_LANE: Final = 4  # octets
_WHOLE: Final = 0xFFFFFFFF


def stamped(template: Template, addresses: array[int], cookies: array[int]) -> bytearray:
    """Return one packet after the other, ready to be sent.

    Args:
        template: the packet all of them are.
        addresses: targets, 32-bit numbers.
        cookies: a 32-bit number for each of them; not looked at when the template carries none.
    """
    size, count = len(template.octets), len(addresses)
    packets = bytearray(template.octets * count)
    targets = _octets(addresses)
    _write(packets, template.address_at, size, targets, _LANE)
    if not template.checksum_at:
        return packets
    secrets = _octets(_fitting(template, cookies))
    _write(packets, template.cookie_at, size, secrets, _LANE)
    target_sum, secret_sum = _sum_of_halves(targets), _sum_of_halves(secrets)
    if template.covers_address:
        secret_sum += target_sum
    if template.seal_at and template.seal:
        numbers = int.from_bytes(targets, "little"), int.from_bytes(secrets, "little")
        seals = template.seal.of(*numbers, _ones(count)).to_bytes(_LANE * count, "little")
        _write(packets, template.seal_at, size, seals, _LANE)
        secret_sum += _sum_of_halves(seals)
    if template.spread and template.seal:
        lowest = _low_octets_of_ports(template.seal, template, targets)
        _write(packets, _SOURCE_PORT_AT + 1, size, lowest.to_bytes(_LANE * count, "little"), 1)
        secret_sum += lowest
    body = _checksums(secret_sum, template.body_sum, count)
    if template.marks_header:
        marks = _octets(array("I", [cookie & 0xFFFF for cookie in cookies]))
        _write(packets, _IP_IDENTIFICATION_AT, size, marks, 2)
        target_sum += int.from_bytes(marks, "little")
        body = _never_zero(body)
    _write(packets, _IP_CHECKSUM_AT, size, _checksums(target_sum, template.header_sum, count), 2)
    _write(packets, template.checksum_at, size, body, 2)
    return packets


def _low_octets_of_ports(seal: Seal, template: Template, targets: bytes) -> int:
    """Return the lower octet of every packet's source port."""
    ones = _ones(len(targets) // _LANE)
    first, count = template.spread or (0, 1)
    marks = seal.of(int.from_bytes(targets, "little"), template.asked * ones, ones)
    places = (marks & (count - 1) * ones) + template.turn * ones & (count - 1) * ones
    return places + (first & 0xFF) * ones


def masked(numbers: array[int], mask: int) -> array[int]:
    """Return 32-bit numbers with the bits of a mask turned."""
    turned = int.from_bytes(numbers.tobytes(), sys.byteorder) ^ mask * _ones(len(numbers))
    found = numbers[:0]
    found.frombytes(turned.to_bytes(_LANE * len(numbers), sys.byteorder))
    return found


def _fitting(template: Template, cookies: array[int]) -> array[int]:
    """Return cookies as far as the packet has room for them."""
    if template.keep == _WHOLE:
        return cookies
    return array("I", [cookie & template.keep | template.fixed for cookie in cookies])


def _never_zero(column: bytes) -> bytes:
    """Return checksums of UDP, where zero would say that there is none (RFC 768)."""
    numbers = array("I", column)
    if sys.byteorder != "little":
        numbers.byteswap()
    return _octets(array("I", [number or 0xFFFF for number in numbers]))


def _octets(numbers: array[int]) -> bytes:
    """Return 32-bit numbers as octets, the least significant first."""
    if sys.byteorder == "little":
        return numbers.tobytes()
    swapped = numbers[:]
    swapped.byteswap()
    return swapped.tobytes()


def _write(packets: bytearray, at: int, size: int, column: bytes, width: int) -> None:
    """Write the lower ``width`` octets of a column's numbers into the packets, the most significant first."""
    for octet in range(width):
        packets[at + octet :: size] = column[width - 1 - octet :: _LANE]


def _sum_of_halves(column: bytes) -> int:
    """Return the sum of the two 16-bit words of every number, in 32 bits each."""
    numbers, low = int.from_bytes(column, "little"), 0xFFFF * _ones(len(column) // _LANE)
    return (numbers & low) + (numbers >> 16 & low)


def _checksums(sums: int, base: int, count: int) -> bytes:
    """Return the Internet checksums (RFC 1071) of words that sum up to ``base`` more than the column says."""
    low = 0xFFFF * _ones(count)
    sums += base * _ones(count)
    for _ in range(2):  # the carries, and the carry of that
        sums = (sums & low) + (sums >> 16 & low)
    return (sums ^ low).to_bytes(_LANE * count, "little")


@lru_cache(maxsize=16)
def _ones(count: int) -> int:
    """Return a long integer with 1 in every 32 bits."""
    return int.from_bytes(b"\1\0\0\0" * count, "little")
