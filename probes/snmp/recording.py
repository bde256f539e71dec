"""A recorded device: answers the same requests from a ``.snmprec`` file, through the same walk, without a socket.

The format is snmpsim's: one ``OID|tag|value`` per line, the tag being the ASN.1 tag number, with ``x`` behind it when
the value is hex. What a device says of one VLAN, where each has a view of its own, is a file beside it:
``switch@10.snmprec`` beside ``switch.snmprec``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

from inventory.model.coverage import Completeness
from inventory.model.errors import RefusedError
from inventory.model.text import text
from probes.contract import ReadLimits
from probes.snmp.client import Session
from probes.snmp.pdu import Absent, Failure, Request, Response, Traffic, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from probes.mibs.cells import Oid, Value
    from probes.snmp.pdu import VarBind, View

_INTEGER, _OCTET_STRING, _NULL, _OBJECT_IDENTIFIER, _IP_ADDRESS = 2, 4, 5, 6, 64
_INTEGERS = frozenset({_INTEGER, 65, 66, 67, 70, 71})
_STRINGS = frozenset({_OCTET_STRING, 68, 69})
_PLAIN = re.compile(rb"[\x20-\x7e]*")
"""What stands in a line as it is; everything else is written in hex."""


_CONTEXT: Final = "context-"


class Recording:
    """An agent whose objects are written down; it has GETBULK, and never keeps anybody waiting."""

    bulk = True

    def __init__(
        self,
        objects: Iterable[tuple[Oid, Value | None]],
        tags: Mapping[Oid, int] | None = None,
        views: Mapping[View, Recording] | None = None,
    ) -> None:
        self._objects = dict(objects)
        self._oids = sorted(self._objects)
        self._tags = dict(tags or {})
        self._traffic = Traffic()
        self.views = dict(views or {})
        """What the device says of single VLANs and contexts."""

    @property
    def traffic(self) -> Traffic:
        """How often it was asked."""
        return self._traffic

    async def ask(self, request: Request, until: float) -> Response | Failure:  # noqa: ARG002 -- never waits
        """Answer one request as RFC 3416 has it."""
        self._traffic.requests += 1
        if request.verb is Verb.GET:
            return self._response([(oid, self._get(oid)) for oid in request.oids])
        varbinds: list[VarBind] = []
        cursors = list(request.oids)
        for _ in range(max(1, request.repetitions)):
            row = [self._next(oid) for oid in cursors]
            varbinds += row
            cursors = [oid for oid, _ in row]
            if all(value is Absent.END_OF_MIB for _, value in row):
                break
        return self._response(varbinds)

    async def view(self, of: View) -> Recording | Failure:
        """Return what was recorded of one VLAN or context."""
        return self.views.get(of) or Failure(Completeness.TIMED_OUT, text("not recorded"))

    def close(self) -> None:
        """Do nothing: a recording holds nothing open."""

    def objects(self) -> tuple[tuple[Oid, Value | None], ...]:
        """Return everything recorded, in the order of its OIDs."""
        return tuple((oid, self._objects[oid]) for oid in self._oids)

    def tags(self) -> Mapping[Oid, int]:
        """Return the tags that were told."""
        return self._tags

    def lines(self) -> str:
        """Return the recording as text, in the order of its OIDs; the same objects always give the same text."""
        return "".join(_line(oid, self._objects[oid], self._tag(oid)) for oid in self._oids)

    def _response(self, varbinds: list[VarBind]) -> Response:
        return Response(0, 0, tuple(varbinds), tuple(self._tag(oid) for oid, _ in varbinds))

    def _tag(self, oid: Oid) -> int:
        """Return the tag of an object; where it was not told, the plainest its value can have."""
        value = self._objects.get(oid)
        plain = {int: _INTEGER, bytes: _OCTET_STRING, tuple: _OBJECT_IDENTIFIER}.get(type(value), _NULL)
        return self._tags.get(oid, plain)

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
        RefusedError: a line is not ``OID|tag|value``; the message names file and line.
    """
    views = {
        of: load(view)
        for view in sorted(path.parent.glob("*@*.snmprec"))
        if view.stem.rpartition("@")[0] == path.stem and (of := _view_of(view.stem.rpartition("@")[2])) is not None
    }
    objects: list[tuple[Oid, Value | None]] = []
    tags: dict[Oid, int] = {}
    with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                oid, tag, value = _object(line.rstrip("\r\n"))
            except (ValueError, KeyError) as error:
                reason = error.message if isinstance(error, RefusedError) else text("this is no OID|tag|value")
                raise RefusedError(
                    text("{file}, line {line}: {reason}", file=path.name, line=number, reason=reason)
                ) from error
            objects.append((oid, value))
            tags[oid] = tag
    return Recording(objects, tags, views)


def save(recording: Recording, path: Path) -> None:
    """Write a ``.snmprec`` file, and one for each view beside it.

    Raises:
        OSError: the files cannot be written.
    """
    path.write_text(recording.lines(), encoding="ascii", newline="\n")
    for of, view in recording.views.items():
        called = of if isinstance(of, int) else f"{_CONTEXT}{of.encode().hex()}"
        save(view, path.with_stem(f"{path.stem}@{called}"))


def _view_of(written: str) -> View | None:
    """Return what a view is of by the end of its file's name: a VLAN's number, or a context's name in hex."""
    if written.isdecimal():
        return int(written)
    try:
        return bytes.fromhex(written.removeprefix(_CONTEXT)).decode() if written.startswith(_CONTEXT) else None
    except ValueError:
        return None


def replay(path: Path, limits: ReadLimits | None = None) -> Session:
    """Return a session with a recorded device."""
    return Session(load(path), limits or ReadLimits())


def _object(line: str) -> tuple[Oid, int, Value | None]:
    name, tag, text = line.split("|", 2)
    oid = tuple(int(part) for part in name.strip(".").split("."))
    number = int(tag.rstrip("x"))
    return oid, number, _value(number, text, is_hex=tag.endswith("x"))


def _line(oid: Oid, value: Value | None, tag: int) -> str:
    name = ".".join(map(str, oid))
    if isinstance(value, bytes):
        if tag == _IP_ADDRESS and len(value) == 4:  # noqa: PLR2004 -- octets of an IPv4 address
            return f"{name}|{tag}|{'.'.join(map(str, value))}\n"
        if tag == _IP_ADDRESS or not _PLAIN.fullmatch(value):
            return f"{name}|{tag}x|{value.hex().upper()}\n"
        return f"{name}|{tag}|{value.decode('ascii')}\n"
    if isinstance(value, tuple):
        return f"{name}|{tag}|{'.'.join(map(str, value))}\n"
    return f"{name}|{tag}|{'' if value is None else value}\n"


def _value(tag: int, said: str, *, is_hex: bool) -> Value | None:
    # snmpsim's recorder cuts lines after 4,095 characters, in the middle of an octet as often as not.
    raw = bytes.fromhex(said[: len(said) // 2 * 2]) if is_hex else said.encode("utf-8", "surrogateescape")
    if tag in _STRINGS or (tag == _IP_ADDRESS and is_hex):
        return raw
    if tag in _INTEGERS:
        return int.from_bytes(raw, signed=tag == _INTEGER) if is_hex else int(said)
    if tag == _IP_ADDRESS:
        return bytes(int(part) for part in said.split("."))
    if tag == _OBJECT_IDENTIFIER:
        return tuple(int(part) for part in said.strip(".").split("."))
    if tag == _NULL:
        return None
    raise RefusedError(text("there is no tag {tag}", tag=tag))
