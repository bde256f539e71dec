"""Reading the replies of agents: the part of BER (X.690) that SNMP uses.

Agents in the field send values that pysnmp's schema refuses (negative gauges, over-long strings), which would lose the
whole reply, and reading a large table through it takes some forty times longer. Anything that is not what it claims to
be raises ValueError and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from probes.snmp.pdu import Absent, Response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from probes.mibs.cells import Oid, Value
    from probes.snmp.pdu import VarBind

INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OBJECT_IDENTIFIER: Final = 0x06
SEQUENCE: Final = 0x30
RESPONSE: Final = 0xA2
REPORT: Final = 0xA8
_OCTETS = frozenset({OCTET_STRING, 0x40, 0x44, 0x45})  # OCTET STRING, IpAddress, Opaque, NsapAddress
_UNSIGNED = frozenset({0x41, 0x42, 0x43, 0x46, 0x47})  # Counter32, Gauge32, TimeTicks, Counter64, UInteger32
_NUMBERS = _UNSIGNED | {INTEGER}
_ABSENT = {absent.value: absent for absent in Absent}
_LONG_FORM = 0x80
_HIGH_TAG = 0x1F
_LONGEST_LENGTH = 4
_LONGEST_INTEGER = 9
_SHORTEST = 5
"""Octets before the value of a variable with an empty name."""
_CONTINUED = b"\x80"


class Reader:
    """Walks over the elements of a piece of BER."""

    __slots__ = ("_data", "_end", "_position")

    def __init__(self, data: bytes, start: int = 0, end: int | None = None) -> None:
        self._data = data
        self._position = start
        self._end = len(data) if end is None else end

    @property
    def position(self) -> int:
        """Offset of the next element in the whole datagram."""
        return self._position

    @property
    def exhausted(self) -> bool:
        """Whether nothing is left."""
        return self._position >= self._end

    def element(self) -> tuple[int, int, int]:
        """Step over one element; return its tag and where its contents start and end."""
        data, position = self._data, self._position
        if position + 2 > self._end:
            message = "truncated element"
            raise ValueError(message)
        tag, length = data[position], data[position + 1]
        position += 2
        if tag & _HIGH_TAG == _HIGH_TAG:
            message = "tag out of range"
            raise ValueError(message)
        if length & _LONG_FORM:
            size = length & ~_LONG_FORM
            if not 0 < size <= _LONGEST_LENGTH or position + size > self._end:
                message = "bad length"
                raise ValueError(message)
            length = int.from_bytes(data[position : position + size])
            position += size
        stop = position + length
        if stop > self._end:
            message = "truncated contents"
            raise ValueError(message)
        self._position = stop
        return tag, position, stop

    def expect(self, wanted: int) -> tuple[int, int]:
        """Step over one element of a known tag; return where its contents start and end."""
        tag, start, stop = self.element()
        if tag != wanted:
            message = f"tag {tag:#04x} where {wanted:#04x} belongs"
            raise ValueError(message)
        return start, stop

    def within(self, wanted: int) -> Reader:
        """Step over one constructed element and return a reader of its contents."""
        start, stop = self.expect(wanted)
        return Reader(self._data, start, stop)

    def integer(self) -> int:
        """Read an INTEGER."""
        start, stop = self.expect(INTEGER)
        return _integer(self._data[start:stop], signed=True)

    def octets(self) -> bytes:
        """Read an OCTET STRING."""
        start, stop = self.expect(OCTET_STRING)
        return self._data[start:stop]

    def oid(self) -> Oid:
        """Read an OBJECT IDENTIFIER."""
        start, stop = self.expect(OBJECT_IDENTIFIER)
        return _oid(self._data[start:stop])

    def value(self) -> Value | Absent | None:
        """Read the value of a variable; None is ASN.1 NULL."""
        tag, start, stop = self.element()
        return _value(tag, self._data[start:stop])

    def variables(self) -> tuple[tuple[VarBind, ...], tuple[int, ...]]:
        """Read everything that is left as variables: name and value, and the tag of each value."""
        found: list[VarBind] = []
        tags: list[int] = []
        data, end = self._data, self._end
        while (position := self._position) < end:
            # Nearly every variable is a SEQUENCE of two elements whose lengths take one octet: read them in place.
            if end - position > _SHORTEST and data[position] == SEQUENCE and data[position + 2] == OBJECT_IDENTIFIER:
                stop = position + 2 + data[position + 1]
                value = position + 4 + data[position + 3]
                if value + 2 <= stop <= end and data[position + 1] < _LONG_FORM and value + 2 + data[value + 1] == stop:
                    tag, said = data[value], data[value + 2 : stop]
                    # A small number is the commonest value, and of every type the same.
                    small = tag in _NUMBERS and stop == value + 3 and said < _CONTINUED
                    found.append((_oid(data[position + 4 : value]), said[0] if small else _value(tag, said)))
                    tags.append(tag)
                    self._position = stop
                    continue
            pair = self.within(SEQUENCE)
            name = pair.oid()
            tags += data[pair.position : pair.position + 1]
            found.append((name, pair.value()))
        return tuple(found), tuple(tags)


def read_pdu(reader: Reader) -> tuple[int, int, Response]:
    """Read a Response or Report; return its tag, its request id and what it says."""
    tag, start, stop = reader.element()
    if tag not in {RESPONSE, REPORT}:
        message = f"PDU {tag:#04x} is no answer"
        raise ValueError(message)
    body = Reader(reader._data, start, stop)  # noqa: SLF001 -- another reader over the same datagram
    request_id, status, index = body.integer(), body.integer(), body.integer()
    varbinds, tags = body.within(SEQUENCE).variables()
    return tag, request_id, Response(status, index, varbinds, tags)


def _value(tag: int, contents: bytes) -> Value | Absent | None:
    if tag in _OCTETS:
        return contents
    if tag == INTEGER:
        return _integer(contents, signed=True)
    if tag in _UNSIGNED:
        return _integer(contents, signed=False)
    if tag == OBJECT_IDENTIFIER:
        return _oid(contents)
    if tag == NULL:
        return None
    if tag in _ABSENT:
        return _ABSENT[tag]
    message = f"tag {tag:#04x} is no SNMP value"
    raise ValueError(message)


def _integer(contents: bytes, *, signed: bool) -> int:
    if not contents or len(contents) > _LONGEST_INTEGER:
        message = "integer out of range"
        raise ValueError(message)
    # Some agents forget the leading zero octet of a large counter; a counter is never negative.
    return int.from_bytes(contents, signed=signed)


def _oid(contents: bytes) -> Oid:
    if contents.isascii() and contents:
        return _with_two_arcs(contents)
    known = _HEADS.get(contents[:_HEAD])
    if known is None:
        return _unknown_oid(contents)
    numbers: list[int] = []
    number = 0
    for octet in contents[_HEAD:]:
        if octet < _LONG_FORM:
            numbers.append(number | octet)
            number = 0
        else:
            number = (number | octet & 0x7F) << 7
    if number or contents[-1] >= _LONG_FORM:
        message = "truncated object identifier"
        raise ValueError(message)
    return (*known, *numbers)


def _unknown_oid(contents: bytes) -> Oid:
    """Read a name, and remember how it begins."""
    if not contents or contents[-1] & _LONG_FORM:
        message = "truncated object identifier"
        raise ValueError(message)
    if len(contents) > _HEAD and not contents[_HEAD - 1] & _LONG_FORM:
        if len(_HEADS) >= _MOST_HEADS:
            _HEADS.clear()
        _HEADS[contents[:_HEAD]] = _with_two_arcs(_arcs(contents[:_HEAD]))
    return _with_two_arcs(_arcs(contents))


_HEADS: dict[bytes, Oid] = {}
"""How the names of a table begin, and what that means: the names of one column differ only behind it."""
_HEAD: Final = 12
_MOST_HEADS: Final = 1024


def _arcs(contents: bytes) -> list[int]:
    """Return the numbers of a name: seven bits an octet, all but the last of a number with the high bit set."""
    numbers: list[int] = []
    number = 0
    for octet in contents:
        if octet >= _LONG_FORM:
            number = number << 7 | octet & 0x7F
        else:
            numbers.append(number << 7 | octet)
            number = 0
    return numbers


def _with_two_arcs(numbers: Sequence[int]) -> Oid:
    """Split the first number, which carries two arcs, the first of which is at most 2 (X.690 8.19.4)."""
    first = min(numbers[0] // 40, 2)
    return (first, numbers[0] - first * 40, *numbers[1:])
