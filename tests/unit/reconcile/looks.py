"""Sweeps in a few words: who was seen where, and which tables were read completely."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

from inventory.model.coverage import Table
from inventory.model.history import CompleteRead, Look, Presence, Proof, SeenAddress, SeenPlace
from inventory.model.location import Place, Verdict

START = datetime(2026, 11, 2, 1, tzinfo=UTC)
A, B, C = (f"02:00:00:00:00:0{n}" for n in "abc")
GATEWAY = "core"
EVERYTHING = frozenset({("public", ip_network("10.0.0.0/24"))})


def when(sweep: int, minutes: int = 0) -> datetime:
    """Sweep N runs on day N."""
    return START + timedelta(days=sweep, minutes=minutes)


def port(switch: str, number: int) -> Place:
    return Place(switch, f"GE0/0/{number}", number)


def proof(sweep: int, device: str | None, row: str) -> Proof:
    return Proof("snmp:arp" if device == GATEWAY else "snmp:fdb", device, when(sweep, 10), row, sweep)


def address(sweep: int, ip: str, *holders: str) -> SeenAddress:
    by = holders[0] if holders else None
    return SeenAddress(ip_address(ip), proof(sweep, by, f"ip={ip}"), tuple(sorted(holders)))


def seen(
    sweep: int,
    identity: str,
    *places: Place,
    ip: str | tuple[str, ...] = (),
    verdict: Verdict | None = None,
    holders: tuple[str, ...] = (GATEWAY,),
    behind: tuple[str, ...] = (),
    passed: tuple[Place, ...] = (),
    stale: tuple[Place, ...] = (),
    plane: str = "public",
) -> Presence:
    """Say that an endpoint was seen at addresses and places: exact for one place, ambiguous for several."""
    ips = (ip,) if isinstance(ip, str) else ip
    sure = verdict or (Verdict.EXACT if len(places) == 1 else Verdict.AMBIGUOUS)
    return Presence(
        plane,
        identity,
        tuple(address(sweep, one, *holders) for one in ips),
        tuple(SeenPlace(one, proof(sweep, one.device, f"mac={identity} port={one.port}"), sure) for one in places),
        frozenset(behind),
        passed,
        stale,
    )


def look(sweep: int, *presences: Presence, read: tuple[str, ...] = (), scanned: bool = True) -> Look:
    """Make a sweep. The gateway's ARP table and the named switches' forwarding tables were read completely."""
    reads = {(name, Table.FDB): CompleteRead("snmp:fdb", when(sweep, 20), 10) for name in read}
    if GATEWAY in read:
        reads[GATEWAY, Table.ARP] = CompleteRead("snmp:arp", when(sweep, 20), 10)
    return Look(sweep, presences, reads, EVERYTHING if scanned else frozenset())
