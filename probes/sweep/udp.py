"""UDP: questions whose answer proves a host, and a closed port whose refusal does; by the kernel's sockets."""

from __future__ import annotations

import os
import secrets
import socket
import struct
from typing import TYPE_CHECKING, Final

from inventory.model.sightings import ProbeKind
from probes.sweep.asking import Answer, Asking, Fenced, Sent, fenced, sent
from probes.sweep.catalogue import CLOSED, CLOSED_PORTS, QUESTIONS, said
from probes.sweep.templates import GREETING
from probes.sweep.unreachable import IP_RECVERR, IPV6_RECVERR, from_socket

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from probes.sweep.unreachable import Unreachable

_IP_RECVTTL: Final = 12  # linux/in.h; Python has it from 3.14 on
_RECEIVE_BUFFER: Final = 1 << 20
_BATCH: Final = 4096


class Datagrams:
    """Questions and answers over one socket of one IP version."""

    def __init__(self, version: int, asked: Mapping[str, Sequence[Asking]]) -> None:
        ipv4 = version == 4  # noqa: PLR2004 -- IPv4
        self.socket = socket.socket(socket.AF_INET if ipv4 else socket.AF_INET6, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)  # the kernel caps it at rmem_max
        level = socket.IPPROTO_IP if ipv4 else socket.IPPROTO_IPV6
        self.socket.setsockopt(level, IP_RECVERR if ipv4 else IPV6_RECVERR, 1)
        self.socket.setsockopt(level, _IP_RECVTTL if ipv4 else socket.IPV6_RECVHOPLIMIT, 1)
        self._asked = asked

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()

    def send(self, asking: Asking, port: int, now: float) -> tuple[Sent, int | None]:
        """Send one datagram; the second value is the errno of a failure."""
        question = QUESTIONS.get(port)
        cookie = int.from_bytes(os.urandom(4), "big")
        if question is None:
            port, payload, kept = CLOSED + secrets.randbelow(CLOSED_PORTS), GREETING + asking.secret, cookie
        else:
            payload, kept = question.ask(cookie), cookie & question.keep
        try:
            self._send(payload, (str(asking.ip), port))
        except OSError as error:
            return sent(error.errno), error.errno
        asking.datagrams.setdefault(port, {})[kept] = now
        return Sent.YES, None

    def receive(self) -> Iterator[Answer | Fenced]:
        """Yield the answers that bring back a secret, and the refusals."""
        for _ in range(_BATCH):
            try:
                payload, control, _flags, address = self.socket.recvmsg(2048, 256)
            except BlockingIOError:
                break
            except OSError:  # an earlier datagram's ICMP error, now cleared; the error queue tells the whole of it
                continue
            yield from self._answer(payload, address[0], address[1], _ttl(control))
        for _ in range(_BATCH):
            blame = from_socket(self.socket)
            if blame is None:
                return
            if blame.error is not None and blame.error.blocked:
                yield from self._refused(blame.host, blame.port, blame.error)

    def _send(self, payload: bytes, to: tuple[str, int]) -> None:
        try:
            self.socket.sendto(payload, to)
        except OSError:  # about an earlier datagram, and cleared by this; only a second failure is about this one
            self.socket.sendto(payload, to)

    def _answer(self, payload: bytes, source: str, port: int, ttl: int | None) -> Iterator[Answer]:
        told = QUESTIONS[port].read(payload) if port in QUESTIONS else None
        if told is None:
            return
        for asking in self._asked.get(source.partition("%")[0], ()):
            at = asking.datagrams.get(port, {}).get(told.cookie)
            if at is not None:
                yield Answer(asking, ProbeKind.UDP, said(port, told.detail), at, ttl)

    def _refused(self, host: str, port: int, error: Unreachable) -> Iterator[Answer | Fenced]:
        for asking in self._asked.get(host.partition("%")[0], ()):
            times = asking.datagrams.get(port)
            if not times:
                continue
            if error.offender.partition("%")[0] == asking.text:
                at = next(iter(times.values())) if len(times) == 1 else None
                yield Answer(asking, ProbeKind.UDP, said(port, error.detail), at)
            else:
                yield fenced(asking, error)


def _ttl(control: Sequence[tuple[int, int, bytes]]) -> int | None:
    for level, kind, value in control:
        if (level, kind) in {(socket.IPPROTO_IP, socket.IP_TTL), (socket.IPPROTO_IPV6, socket.IPV6_HOPLIMIT)}:
            ttl: int = struct.unpack_from("=i", value)[0]
            return ttl
    return None
