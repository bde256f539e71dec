"""What the stations do by themselves: hold TCP ports open, and speak now and then so that switches know where they are.

One process serves all of them: a socket stays in the namespace it was opened in.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from . import kernel

if TYPE_CHECKING:
    from .wiring import Claim, Plan

NAMESPACES: Final = Path("/run/netns")
# Well below the bridges' ageing time.
SPEAK_SECONDS: Final = 60.0
CLAIM_SECONDS: Final = 10.0
_BROADCAST: Final = b"\xff" * 6
# Local experimental EtherType: every switch learns from it, no IP stack reacts to it.
_FRAME: Final = b"\x88\xb5" + b"netaudit lab".ljust(46, b"\0")


class Voice:
    """A raw socket on one interface, with what it says and when it says it next."""

    def __init__(self, interface: str, frame: bytes, period: float, first: float) -> None:
        # Protocol 0: sends, receives nothing.
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self._socket.bind((interface, 0))
        self._frame = frame
        self._period = period
        self.due = first

    def speak(self, now: float) -> None:
        """Send, or try again a second later while the interface is down."""
        try:
            self._socket.send(self._frame)
        except OSError:
            self.due = now + 1.0
        else:
            self.due = now + self._period


def _presence(mac: str) -> bytes:
    return _BROADCAST + bytes.fromhex(mac.replace(":", "")) + _FRAME


def _arp_request(claim: Claim) -> bytes:
    mac = bytes.fromhex(claim.mac.replace(":", ""))
    ask = b"\x00\x01\x08\x00\x06\x04\x00\x01"
    body = mac + socket.inet_aton(claim.ip) + b"\0" * 6 + socket.inet_aton(claim.gateway)
    return (_BROADCAST + mac + b"\x08\x06" + ask + body).ljust(60, b"\0")


class Stations:
    """The open sockets of all stations."""

    def __init__(self, plan: Plan) -> None:
        self._selector = selectors.DefaultSelector()
        self._voices: list[Voice] = []
        now = time.monotonic()
        claims = {claim.host: claim for claim in plan.claims}
        for host in plan.hosts.values():
            if not (host.speaks or host.listens):
                continue
            kernel.enter(NAMESPACES / host.name, kernel.NEW_NET)
            for interface, mac in host.speaks:
                self._voices.append(Voice(interface, _presence(mac), SPEAK_SECONDS, now))
            if host.name in claims:
                claim = claims[host.name]
                self._voices.append(Voice("eth0", _arp_request(claim), CLAIM_SECONDS, now + claim.offset))
            for port in host.listens:
                self._listen(port)

    def _listen(self, port: int) -> None:
        listener = socket.create_server(("", port), backlog=16)
        listener.setblocking(False)
        self._selector.register(listener, selectors.EVENT_READ)

    def speak_due(self) -> float:
        """Let everybody speak whose time has come; say how long to wait for the next one."""
        now = time.monotonic()
        for voice in self._voices:
            if voice.due <= now:
                voice.speak(now)
        return max(0.05, min(voice.due for voice in self._voices) - time.monotonic())

    def accept(self, timeout: float) -> None:
        """Complete handshakes; nobody has anything to say."""
        for key, _ in self._selector.select(timeout):
            listener = key.fileobj
            if isinstance(listener, socket.socket):
                with contextlib.suppress(OSError):
                    listener.accept()[0].close()

    def run_forever(self) -> None:
        """Serve until killed."""
        while True:
            self.accept(self.speak_due())
