"""Multicast DNS by unicast (RFC 6762 §5.5, §6.7): printers, Apple and Linux hosts tell their services. Pure.

A plain query from a port of ours to UDP 5353 is answered to that port, with its identifier and its question repeated.
Proves a responder. Validated by the identifier (16 random bits per target) and by our port. Most responders ignore who
is not on their own link (§11): behind a router silence says little.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from probes.sweep.question import Question, Told, words

if TYPE_CHECKING:
    from collections.abc import Iterator

PORT: Final = 5353
_HEADER: Final = struct.Struct("!HHHHHH")  # identifier, flags, questions, answers, authority, additional
_FIXED: Final = struct.Struct("!HHIH")  # type, class, time to live, length
_SERVICES: Final = b"\x09_services\x07_dns-sd\x04_udp\x05local\0"  # RFC 6763 §9
_PTR: Final = 12
_ADDRESSES: Final = frozenset({1, 28})
"""A and AAAA: whose they are is the host's own name."""
_RESPONSE: Final = 0x8000
_POINTER: Final = 0xC0
_MOST_LABELS: Final = 32
_MOST_SERVICES: Final = 8


def read(payload: bytes) -> Told | None:
    """Read a response."""
    if len(payload) < _HEADER.size:
        return None
    identifier, flags, questions, *records = _HEADER.unpack_from(payload)
    if not flags & _RESPONSE or questions > 1:
        return None
    services, names = dict[str, None](), dict[str, None]()
    try:
        for kind, owner, target in _records(payload, questions, sum(records)):
            if kind == _PTR:
                services[".".join(target[:2])] = None
            elif kind in _ADDRESSES:
                names[".".join(owner)] = None
    except (IndexError, struct.error):  # cut off, or not what it claims to be: somebody answered all the same
        services.clear()
    told = (("name", [*names][:1]), ("services", [*services][:_MOST_SERVICES]))
    return Told(identifier << 16, " ".join(f"{key}={','.join(found)}" for key, found in told if found))


def _records(payload: bytes, questions: int, count: int) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yield the kind of each record, whose it is, and of a pointer what it points to."""
    position = _HEADER.size
    for _ in range(questions):
        position = _name(payload, position)[1] + 4
    for _ in range(count):
        owner, position = _name(payload, position)
        kind, _class, _ttl, length = _FIXED.unpack_from(payload, position)
        position += _FIXED.size
        yield kind, owner, _name(payload, position)[0] if kind == _PTR else []
        position += length


def _name(payload: bytes, position: int) -> tuple[list[str], int]:
    """Return the labels of a name and where it ends (RFC 1035 §4.1.4); compression is followed so often and no more."""
    labels: list[str] = []
    end = 0
    for _ in range(_MOST_LABELS):
        length = payload[position]
        if length & _POINTER == _POINTER:
            end = end or position + 2
            position = (length & ~_POINTER) << 8 | payload[position + 1]
        elif length:
            labels.append(words(payload[position + 1 : position + 1 + length]))
            position += 1 + length
        else:
            return labels, end or position + 1
    message = "a name without end"
    raise IndexError(message)


QUESTION: Final = Question(
    PORT,
    _HEADER.pack(0, 0, 1, 0, 0, 0) + _SERVICES + struct.pack("!HH", _PTR, 1),
    cookie_at=0,
    keep=0xFFFF0000,
    fixed=0,
    read=read,
)
