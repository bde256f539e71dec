"""Which devices are read at once, and which have time left to answer; against real sockets on loopback."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest

from netaudit.app import knocks
from netaudit.app.knocks import Knocks, Round
from probes.contract import DeviceTarget, ReadLimits, SnmpV2c, SshCredential, SshLimits, SshTarget

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOPBACK = ip_address("127.0.0.1")
HASTY = ReadLimits(timeout_s=0.05, retries=1)
QUICK = SshLimits(connect_timeout_s=0.3)


@pytest.fixture
def open_sockets() -> Iterator[ExitStack]:
    """Sockets that end with the test."""
    with ExitStack() as stack:
        yield stack


def agent(stack: ExitStack) -> int:
    """Return a port where datagrams arrive and nobody answers."""
    peer = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    peer.bind(("127.0.0.1", 0))
    return int(peer.getsockname()[1])


def door(stack: ExitStack, *, full: bool) -> int:
    """Return a port that takes connections; a full one drops requests for more, as a dead device does."""
    peer = stack.enter_context(socket.socket())
    peer.bind(("127.0.0.1", 0))
    peer.listen(0 if full else 8)
    port = int(peer.getsockname()[1])
    taken = [] if not full else [stack.enter_context(socket.socket()) for _ in range(4)]
    for one in taken:
        one.setblocking(False)
        one.connect_ex(("127.0.0.1", port))
    return port


def by_snmp(name: str, port: int) -> DeviceTarget:
    return DeviceTarget(name, LOOPBACK, "public", SnmpV2c("public", port=port))


def by_ssh(name: str, port: int) -> SshTarget:
    return SshTarget(name, LOOPBACK, "public", SshCredential("lab", "audit", port=port))


def marks(some: Round) -> tuple[dict[str, bool], dict[str, bool]]:
    return {one.name: one.silent for one in some.by_snmp}, {one.name: one.silent for one in some.by_ssh}


def test_the_silent_are_marked_by_the_way_they_were_silent(
    open_sockets: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knocks, "_WORTH_WAITING_S", 0.0)
    monkeypatch.setattr(knocks, "_FIRST_ANSWERS_S", 0.0)
    snmp = [by_snmp("dead", agent(open_sockets)), by_snmp("ssh-only", agent(open_sockets))]
    ssh = [
        by_ssh("dead", door(open_sockets, full=True)),
        by_ssh("ssh-only", door(open_sockets, full=False)),
        by_ssh("no-snmp", door(open_sockets, full=True)),
    ]
    asked = Knocks(HASTY, QUICK, threading.Event())
    asked.start(snmp, ssh)
    now, later = asked.first(snmp, ssh)
    everybody = Round([*now.by_snmp, *later.by_snmp], [*now.by_ssh, *later.by_ssh])
    assert marks(asked.rest(everybody)) == (
        {"dead": True, "ssh-only": True},
        {"dead": True, "ssh-only": False, "no-snmp": True},
    )


def test_who_was_asked_only_just_now_is_read_like_all_others(
    open_sockets: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knocks, "_WORTH_WAITING_S", 3600.0)
    snmp = [by_snmp("sw", agent(open_sockets))]
    asked = Knocks(ReadLimits(timeout_s=60.0), QUICK, threading.Event())
    asked.start(snmp, [])
    now, later = asked.first(snmp, [])
    assert (marks(now), bool(later)) == (({"sw": False}, {}), False)


def test_whoever_may_yet_answer_is_read_later(open_sockets: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knocks, "_WORTH_WAITING_S", 0.0)
    snmp = [by_snmp("slow", agent(open_sockets))]
    stop = threading.Event()
    asked = Knocks(ReadLimits(timeout_s=60.0), QUICK, stop)
    asked.start(snmp, [])
    now, later = asked.first(snmp, [])
    assert (bool(now), marks(later)) == (False, ({"slow": False}, {}))
    stop.set()  # the end of all ends the waiting
    assert marks(asked.rest(later)) == ({"slow": False}, {})


def test_without_a_scan_nobody_is_asked() -> None:
    snmp = [by_snmp("sw", 9)]
    now, later = Knocks(HASTY, QUICK, threading.Event()).first(snmp, [])
    assert (marks(now), bool(later)) == (({"sw": False}, {}), False)
