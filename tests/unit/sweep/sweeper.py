"""Run one sweep in whatever network namespace this process was started in, and print its events as JSON lines.

``argv[1]`` is a JSON object: blocks (ranges, gateways, lanes), plan, pace, drop ("" | "before" | "after_sockets"),
descriptors (their limit, or null), pause_s (after each progress event), interrupt_at (packets: then it is
stopped, and another sweep goes on from there), days (its clock is so far ahead).
"""

from __future__ import annotations

import json
import logging
import os
import resource
import socket
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from inventory.model.facts import ProbeKind
from probes.contract import Block, BlockDone, Lane, Pace, ProbePlan
from probes.sweep.capability import Sockets
from probes.sweep.engine import sweep


def drop_privileges() -> None:
    """Become nobody: every capability goes with the user id."""
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)


def block(asked: dict[str, Any]) -> Block:
    """Make a block of ``first-last`` or a network."""
    written, vast = str(asked["addresses"]), False
    first, _, last = written.partition("-")
    if last:
        low, high = ip_address(first), ip_address(last)
        addresses = tuple(type(low)(number) for number in range(int(low), int(high) + 1))
        network = ip_network((first, 24), strict=False)
    else:
        network = ip_network(written)
        vast = network.num_addresses > 1 << 16
        addresses = tuple(ip_address(known) for known in asked.get("known", ())) if vast else tuple(network)
    lane = asked.get("lane")
    return Block(written, "public", network, addresses, asked.get("gateway"), Lane(*lane) if lane else None, vast, vast)


def say(**event: object) -> None:
    """Print one event at once: the test may be waiting for it."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def interrupted(blocks: list[Block], plan: ProbePlan, pace: Pace, packets: int) -> list[Block]:
    """Sweep until so many packets are sent, print what is known by then, and return what is to be asked further."""
    stop, left = threading.Event(), {known.key: known for known in blocks}
    for event in sweep(blocks, plan, pace, stop):
        if isinstance(event, BlockDone):
            heard = {seen.ip for seen in event.sightings}
            silent = tuple(ip for ip in left[event.block.key].addresses if ip not in heard)
            known = left[event.block.key]
            left[known.key] = replace(known, addresses=silent, begun=event.begun, answered=bool(heard))
            say(interrupted=[*event.begun.sent] if event.begun else [], heard=[str(ip) for ip in heard])
        elif event.packets_sent >= packets:
            stop.set()
    return list(left.values())


def tell(event: BlockDone, *, timed: bool) -> None:
    """Print what is known of a block."""
    if not event.finished:
        say(open=event.block.key, known=len(event.sightings))
        return
    found = [[str(s.ip), s.probe.value, s.detail, s.mac and s.mac.text, s.ttl] for s in event.sightings]
    say(done=event.block.key, asked=event.asked, limits=event.limits, sightings=found)
    for seen in event.sightings if timed else ():
        say(at=seen.at.isoformat())


def main() -> None:
    """Sweep and print."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    asked = json.loads(sys.argv[1])
    kinds = frozenset(ProbeKind(kind) for kind in asked["kinds"])
    plan = ProbePlan(
        kinds, tuple(asked["tcp_ports"]), asked["timeout_s"], asked["retries"], adaptive=asked.get("adaptive", False)
    )
    if asked["descriptors"]:
        resource.setrlimit(resource.RLIMIT_NOFILE, (asked["descriptors"], asked["descriptors"]))
    if asked["drop"]:
        import probes.sweep.selector  # noqa: F401, PLC0415 -- nobody may not be able to read the environment
    if asked["drop"] == "before":
        drop_privileges()
    with Sockets() as sockets:
        if asked["drop"] == "after_sockets":
            import scapy.layers.l2  # noqa: F401, PLC0415 -- nobody may not be able to read the environment

            drop_privileges()
        began = time.monotonic()
        blocks = [block(b) for b in asked["blocks"]]
        if "interrupt_at" in asked:
            blocks = interrupted(blocks, plan, Pace(*asked["pace"]), asked["interrupt_at"])
        ahead = timedelta(days=asked.get("days", 0))

        def now() -> datetime:
            return datetime.now(UTC) + ahead

        say(moment="began", time=now().isoformat())
        for event in sweep(blocks, plan, Pace(*asked["pace"]), threading.Event(), sockets=sockets, now=now):
            if isinstance(event, BlockDone):
                tell(event, timed=bool(ahead))
            else:
                if asked.get("squeeze") and sockets.packets:
                    sockets.packets.ip.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)  # the least the kernel gives
                time.sleep(asked["pause_s"])
                say(progress=event.packets_sent, planned=event.packets_planned, eta=event.eta_s)
        say(moment="ended", time=now().isoformat())
        say(elapsed=time.monotonic() - began)


if __name__ == "__main__":
    main()
