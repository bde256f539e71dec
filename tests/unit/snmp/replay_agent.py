"""Recordings served over real UDP by hundreds of addresses of loopback, and every datagram that came, kept.

Reads and writes BER by itself: what it says and hears must not depend on the code it is there to test.
"""

from __future__ import annotations

import selectors
import socket
import threading
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Oid: TypeAlias = tuple[int, ...]
GET, NEXT, RESPONSE, SET, BULK = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5
_NO_SUCH_NAME = 2


def tlv(tag: int, contents: bytes) -> bytes:
    """Write one element."""
    if len(contents) < 128:
        return bytes((tag, len(contents))) + contents
    size = len(contents).to_bytes(3).lstrip(b"\0")
    return bytes((tag, 0x80 | len(size))) + size + contents


def whole(number: int) -> bytes:
    """Write the contents of an INTEGER."""
    for size in range(1, 10):
        try:
            return number.to_bytes(size, signed=True)
        except OverflowError:
            continue
    raise AssertionError(number)


def name(oid: Oid) -> bytes:
    """Write an OBJECT IDENTIFIER."""
    found = bytearray([oid[0] * 40 + oid[1]])
    for arc in oid[2:]:
        septets = [arc >> shift & 0x7F for shift in range(28, -1, -7)]
        while len(septets) > 1 and not septets[0]:
            del septets[0]
        found += bytes([septet | 0x80 for septet in septets[:-1]] + septets[-1:])
    return tlv(6, bytes(found))


def elements(data: bytes) -> list[tuple[int, bytes]]:
    """Split what stands in a constructed element."""
    found, at = [], 0
    while at < len(data):
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            octets = size & 0x7F
            size, at = int.from_bytes(data[at : at + octets]), at + octets
        found.append((tag, data[at : at + size]))
        at += size
    return found


def oid_of(contents: bytes) -> Oid:
    """Read the contents of an OBJECT IDENTIFIER."""
    arcs, arc = [], 0
    for octet in contents:
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    return (arcs[0] // 40, arcs[0] % 40, *arcs[1:])


@dataclass(frozen=True)
class Request:
    """A v1 or v2c request, taken apart."""

    version: int
    community: bytes
    verb: int
    request_id: bytes
    repetitions: int
    oids: tuple[Oid, ...]

    @classmethod
    def of(cls, datagram: bytes) -> Request:
        """Take a datagram apart."""
        [(_, message)] = elements(datagram)
        (_, version), (_, community), (verb, pdu) = elements(message)
        (_, request_id), _, (_, repetitions), (_, listed) = elements(pdu)
        oids = tuple(oid_of(elements(pair)[0][1]) for _, pair in elements(listed))
        return cls(int.from_bytes(version), community, verb, request_id, int.from_bytes(repetitions, signed=True), oids)


@dataclass
class Shelf:
    """The objects of one device, in order, each written already."""

    oids: list[Oid]
    written: list[bytes]
    views: dict[bytes, Shelf] = field(default_factory=dict)
    """What it shows under other communities (``public@20``)."""

    @classmethod
    def of(cls, path: Path, community: bytes = b"public") -> Shelf:
        """Read a ``.snmprec`` file, and the views beside it."""
        objects: dict[Oid, bytes] = {}
        for line in path.read_bytes().split(b"\n"):
            if line.strip():
                oid, tag, value = line.rstrip(b"\r").split(b"|", 2)
                key = tuple(map(int, oid.strip(b".").split(b".")))
                objects[key] = tlv(0x30, name(key) + _value(int(tag.rstrip(b"x")), value, is_hex=tag.endswith(b"x")))
        oids = sorted(objects)
        views = {
            b"%s@%s" % (community, view.stem.rpartition("@")[2].encode()): cls.of(view)
            for view in path.parent.glob(f"{path.stem}@*.snmprec")
            if "@" not in path.stem
        }
        return cls(oids, [objects[oid] for oid in oids], views)

    def reply(self, request: Request, max_octets: int = 60_000) -> bytes | None:
        """Answer as RFC 3416 has it, or RFC 1157 for version 1; a community nobody knows gets no answer."""
        shelf = self.views.get(request.community, None if b"@" in request.community else self)
        if shelf is None:
            return None
        status = index = 0
        found: list[bytes] = []
        if request.verb == GET:
            found = [shelf.get(oid) for oid in request.oids]
        else:
            room, cursors = max_octets, list(request.oids)
            for _ in range(request.repetitions if request.verb == BULK else 1):
                row = [shelf.after(oid) for oid in cursors]
                room -= sum(len(varbind) for _, varbind in row)
                if room < 0:
                    break
                cursors = [oid for oid, _ in row]
                found += [varbind for _, varbind in row]
                if all(varbind[-2] == 0x82 for _, varbind in row):
                    break
        if request.version == 0:
            missing = [number for number, varbind in enumerate(found, 1) if varbind[-2] in {0x80, 0x81, 0x82}]
            if missing:
                status, index = _NO_SUCH_NAME, missing[0]
                found = [tlv(0x30, name(oid) + b"\x05\x00") for oid in request.oids]
        pdu = tlv(2, request.request_id) + tlv(2, whole(status)) + tlv(2, whole(index)) + tlv(0x30, b"".join(found))
        return tlv(0x30, tlv(2, whole(request.version)) + tlv(4, request.community) + tlv(RESPONSE, pdu))

    def get(self, oid: Oid) -> bytes:
        """Return one variable; exceptions are the last two octets."""
        place = bisect_left(self.oids, oid)
        if place < len(self.oids) and self.oids[place] == oid:
            return self.written[place]
        near = bisect_left(self.oids, oid[:-1])
        known = near < len(self.oids) and self.oids[near][: len(oid) - 1] == oid[:-1]
        return tlv(0x30, name(oid) + (b"\x81\x00" if known else b"\x80\x00"))

    def after(self, oid: Oid) -> tuple[Oid, bytes]:
        """Return the variable behind an OID."""
        place = bisect_right(self.oids, oid)
        if place == len(self.oids):
            return oid, tlv(0x30, name(oid) + b"\x82\x00")
        return self.oids[place], self.written[place]


def _value(tag: int, text: bytes, *, is_hex: bool) -> bytes:
    if tag in {2, 65, 66, 67, 70, 71} and not is_hex:
        return tlv(tag, whole(int(text)))
    if is_hex:
        # snmpsim's recorder cuts lines after 4,095 characters, in the middle of an octet as often as not.
        return tlv(tag, bytes.fromhex(text[: len(text) // 2 * 2].decode()))
    if tag == 64:
        return tlv(tag, bytes(map(int, text.split(b"."))))
    if tag == 6:
        return name(tuple(map(int, text.strip(b".").split(b"."))))
    return tlv(tag, b"" if tag == 5 else text)


class Fleet:
    """Many agents on loopback, all served by one thread."""

    def __init__(self, shelves: Mapping[str, Shelf], *, port: int = 0, max_octets: int = 60_000) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.unread = 0
        """Datagrams that were no v1 or v2c request at all."""
        self._max_octets = max_octets
        self._selector = selectors.DefaultSelector()
        self.ports: dict[str, int] = {}
        for address, shelf in shelves.items():
            peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            peer.bind((address, port))
            peer.setblocking(False)
            self.ports[address] = peer.getsockname()[1]
            self._selector.register(peer, selectors.EVENT_READ, (address, shelf))
        self._poke, self._ear = socket.socketpair()
        self._selector.register(self._ear, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def verbs(self) -> set[int]:
        """Return the kinds of everything that was heard."""
        return {Request.of(datagram).verb for _, datagram in self.heard}

    def _serve(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                peer, (address, shelf) = key.fileobj, key.data
                assert isinstance(peer, socket.socket)
                datagram, sender = peer.recvfrom(65_535)
                self.heard.append((address, datagram))
                try:
                    request = Request.of(datagram)
                except (ValueError, IndexError):
                    self.unread += 1
                    continue
                reply = shelf.reply(request, self._max_octets) if request.verb in {GET, NEXT, BULK} else None
                if reply is not None:
                    peer.sendto(reply, sender)

    def stop(self) -> None:
        """End the thread and close every socket."""
        self._poke.send(b"x")
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
        self._poke.close()
        self._selector.close()
