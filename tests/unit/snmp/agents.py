"""An agent on loopback that behaves as it is told: a real peer, written with pysnmp's own message classes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto import rfc1901, rfc1902, rfc1905

from probes.contract import DeviceTarget

Oid: TypeAlias = tuple[int, ...]
VarBinds: TypeAlias = Sequence[tuple[Oid, object]]
Objects: TypeAlias = dict[Oid, object]
Reply: TypeAlias = bytes | list[bytes] | None
Behaviour: TypeAlias = Callable[["Question"], Reply]


@dataclass(frozen=True)
class Question:
    """A request as it arrived, and the means to answer it honestly or otherwise."""

    version: int
    verb: str
    request_id: int
    repetitions: int
    oids: tuple[Oid, ...]
    number: int
    """How many requests came before."""
    objects: dict[Oid, object]
    community: bytes = b"public"

    def next_of(self, oid: Oid) -> tuple[Oid, object]:
        """Return the variable after an OID, or endOfMibView."""
        later = [known for known in self.objects if known > oid]
        return (min(later), self.objects[min(later)]) if later else (oid, rfc1905.endOfMibView)

    def honest(self) -> VarBinds:
        """Return what RFC 3416 asks for."""
        if self.verb == "get-request":
            return [(oid, self.objects.get(oid, rfc1905.noSuchInstance)) for oid in self.oids]
        found: list[tuple[Oid, object]] = []
        cursors = list(self.oids)
        for _ in range(self.repetitions if self.verb == "get-bulk-request" else 1):
            row = [self.next_of(oid) for oid in cursors]
            cursors = [oid for oid, _ in row]
            found += row
        return found

    def answer(
        self, varbinds: VarBinds | None = None, *, status: int = 0, index: int = 0, request_id: int | None = None
    ) -> bytes:
        """Write a reply."""
        message = rfc1901.Message()
        message["version"], message["community"] = self.version, self.community
        pdu = message["data"]["response"]
        pdu["request-id"] = self.request_id if request_id is None else request_id
        pdu["error-status"], pdu["error-index"] = status, index
        given = self.honest() if varbinds is None else varbinds
        listed = pdu["variable-bindings"]
        listed.clear()
        for position, (oid, value) in enumerate(given):
            listed[position]["name"] = oid
            _set_value(listed[position][1], value)
        return bytes(encoder.encode(message))


def _set_value(choice: rfc1905._BindValue, value: object) -> None:
    if isinstance(value, int):
        choice["value"]["simple"]["integer-value"] = value
    elif isinstance(value, bytes):
        choice["value"]["simple"]["string-value"] = value
    elif isinstance(value, rfc1902.TimeTicks):
        choice["value"]["application-wide"]["timeticks-value"] = value
    else:
        choice[
            {
                rfc1905.EndOfMibView: "endOfMibView",
                rfc1905.NoSuchInstance: "noSuchInstance",
                rfc1905.NoSuchObject: "noSuchObject",
            }[type(value)]
        ] = ""


@dataclass
class Rogue:
    """A UDP agent on loopback that behaves as told, in a thread of its own."""

    behaviour: Behaviour
    objects: dict[Oid, object]
    peer: socket.socket = field(init=False)
    asked: int = 0
    odd_port: socket.socket | None = None

    def __post_init__(self) -> None:
        """Bind and start."""
        self.peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.peer.bind(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.peer.getsockname()[1])

    def _serve(self) -> None:
        while True:
            data, sender = self.peer.recvfrom(65_535)
            if data == b"stop":
                return
            reply = self.behaviour(self._question(data))
            self.asked += 1
            for one in reply if isinstance(reply, list) else [reply]:
                if one is not None:
                    (self.odd_port or self.peer).sendto(one, sender)

    def _question(self, data: bytes) -> Question:
        message, _ = decoder.decode(data, asn1Spec=rfc1901.Message())
        verb = message["data"].getName()
        pdu = message["data"][verb]
        return Question(
            version=int(message["version"]),
            verb=verb,
            request_id=int(pdu["request-id"]),
            repetitions=int(pdu["max-repetitions"]) if verb == "get-bulk-request" else 0,
            oids=tuple(tuple(varbind["name"]) for varbind in pdu["variable-bindings"]),
            number=self.asked,
            objects=self.objects,
            community=bytes(message["community"]),
        )

    def stop(self) -> None:
        """End the thread and the socket."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as poke:
            poke.sendto(b"stop", ("127.0.0.1", self.port))
        self.thread.join()
        self.peer.close()
        if self.odd_port is not None:
            self.odd_port.close()


Rogues: TypeAlias = Callable[[Behaviour, Objects], Rogue]
Aim: TypeAlias = Callable[..., DeviceTarget]
"""Makes a target on loopback of a port, and optionally a credential and a name."""
