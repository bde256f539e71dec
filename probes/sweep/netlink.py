"""Questions to the kernel's routing socket (rtnetlink(7)): read-only, no privilege needed."""

from __future__ import annotations

import os
import socket
import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

GETLINK: Final = 18
GETADDR: Final = 22
GETROUTE: Final = 26
GETNEIGH: Final = 30
GETRULE: Final = 34

_HEADER: Final = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_ATTRIBUTE: Final = struct.Struct("=HH")  # length, type
_REQUEST: Final = 0x1
_DUMP: Final = 0x300
_ERROR: Final = 2
_DONE: Final = 3
_TYPE_MASK: Final = 0x3FFF  # without NLA_F_NESTED and NLA_F_NET_BYTEORDER
_BUFFER: Final = 1 << 17


class Netlink:
    """One routing socket. Every answer is complete before the next question is asked."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)
        self._socket.settimeout(2.0)  # the kernel answers at once, or not at all
        self._sequence = 0

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def ask(self, kind: int, body: bytes) -> bytes | None:
        """Return the body of the one answer; None when the kernel says there is none (no route, for instance)."""
        self._send(kind, _REQUEST, body)
        for answer, payload in self._messages():
            return None if answer == _ERROR else payload
        return None

    def dump(self, kind: int, body: bytes) -> Iterator[bytes]:
        """Yield the body of every row of a table.

        Raises:
            OSError: the kernel refused.
        """
        self._send(kind, _REQUEST | _DUMP, body)
        done = False
        while not done:
            for answer, payload in self._messages():
                if answer == _DONE:
                    done = True
                elif answer == _ERROR:
                    number = -struct.unpack_from("=i", payload)[0]
                    raise OSError(number, os.strerror(number))
                else:
                    yield payload

    def _send(self, kind: int, flags: int, body: bytes) -> None:
        self._sequence += 1
        self._socket.send(_HEADER.pack(_HEADER.size + len(body), kind, flags, self._sequence, 0) + body)

    def _messages(self) -> Iterator[tuple[int, bytes]]:
        data, offset = self._socket.recv(_BUFFER), 0
        while offset + _HEADER.size <= len(data):
            length, kind, _flags, sequence, _port = _HEADER.unpack_from(data, offset)
            if length < _HEADER.size:
                return
            if sequence == self._sequence:  # the rest of an answer nobody waited for is skipped
                yield kind, data[offset + _HEADER.size : offset + length]
            offset += (length + 3) & ~3


def attributes(data: bytes, offset: int) -> dict[int, bytes]:
    """Return the attributes that follow a message's fixed part."""
    found: dict[int, bytes] = {}
    while offset + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, offset)
        if length < _ATTRIBUTE.size:
            break
        found[kind & _TYPE_MASK] = data[offset + _ATTRIBUTE.size : offset + length]
        offset += (length + 3) & ~3
    return found
