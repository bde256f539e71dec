"""A TCP relay on loopback that adds a round-trip time."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def relay(port: int, rtt_s: float) -> Iterator[int]:
    """Forward connections to a port, half the round trip later each way; yield the relay's own port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    ends: list[_End] = []
    started = loop.create_server(lambda: _Near(port, rtt_s / 2, ends), "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(started, loop).result()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_close(server, ends), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(server: asyncio.Server, ends: list[_End]) -> None:
    server.close()
    for end in ends:
        end.transport.abort()
    await asyncio.sleep(0.05)


class _End(asyncio.Protocol):
    """One end of a connection: what it hears, the other end says later."""

    transport: asyncio.Transport

    def __init__(self, delay_s: float, ends: list[_End]) -> None:
        self.delay_s = delay_s
        self.ends = ends
        self.other: _End | None = None
        self.early: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.ends.append(self)

    def data_received(self, data: bytes) -> None:
        asyncio.get_running_loop().call_later(self.delay_s, self._pass_on, data)

    def _pass_on(self, data: bytes) -> None:
        if self.other is None:
            self.early.append(data)
        elif not self.other.transport.is_closing():
            self.other.transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's signature
        if self.other is not None:
            asyncio.get_running_loop().call_later(self.delay_s, self.other.transport.close)


class _Near(_End):
    """The client's side; it opens the way on."""

    def __init__(self, port: int, delay_s: float, ends: list[_End]) -> None:
        super().__init__(delay_s, ends)
        self.port = port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.opening = asyncio.ensure_future(self._open())

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        _transport, far = await loop.create_connection(lambda: _End(self.delay_s, self.ends), "127.0.0.1", self.port)
        far.other, self.other = self, far
        for data in self.early:
            self._pass_on(data)
