"""Packets onto the wire and off it by the hundred: sendmmsg(2) and recvmmsg(2) on packet sockets, by ctypes.

``AF_PACKET, SOCK_DGRAM``: the kernel writes the link header for the next hop we name, so neither its neighbour table
nor its connection tracking nor its filters stand between us and the wire.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import struct
import sys
from array import array
from typing import Final, NamedTuple

from probes.sweep.filter import SO_ATTACH_FILTER

MOST: Final = 1024
"""Packets per system call (UIO_MAXIOV)."""
SLOT: Final = 512
"""Room for one received packet: a NetBIOS table of names; two IP headers with all options and what an error quotes."""
_LARGEST: Final = 256
"""Octets of the largest packet sent, without its link header."""
ETH_P_IP: Final = 0x0800
ETH_P_ARP: Final = 0x0806
_IGNORE_OUTGOING: Final = 23  # linux/if_packet.h
_STATISTICS: Final = 6
_SOL_PACKET: Final = 263
_SO_TIMESTAMPNS: Final = 35
_RECEIVE_BUFFER: Final = 4 << 20
_ANSWER_COSTS: Final = 2304
"""Octets of a socket's buffer that one small packet takes: 832 from a virtual link, up to a half page from a card."""
_ADDRESS: Final = struct.Struct("=HHiHBB8s")  # sockaddr_ll: family, protocol, index, hardware, packet type, length
_STAMP: Final = struct.Struct("=QiiqQ")  # cmsghdr, timespec
_CONTROL: Final = 64
_WORDS: Final = 8  # of 8 octets in one mmsghdr: name, its length, iovec, its count, control, its length, flags, length
_LENGTH_MASK: Final = 0xFFFFFFFF
_DONTWAIT: Final = socket.MSG_DONTWAIT

_libc: Final = ctypes.CDLL(None, use_errno=True)


def available() -> bool:
    """Whether this computer's structures have the layout written down here: 64 bits, Linux."""
    return sys.platform == "linux" and ctypes.sizeof(ctypes.c_void_p) == 8  # noqa: PLR2004 -- octets


class Hop(NamedTuple):
    """Where packets go next: a station on a link."""

    link: int
    """Interface index."""
    mac: bytes
    protocol: int

    @property
    def packed(self) -> bytes:
        """The sockaddr_ll that names it."""
        mac = self.mac.ljust(8, b"\0")
        return _ADDRESS.pack(socket.AF_PACKET, socket.htons(self.protocol), self.link, 0, 0, len(self.mac), mac)


class Outbox:
    """Sends many packets to one next hop after the other."""

    def __init__(self, sock: socket.socket) -> None:
        self._descriptor = sock.fileno()
        self._packets = bytearray(_LARGEST * MOST)
        self._name = bytearray(_ADDRESS.size)
        self._headers = array("Q", bytes(8 * _WORDS * MOST))
        self._pieces = array("Q", bytes(16 * MOST))
        self._headers[0::_WORDS] = array("Q", [_address(self._name)]) * MOST
        self._headers[1::_WORDS] = array("Q", [_ADDRESS.size]) * MOST
        first = self._pieces.buffer_info()[0]
        self._headers[2::_WORDS] = array("Q", range(first, first + 16 * MOST, 16))
        self._headers[3::_WORDS] = array("Q", [1]) * MOST
        self._where = self._headers.buffer_info()[0]
        self._hop: Hop | None = None
        self._size = 0

    def send(self, hop: Hop, packets: bytearray, size: int, skip: int = 0) -> tuple[int, int]:
        """Send packets of ``size`` octets each, the first ``skip`` left out.

        Returns:
            How many the kernel took, and the errno that stopped it (0 = none did).
        """
        count = min(MOST, len(packets) // size - skip)
        if hop != self._hop:
            self._hop, self._name[:] = hop, hop.packed
        if size != self._size:
            self._size, start = size, _address(self._packets)
            self._pieces[0::2] = array("Q", range(start, start + MOST * size, size))
            self._pieces[1::2] = array("Q", [size]) * MOST
        self._packets[: count * size] = memoryview(packets)[skip * size : (skip + count) * size]
        taken = _libc.sendmmsg(self._descriptor, ctypes.c_void_p(self._where), count, _DONTWAIT)
        if taken < 0:
            return 0, ctypes.get_errno()
        return taken, 0


class Inbox:
    """Receives many packets from one socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self.slots = bytearray(SLOT * MOST)
        """What :meth:`receive` brought: a packet in each ``SLOT`` octets, from the network header on."""
        self._names = bytearray(_ADDRESS.size * MOST)
        self._controls = bytearray(_CONTROL * MOST)
        self._pieces = array("Q", bytes(16 * MOST))
        self._pieces[0::2] = array("Q", range(_address(self.slots), _address(self.slots) + SLOT * MOST, SLOT))
        self._pieces[1::2] = array("Q", [SLOT]) * MOST
        self._fresh = array("Q", bytes(8 * _WORDS * MOST))
        for word, buffer, step in ((0, self._names, _ADDRESS.size), (4, self._controls, _CONTROL)):
            first = _address(buffer)
            self._fresh[word::_WORDS] = array("Q", range(first, first + step * MOST, step))
            self._fresh[word + 1 :: _WORDS] = array("Q", [step]) * MOST
        first = self._pieces.buffer_info()[0]
        self._fresh[2::_WORDS] = array("Q", range(first, first + 16 * MOST, 16))
        self._fresh[3::_WORDS] = array("Q", [1]) * MOST
        self._headers = self._fresh[:]
        self._where = self._headers.buffer_info()[0]
        self._used = 0
        self.dropped = 0
        """Packets the kernel had no room for, since the socket was opened."""

    def receive(self) -> int:
        """Read what arrived, in place of what was read before; return how many packets. :data:`MOST`: ask again."""
        if self._used:  # the kernel wrote lengths into the headers
            self._headers[: _WORDS * self._used] = self._fresh[: _WORDS * self._used]
            self._used = 0
        count: int = _libc.recvmmsg(self._socket.fileno(), ctypes.c_void_p(self._where), MOST, _DONTWAIT, None)
        if count <= 0:
            return 0  # empty; or the link went down, which the socket reports once
        self._used = count
        return count

    @property
    def room(self) -> int:
        """How many answers the socket holds at least until they are read."""
        return max(1, self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // _ANSWER_COSTS)

    def count_drops(self) -> int:
        """Ask the kernel how many packets it dropped since it was last asked; reading clears its counter."""
        drops: int = struct.unpack("=II", self._socket.getsockopt(_SOL_PACKET, _STATISTICS, 8))[1]
        self.dropped += drops
        return drops

    def octets(self, number: int) -> bytes:
        """Return one of the packets just read, from its network header on."""
        length = self._headers[_WORDS * number + _WORDS - 1] & _LENGTH_MASK
        return bytes(self.slots[number * SLOT : number * SLOT + length])

    def link(self, number: int) -> int:
        """Return the index of the interface it came by."""
        found: int = struct.unpack_from("=i", self._names, number * _ADDRESS.size + 4)[0]
        return found

    def waited_s(self, number: int, wall_s: float) -> float:
        """Return how long it lay in the socket, by the kernel's stamp; ``wall_s`` is the time of day now."""
        size, level, kind, seconds, nanoseconds = _STAMP.unpack_from(self._controls, number * _CONTROL)
        if level != socket.SOL_SOCKET or kind != _SO_TIMESTAMPNS or size != _STAMP.size:
            return 0.0
        return float(wall_s - seconds - nanoseconds / 1e9)


def listen(sock: socket.socket, program: bytes, protocol: int) -> None:
    """Let a packet socket that was opened for no protocol hear one, through a filter that is there before."""
    buffer = ctypes.create_string_buffer(program, len(program))
    sock.setsockopt(
        socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("=HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    )
    sock.setsockopt(_SOL_PACKET, _IGNORE_OUTGOING, 1)
    sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)  # the kernel caps it at rmem_max
    sock.setblocking(False)
    everywhere = Hop(0, b"", protocol).packed  # socket.bind() wants a link's name
    if _libc.bind(sock.fileno(), everywhere, len(everywhere)):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def describe(number: int) -> str:
    """Name an errno for the log."""
    return f"{errno.errorcode.get(number, number)}: {os.strerror(number)}"


def _address(buffer: bytearray) -> int:
    return ctypes.addressof((ctypes.c_char * len(buffer)).from_buffer(buffer))
