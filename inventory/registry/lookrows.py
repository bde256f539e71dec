"""A sweep's look as compressed JSON and back, without loss: kept so that the history can be folded again."""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any, Final

from inventory.model.coverage import Table
from inventory.model.history import CompleteRead, Look, Presence, Proof, SeenAddress, SeenPlace
from inventory.model.location import Place, Verdict
from inventory.registry.columns import storable, utc

_LEVEL: Final = 3
"""Of zlib's nine: most of the gain at a fraction of the time."""


def pack(look: Look) -> bytes:
    """Return a look as bytes: equal looks give equal bytes."""
    return packed(look)[0]


def packed(look: Look) -> tuple[bytes, bool]:
    """Return a look as bytes, and whether reading them gives an equal one: a text may not be storable as it is."""
    sources: dict[tuple[str, str | None, str], int] = {}

    known: dict[tuple[str, str | None, datetime], int] = {}

    def proof(one: Proof) -> list[object]:
        number = known.get(one[:3])
        if number is None:
            source = one.source, one.device, utc(one.at).isoformat()
            number = known[one[:3]] = sources.setdefault(source, len(sources))
        return [number, one.row]

    seen = [
        [
            one.plane,
            one.identity,
            [[str(a.ip), proof(a.proof), list(a.holders)] for a in one.addresses],
            [[*_place(p.place), proof(p.proof), p.verdict, p.vlan] for p in one.places],
            sorted(one.behind),
            [_place(place) for place in one.passed],
            [_place(place) for place in one.stale],
        ]
        for one in look.presences
    ]
    reads = [
        [device, table, read.source, utc(read.at).isoformat(), read.rows]
        for (device, table), read in sorted(look.reads.items())
    ]
    asked = sorted([plane, str(network)] for plane, network in look.asked)
    written = json.dumps([list(sources), seen, reads, asked], ensure_ascii=False, separators=(",", ":"))
    kept = storable(written)
    return zlib.compress(kept.encode(), _LEVEL), kept == written


def unpack(sweep: int, packed: bytes) -> Look:
    """Inverse of :func:`pack`."""
    sources, seen, reads, asked = json.loads(zlib.decompress(packed))
    origins = [(source, device, datetime.fromisoformat(at)) for source, device, at in sources]

    def proof(written: list[Any]) -> Proof:
        number, row = written
        source, device, at = origins[number]
        return Proof(source, device, at, row, sweep)

    presences = tuple(
        Presence(
            plane,
            identity,
            tuple(SeenAddress(ip_address(ip), proof(row), tuple(holders)) for ip, row, holders in addresses),
            tuple(
                SeenPlace(Place(device, port, if_index), proof(row), Verdict(verdict), vlan)
                for device, port, if_index, row, verdict, vlan in places
            ),
            frozenset(behind),
            tuple(Place(*place) for place in passed),
            tuple(Place(*place) for place in stale),
        )
        for plane, identity, addresses, places, behind, passed, stale in seen
    )
    return Look(
        sweep,
        presences,
        {
            (device, Table(table)): CompleteRead(source, datetime.fromisoformat(at), rows)
            for device, table, source, at, rows in reads
        },
        frozenset((plane, ip_network(network)) for plane, network in asked),
    )


def _place(place: Place) -> list[object]:
    return [place.device, place.port, place.if_index]
