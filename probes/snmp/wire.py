"""The conversation with one device over its own connected UDP socket.

One socket per device: the kernel drops what comes from anybody else, an ICMP "port unreachable" reaches the request it
answers, and no device's replies are lost because another's filled a shared buffer.
"""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from inventory.model.coverage import Completeness
from inventory.model.systemerrors import system_words
from inventory.model.text import text, verbatim
from probes.contract import SnmpV2c
from probes.snmp.community import CommunityMessages, new_request_id
from probes.snmp.pdu import BUDGET_SPENT, PORT_UNREACHABLE, SILENCE, Failure, Request, Response, Traffic
from probes.snmp.usm import Report, UsmMessages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from probes.contract import ReadLimits, SnmpCredential
    from probes.snmp.pdu import Agent, View

_RECEIVE_BUFFER: Final = 1 << 20
_LONGEST_DATAGRAM: Final = 65_535
_DATAGRAMS_AT_ONCE: Final = 64
_BACKOFF: Final = 1.5
_REFUSAL_PAUSE_S: Final = 0.2
_RESYNCS: Final = 3
"""How often an agent may ask for another engine id or clock before an answer."""
_RTT_WEIGHT: Final = 0.125
_RTTS: Final = 4
_LONGEST_PATIENCE_S: Final = 30.0
_LATE_S: Final = 0.05
"""A timer this late fired in a loop too busy to look at the socket: what came meanwhile waits behind it."""


class Messages(Protocol):
    """One version's way to write requests and read replies."""

    @property
    def bulk(self) -> bool:
        """Whether the version has GETBULK."""

    @property
    def half_open(self) -> bool:
        """Whether the agent spoke without ever answering."""

    def write(self, request: Request, request_id: int) -> bytes:
        """Return the datagram of a request."""

    def read(self, datagram: bytes) -> tuple[int | None, Response | Report]:
        """Return whose answer a datagram is and what it says; ValueError when it is none."""


_Views: TypeAlias = "Callable[[View], Awaitable[Agent | Failure]]"
_Outcome: TypeAlias = "Response | Report | OSError | None"
"""None is silence."""


def messages_for(credential: SnmpCredential) -> CommunityMessages | UsmMessages:
    """Return what writes and reads the messages of a credential."""
    return CommunityMessages(credential) if isinstance(credential, SnmpV2c) else UsmMessages(credential)


class Wire:
    """Asks one device, one request at a time."""

    def __init__(
        self, peer: socket.socket, messages: Messages, limits: ReadLimits, views: _Views | None = None
    ) -> None:
        """Listen to a connected socket that does not block; it is closed with the wire."""
        self._peer = peer
        self._messages = messages
        self._limits = limits
        self._views = views
        self._traffic = Traffic()
        self._waiting: tuple[int, asyncio.Future[_Outcome]] | None = None
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(peer, self._hear)
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = 0.0
        self._heard_late = False

    @property
    def bulk(self) -> bool:
        """Whether the version has GETBULK."""
        return self._messages.bulk

    @property
    def traffic(self) -> Traffic:
        """What the conversation has cost so far."""
        return self._traffic

    async def ask(self, request: Request, until: float) -> Response | Failure:
        """Send a request until it is answered, refused, or patience ends."""
        request_id = new_request_id()
        self._traffic.requests += 1
        attempt = resyncs = 0
        asked_at = time.monotonic()
        outcome: _Outcome = None
        while attempt <= self._limits.retries:
            patience = min(self._patience() * _BACKOFF**attempt, _LONGEST_PATIENCE_S, until - time.monotonic())
            if patience <= 0:
                return Failure(Completeness.TIMED_OUT, BUDGET_SPENT)
            outcome = await self._exchange(request, request_id, patience)
            if isinstance(outcome, Response):
                # After a repetition nobody knows which of the questions was answered: the first is the safe reading.
                self._measure(time.monotonic() - asked_at)
                return outcome
            if isinstance(outcome, Report):
                resyncs += 1
                if outcome.again and resyncs <= _RESYNCS:
                    continue
                return Failure(Completeness.REFUSED, verbatim(outcome.reason))
            if outcome is not None:
                await asyncio.sleep(_REFUSAL_PAUSE_S)
            attempt += 1
            self._traffic.retries += 1
        return self._given_up(outcome)

    async def view(self, of: View) -> Agent | Failure:
        """Open a socket for one view of the device."""
        if self._views is None:
            return Failure(Completeness.UNSUPPORTED, text("no views"))
        try:
            return await self._views(of)
        except OSError as error:
            return Failure(Completeness.TIMED_OUT, system_words(error))

    def close(self) -> None:
        """Close the socket; a request that waits ends."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._peer.fileno() >= 0:
            self._loop.remove_reader(self._peer)
            self._peer.close()
        self._settle(OSError("socket closed"))

    def _hear(self) -> None:
        """Read what came. Decoded here, so that a busy loop can delay an answer but never turn it into a timeout."""
        for _ in range(_DATAGRAMS_AT_ONCE):
            try:
                datagram = self._peer.recv(_LONGEST_DATAGRAM)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                self._settle(error)
                return
            self._take(datagram)
            if self._waiting is None or self._waiting[1].done():
                return

    def _take(self, datagram: bytes) -> None:
        try:
            request_id, answer = self._messages.read(datagram)
        except ValueError:
            self._traffic.malformed += 1
            return
        except Exception as error:  # noqa: BLE001 -- a bug: raised where the request waits, not lost in a callback
            if self._waiting is not None and not self._waiting[1].done():
                self._waiting[1].set_exception(error)
            return
        if self._waiting is None or request_id not in {None, self._waiting[0]}:
            self._traffic.malformed += 1
            return
        self._settle(answer)

    def _settle(self, outcome: _Outcome) -> None:
        if self._waiting is not None and not self._waiting[1].done():
            self._waiting[1].set_result(outcome)

    async def _exchange(self, request: Request, request_id: int, patience: float) -> _Outcome:
        future: asyncio.Future[_Outcome] = self._loop.create_future()
        self._waiting = (request_id, future)
        self._set_timer(patience)
        try:
            self._peer.send(self._messages.write(request, request_id))
            self._traffic.datagrams += 1
            return await future
        except OSError as error:
            return error
        finally:
            self._waiting = None

    def _set_timer(self, patience: float) -> None:
        """Keep the timer of the request before as long as it fires in time: setting one costs more than a late look."""
        self._deadline, self._heard_late = self._loop.time() + patience, False
        if self._timer is not None and self._timer.when() > self._deadline:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = self._loop.call_at(self._deadline, self._expire)

    def _expire(self) -> None:
        """Call it silence, unless the loop was too busy to hear: then listen once more."""
        self._timer = None
        if self._waiting is None:
            return
        late = self._loop.time() - self._deadline
        if late < 0:
            self._timer = self._loop.call_at(self._deadline, self._expire)
        elif late > _LATE_S and not self._heard_late:
            self._heard_late = True
            self._timer = self._loop.call_later(_LATE_S, self._expire)
        else:
            self._settle(None)

    def _patience(self) -> float:
        known, first = self._traffic.rtt_s, self._limits.timeout_s
        if known is None:
            return first
        # What is asked only once must be waited for in full: the answer may be lost in a queue, not on the way.
        return (first / 2 if self._limits.retries else first) + _RTTS * known

    def _measure(self, rtt: float) -> None:
        known = self._traffic.rtt_s
        self._traffic.rtt_s = rtt if known is None else known + _RTT_WEIGHT * (rtt - known)

    def _given_up(self, last: _Outcome) -> Failure:
        if isinstance(last, ConnectionRefusedError):
            return Failure(Completeness.REFUSED, PORT_UNREACHABLE)
        if isinstance(last, PermissionError):
            return Failure(Completeness.REFUSED, text("sending is not permitted: {reason}", reason=system_words(last)))
        if isinstance(last, OSError):
            return Failure(Completeness.TIMED_OUT, system_words(last))
        if self._messages.half_open:
            guess = text("timeout after the engine told its id: probably a wrong privacy password or protocol")
            return Failure(Completeness.TIMED_OUT, guess, discovered=True)
        junk = self._traffic.malformed
        reason = text("timeout, {junk} malformed datagrams", junk=junk) if junk else SILENCE
        return Failure(Completeness.TIMED_OUT, reason)


def of_view(credential: SnmpCredential, of: View) -> SnmpCredential | None:
    """Return the credential of a view: derived from the device's own as its vendor has it, never guessed.

    None: the context of a VRF has a community of its own, which nobody told.
    """
    if isinstance(credential, SnmpV2c):
        return replace(credential, community=f"{credential.community}@{of}") if isinstance(of, int) else None
    return replace(credential, context=f"vlan-{of}" if isinstance(of, int) else of)


async def open_device(address: str, credential: SnmpCredential, limits: ReadLimits) -> Agent:
    """Open a socket to one device.

    Raises:
        OSError: there is no route, or no socket left.
    """

    async def view(of: View) -> Agent | Failure:
        other = of_view(credential, of)
        if other is None:
            return Failure(Completeness.UNSUPPORTED, text("a context can be asked by SNMPv3 only"))
        return await open_device(address, other, limits)

    if limits.engine == "pysnmp":
        from probes.snmp.pysnmp_engine import open_pysnmp  # noqa: PLC0415 -- half a second, for those who ask for it

        return await open_pysnmp(address, credential, limits, view)
    return await open_wire(address, credential.port, messages_for(credential), limits, view)


async def open_wire(
    address: str, port: int, messages: Messages, limits: ReadLimits, views: _Views | None = None
) -> Wire:
    """Open a socket to one device.

    Raises:
        OSError: there is no route, or no socket left.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    peer = socket.socket(family, socket.SOCK_DGRAM)
    try:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        peer.setblocking(False)
        peer.connect((address, port))
        return Wire(peer, messages, limits, views)
    except BaseException:
        peer.close()
        raise
