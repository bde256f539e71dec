"""Writing requests: the part of BER (X.690) that a manager who only reads needs.

There are tags for GetRequest, GetNextRequest and GetBulkRequest. There is none for SetRequest, so no message that
leaves here can change a device.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from probes.snmp.ber import INTEGER, NULL, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE
from probes.snmp.pdu import Verb

if TYPE_CHECKING:
    from probes.mibs.cells import Oid
    from probes.snmp.pdu import Request

_TAGS: Final = {Verb.GET: 0xA0, Verb.NEXT: 0xA1, Verb.BULK: 0xA5}
_SHORT = 0x80
_ARC_BITS = 7
_NULL = bytes((NULL, 0))


def element(tag: int, contents: bytes) -> bytes:
    """Return one element."""
    size = len(contents)
    if size < _SHORT:
        return bytes((tag, size)) + contents
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, _SHORT | len(length))) + length + contents


def sequence(*elements: bytes) -> bytes:
    """Return a SEQUENCE."""
    return element(SEQUENCE, b"".join(elements))


def integer(number: int) -> bytes:
    """Return an INTEGER in the fewest octets."""
    size = (number if number >= 0 else ~number).bit_length() // 8 + 1
    return element(INTEGER, number.to_bytes(size, signed=True))


def octets(contents: bytes) -> bytes:
    """Return an OCTET STRING."""
    return element(OCTET_STRING, contents)


def oid(parts: Oid) -> bytes:
    """Return an OBJECT IDENTIFIER of at least two numbers."""
    contents = bytearray()
    for part in (parts[0] * 40 + parts[1], *parts[2:]):
        contents += _arc(part)
    return element(OBJECT_IDENTIFIER, bytes(contents))


@lru_cache(maxsize=1024)
def _arc(number: int) -> bytes:
    written = [number & 0x7F]
    while number := number >> _ARC_BITS:
        written.append(number & 0x7F | _SHORT)
    return bytes(reversed(written))


def pdu(request: Request, request_id: int) -> bytes:
    """Return the protocol data unit of a request (RFC 3416 §3)."""
    bulk = request.verb is Verb.BULK
    varbinds = sequence(*(sequence(oid(name), _NULL) for name in request.oids))
    counts = integer(0) + integer(request.repetitions if bulk else 0)
    return element(_TAGS[request.verb], integer(request_id) + counts + varbinds)
