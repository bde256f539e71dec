"""A recorded device: answers the same requests from a ``.snmprec`` file, through the same walk, without a socket.

The format is snmpsim's: one ``OID|tag|value`` per line, the tag being the ASN.1 tag number, with ``x`` behind it when
the value is hex.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from probes.contract import ReadLimits
from probes.snmp.client import Session
from probes.snmp.pdu import Absent, Failure, Request, Response, Traffic, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from probes.mibs.cells import Oid, Value
    from probes.snmp.pdu import VarBind

_INTEGERS = frozenset({2, 65, 66, 67, 70})
_STRINGS = frozenset({4, 68})
_NULL, _OBJECT_IDENTIFIER, _IP_ADDRESS = 5, 6, 64


class Recording:
    """An agent whose objects are written down; it has GETBULK, and never keeps anybody waiting."""

    bulk = True

    def __init__(self, objects: Iterable[tuple[Oid, Value | None]]) -> None:
        self._objects = dict(objects)
        self._oids = sorted(self._objects)
        self._traffic = Traffic()

    @property
    def traffic(self) -> Traffic:
        """How often it was asked."""
        return self._traffic

    async def ask(self, request: Request, until: float) -> Response | Failure:  # noqa: ARG002 -- never waits
        """Answer one request as RFC 3416 has it."""
        self._traffic.requests += 1
        if request.verb is Verb.GET:
            return Response(0, 0, tuple((oid, self._get(oid)) for oid in request.oids))
        varbinds: list[VarBind] = []
        cursors = list(request.oids)
        for _ in range(max(1, request.repetitions)):
            row = [self._next(oid) for oid in cursors]
            varbinds += row
            cursors = [oid for oid, _ in row]
            if all(value is Absent.END_OF_MIB for _, value in row):
                break
        return Response(0, 0, tuple(varbinds))

    def close(self) -> None:
        """Do nothing: a recording holds nothing open."""

    def objects(self) -> tuple[tuple[Oid, Value | None], ...]:
        """Return everything recorded, in the order of its OIDs."""
        return tuple((oid, self._objects[oid]) for oid in self._oids)

    def _get(self, oid: Oid) -> Value | Absent | None:
        if oid in self._objects:
            return self._objects[oid]
        parent = oid[:-1]
        after = bisect_left(self._oids, parent)
        known = after < len(self._oids) and self._oids[after][: len(parent)] == parent
        return Absent.NO_SUCH_INSTANCE if known else Absent.NO_SUCH_OBJECT

    def _next(self, oid: Oid) -> VarBind:
        after = bisect_right(self._oids, oid)
        if after == len(self._oids):
            return oid, Absent.END_OF_MIB
        return self._oids[after], self._objects[self._oids[after]]


def load(path: Path) -> Recording:
    """Read a ``.snmprec`` file.

    Raises:
        ValueError: a line is not ``OID|tag|value``; the message names file and line.
    """
    objects: list[tuple[Oid, Value | None]] = []
    with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                objects.append(_object(line.rstrip("\r\n")))
            except (ValueError, KeyError) as error:
                message = f"{path.name}, line {number}: {error}"
                raise ValueError(message) from error
    return Recording(objects)


def replay(path: Path, limits: ReadLimits | None = None) -> Session:
    """Return a session with a recorded device."""
    return Session(load(path), limits or ReadLimits())


def _object(line: str) -> tuple[Oid, Value | None]:
    name, tag, text = line.split("|", 2)
    oid = tuple(int(part) for part in name.strip(".").split("."))
    return oid, _value(int(tag.rstrip("x")), text, is_hex=tag.endswith("x"))


def _value(tag: int, text: str, *, is_hex: bool) -> Value | None:
    # snmpsim's recorder cuts lines after 4,095 characters, in the middle of an octet as often as not.
    raw = bytes.fromhex(text[: len(text) // 2 * 2]) if is_hex else text.encode("utf-8", "surrogateescape")
    if tag in _STRINGS or (tag == _IP_ADDRESS and is_hex):
        return raw
    if tag in _INTEGERS:
        return int.from_bytes(raw, signed=tag == 2) if is_hex else int(text)  # noqa: PLR2004 -- INTEGER is signed
    if tag == _IP_ADDRESS:
        return bytes(int(part) for part in text.split("."))
    if tag == _OBJECT_IDENTIFIER:
        return tuple(int(part) for part in text.strip(".").split("."))
    if tag == _NULL:
        return None
    message = f"unknown tag {tag}"
    raise ValueError(message)
