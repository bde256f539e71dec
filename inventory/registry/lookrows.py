"""A sweep's look as compressed JSON and back, without loss: kept so that the history can be folded again."""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from ipaddress import ip_network
from json.encoder import encode_basestring as quote
from typing import TYPE_CHECKING, Any, Final

from inventory.model.coverage import Table
from inventory.model.history import CompleteRead, Look, Presence, Proof, SeenAddress, SeenPlace
from inventory.model.location import Place, Verdict
from inventory.model.values import parsed, written
from inventory.registry.columns import storable, utc
from inventory.registry.encoding import Fragments

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEVEL: Final = 3
"""Of zlib's nine: most of the gain at a fraction of the time."""


def pack(look: Look) -> bytes:
    """Return a look as bytes: equal looks give equal bytes."""
    return packed(look)[0]


def packed(look: Look) -> tuple[bytes, bool]:
    """Return a look as bytes, and whether reading them gives an equal one: a text may not be storable as it is."""
    sources: dict[tuple[str, str | None, str], int] = {}
    known: dict[tuple[str, str | None, datetime], int] = {}

    def proof(one: Proof) -> str:
        number = known.get(one[:3])
        if number is None:
            source = one.source, one.device, utc(one.at).isoformat()
            number = known[one[:3]] = sources.setdefault(source, len(sources))
        return f"[{number},{quote(one.row)}]"

    places = Fragments(_places)  # many endpoints passed the very same ones
    seen = ",".join(
        [
            f"[{quote(one.plane)},{quote(one.identity)},"
            f"[{','.join([f'[{quote(written(a.ip))},{proof(a.proof)},{_texts(a.holders)}]' for a in one.addresses])}],"
            f"[{','.join([_seen(p, proof(p.proof)) for p in one.places])}],"
            f"{_texts(sorted(one.behind)) if one.behind else '[]'},{places.text(one.passed)},{places.text(one.stale)}]"
            for one in look.presences
        ]
    )
    reads = [
        [device, table, read.source, utc(read.at).isoformat(), read.rows]
        for (device, table), read in sorted(look.reads.items())
    ]
    asked = sorted([plane, str(network)] for plane, network in look.asked)
    document = f"[{_plain(list(sources))},[{seen}],{_plain(reads)},{_plain(asked)}]"
    kept = storable(document)
    return zlib.compress(kept.encode(), _LEVEL), kept == document


def _seen(one: SeenPlace, proof: str) -> str:
    device, port, if_index = one.place
    vlan = "null" if one.vlan is None else one.vlan
    return f"[{quote(device)},{quote(port)},{if_index},{proof},{quote(one.verdict)},{vlan}]"


def _texts(members: Iterable[str]) -> str:
    return f"[{','.join(map(quote, members))}]"


def _places(places: Iterable[Place]) -> str:
    return f"[{','.join([f'[{quote(device)},{quote(port)},{if_index}]' for device, port, if_index in places])}]"


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


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
            tuple(SeenAddress(parsed(ip), proof(row), tuple(holders)) for ip, row, holders in addresses),
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
