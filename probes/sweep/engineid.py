"""SNMPv3 engine discovery (RFC 3414 §4): any agent that speaks version 3 reports its engine identifier. Pure.

A GET without engine, user and variables, which no agent carries out: it asks for no object, needs no credential and is
no attempt to guess one. Proves an SNMP engine at UDP 161; the identifier tells its maker (RFC 3411 §5,
SnmpEngineID). Validated by 30 bits of msgID, which the report brings back, and by our port.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from probes.sweep.question import Question, Told, words

if TYPE_CHECKING:
    from collections.abc import Iterator

PORT: Final = 161
_INTEGER, _OCTETS, _SEQUENCE, _GET = 0x02, 0x04, 0x30, 0xA0
_VERSION: Final = b"\x02\x01\x03"
_LONG: Final = 0x80
_FORMATS: Final = {1: "ipv4", 2: "ipv6", 3: "mac", 4: "text"}  # RFC 3411 §5, fifth octet; others are the maker's own
_HEAD: Final = 5
_ENTERPRISE: Final = 0x7FFFFFFF


def _element(tag: int, *contents: bytes) -> bytes:
    inside = b"".join(contents)
    return bytes((tag, len(inside))) + inside


def _discovery() -> bytes:
    """Build the message, its msgID zero; the outer length is written long, for the msgID to begin at an even octet."""
    zero, nothing = _element(_INTEGER, b"\0"), _element(_OCTETS)
    # msgID, msgMaxSize 65507, msgFlags reportable, security model USM
    head = _element(
        _SEQUENCE,
        _element(_INTEGER, bytes(4)),
        _element(_INTEGER, b"\0\xff\xe3"),
        _element(_OCTETS, b"\4"),
        _element(_INTEGER, b"\3"),
    )
    security = _element(_OCTETS, _element(_SEQUENCE, nothing, zero, zero, nothing, nothing, nothing))
    asked = _element(_GET, zero, zero, zero, _element(_SEQUENCE))
    inside = _VERSION + head + security + _element(_SEQUENCE, nothing, nothing, asked)
    return bytes((_SEQUENCE, _LONG | 1, len(inside))) + inside  # RFC 3417 §8 permits a longer length than needed


def read(payload: bytes) -> Told | None:
    """Read a report: its msgID and the engine identifier of its sender."""
    try:
        (message,) = _elements(payload, _SEQUENCE)
        version, head, security = list(_elements(message))[:3]
        identifier = next(_elements(head, _INTEGER))
        (parameters,) = _elements(security, _SEQUENCE)
        engine = next(_elements(parameters, _OCTETS))
    except (ValueError, StopIteration, IndexError):
        return None
    if version != _VERSION[2:]:
        return None
    return Told(int.from_bytes(identifier, "big") & QUESTION.keep, _said(engine))


def _elements(data: bytes, tag: int | None = None) -> Iterator[bytes]:
    """Yield the contents of elements that follow each other; only of those with ``tag`` where one is named.

    probes.snmp reads BER as well, but is a neighbour of this package, which must start in hundredths of a second.

    Raises:
        ValueError: something is cut off.
    """
    while data:
        kind, length, start = data[0], data[1], 2
        if length & _LONG:
            start += length & ~_LONG
            length = int.from_bytes(data[2:start], "big")
        if start + length > len(data):
            message = "truncated"
            raise ValueError(message)
        if tag in {None, kind}:
            yield data[start : start + length]
        data = data[start + length :]


def _said(engine: bytes) -> str:
    """Describe an engine identifier: the enterprise number of its maker, and what the maker wrote behind it."""
    if len(engine) < _HEAD:
        return f"engine={engine.hex()}" if engine else ""
    said = f"engine={engine.hex()} enterprise={int.from_bytes(engine[:4], 'big') & _ENTERPRISE}"
    form, rest = _FORMATS.get(engine[4]) if engine[0] & _LONG else None, engine[5:]
    if form == "mac" and len(rest) >= 6:  # noqa: PLR2004 -- EUI-48
        return f"{said} mac={rest[:6].hex(':')}"
    return f"{said} name={words(rest)}" if form == "text" and rest else said


_PAYLOAD: Final = _discovery()
QUESTION: Final = Question(
    PORT, _PAYLOAD, cookie_at=10, keep=0x3FFFFFFF, fixed=0x40000000, read=read
)  # a msgID is below 2**31, and four octets are its shortest form only from 2**23 on
