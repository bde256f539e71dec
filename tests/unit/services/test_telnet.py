"""Telnet open, refused, silent: against sockets of this machine. Nothing is sent."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address

from inventory.model.check import CheckResult
from probes.services.telnet import telnet_check

HERE = ip_address("127.0.0.1")


def test_an_open_port_needs_a_look_and_hears_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        check = asyncio.run(telnet_check("sw", HERE, 5.0, listener.getsockname()[1]))
        peer, _ = listener.accept()
        with peer:
            peer.settimeout(5)
            try:
                heard = peer.recv(100)
            except ConnectionResetError:
                heard = b""
    assert (check.result, heard) == (CheckResult.ATTENTION, b"")
    assert str(check.evidence).endswith("open")


def test_a_refusal_is_good() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        check = asyncio.run(telnet_check("sw", HERE, 5.0, holder.getsockname()[1]))
    assert (check.result, str(check.evidence).split()[1]) == (CheckResult.GOOD, "refused")


def test_a_full_backlog_is_silence_and_no_open_port() -> None:
    """A listener that accepts nobody: the kernel drops what comes after its backlog is full."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for waiting in (first, second):
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        check = asyncio.run(telnet_check("sw", HERE, 0.2, listener.getsockname()[1]))
    assert (check.result, str(check.evidence).split()[1]) == (CheckResult.GOOD, "no")
