"""The long tables as compressed columns: one block per table read, and of what did not change since, next to nothing.

A forwarding table read today is mostly the one read yesterday. Its columns are compressed with an earlier block of the
same device and kind as a dictionary (RFC 1950, FDICT): what is the same costs a few octets. Every block needs at most
one other to be read, its base, which is whole.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from functools import cache
from ipaddress import ip_address
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, delete, insert, select, update

from inventory.model.facts import (
    ArpKind,
    ArpRow,
    FdbRow,
    FdbStatus,
    Identifier,
    IdentifierKind,
    InterfaceFact,
    LldpNeighbour,
    ProbeKind,
    Sighting,
)
from inventory.model.values import Mac
from inventory.registry.columns import storable, utc
from inventory.registry.tables.facts import FACT_BLOCKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection

_LEVEL: Final = 4
_WINDOW: Final = 32_768
"""How far back a dictionary reaches (RFC 1951)."""
_WORTH: Final = 0.5
"""A block that is not smaller than this part of its base becomes the next base."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of fact that is stored in blocks."""

    fact: type[Any]
    key: str
    by: str
    """The field that says whose table it is."""
    decoders: dict[str, Callable[[Any], Any]]
    """Fields that JSON does not know."""


@cache
def _time(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _identifier(written: list[str] | None) -> Identifier | None:
    return None if written is None else Identifier(IdentifierKind(written[0]), written[1])


def _unless_none(decode: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda written: None if written is None else decode(written)


_IP, _MAC = _unless_none(ip_address), _unless_none(Mac)
KINDS: Final = {
    kind.fact: kind
    for kind in (
        _Kind(Sighting, "sighting", "plane", {"ip": _IP, "mac": _MAC, "probe": ProbeKind, "at": _time}),
        _Kind(ArpRow, "arp", "device", {"ip": _IP, "mac": _MAC, "kind": ArpKind, "at": _time}),
        _Kind(FdbRow, "fdb", "device", {"mac": _MAC, "status": FdbStatus, "at": _time}),
        _Kind(InterfaceFact, "interface", "device", {"mac": _MAC, "at": _time}),
        _Kind(
            LldpNeighbour,
            "lldp",
            "device",
            {"chassis": _identifier, "port": _identifier, "management_address": _IP, "at": _time},
        ),
    )
}
"""What is stored so. Other kinds are few, or asked for across sweeps."""


def append(connection: Connection, sweep_id: int, kind: _Kind, facts: Sequence[object]) -> None:
    """Store facts of one kind, one block per device (of answers: per plane)."""
    groups: dict[str, list[object]] = {}
    read = attrgetter(kind.by)
    for fact in facts:
        groups.setdefault(read(fact), []).append(fact)
    rows = [_block(connection, sweep_id, kind, owner, same) for owner, same in groups.items()]
    if rows:
        connection.execute(insert(FACT_BLOCKS), rows)


def _block(connection: Connection, sweep_id: int, kind: _Kind, owner: str, facts: Sequence[object]) -> dict[str, Any]:
    raw = _columns(kind, facts)
    base = _base(connection, kind, owner)
    row = {"sweep_id": sweep_id, "kind": kind.key, "owner": storable(owner), "rows": len(facts), "base": None}
    if base is not None:
        number, size, dictionary = base
        packer = zlib.compressobj(_LEVEL, zdict=dictionary)
        packed = packer.compress(raw) + packer.flush()
        if len(packed) < _WORTH * size:
            return {**row, "base": number, "columns": packed}
    return {**row, "columns": zlib.compress(raw, _LEVEL)}


def _base(connection: Connection, kind: _Kind, owner: str) -> tuple[int, int, bytes] | None:
    """Return the newest whole block of the same table: its number, its size, and the dictionary it makes."""
    block = FACT_BLOCKS.c
    query = select(block.id, block.columns).where(
        block.owner == storable(owner), block.kind == kind.key, block.base.is_(None)
    )
    found = connection.execute(query.order_by(block.id.desc()).limit(1)).first()
    if found is None:
        return None
    return found.id, len(found.columns), zlib.decompress(found.columns)[-_WINDOW:]


def read(connection: Connection, kind: _Kind, sweeps: Sequence[int]) -> list[Any]:
    """Return the facts of these sweeps, table by table in the order of their arrival."""
    block = FACT_BLOCKS.c
    query = select(block.base, block.columns).where(block.sweep_id.in_(sweeps), block.kind == kind.key)
    found = connection.execute(query.order_by(block.id)).all()
    wanted = sorted({row.base for row in found if row.base is not None})
    bases: dict[int, bytes] = {}
    for start in range(0, len(wanted), 500):  # fewer parameters than any database limits a statement to
        query = select(block.id, block.columns).where(block.id.in_(wanted[start : start + 500]))
        bases |= {number: zlib.decompress(columns)[-_WINDOW:] for number, columns in connection.execute(query)}
    facts: list[Any] = []
    known: dict[str, dict[Any, Any]] = {}
    for row in found:
        if row.base is None:
            raw = zlib.decompress(row.columns)
        else:
            unpacker = zlib.decompressobj(zdict=bases[row.base])
            raw = unpacker.decompress(row.columns) + unpacker.flush()
        facts += _facts(kind, json.loads(raw), known)
    return facts


def delete_blocks(connection: Connection, condition: ColumnElement[bool]) -> None:
    """Delete blocks; one that others are still read by stays as their base, of no sweep."""
    block, user = FACT_BLOCKS.c, FACT_BLOCKS.alias("used_by")
    connection.execute(update(FACT_BLOCKS).where(condition, block.base.is_not(None)).values(sweep_id=None))
    connection.execute(delete(FACT_BLOCKS).where(block.sweep_id.is_(None), block.base.is_not(None)))
    needed = select(user.c.base).where(user.c.base.is_not(None))
    connection.execute(update(FACT_BLOCKS).where(condition, block.id.in_(needed)).values(sweep_id=None))
    connection.execute(delete(FACT_BLOCKS).where(condition, block.sweep_id.is_not(None)))
    connection.execute(delete(FACT_BLOCKS).where(block.sweep_id.is_(None), block.id.not_in(needed)))


def of_device(sweep_id: int, device: str) -> ColumnElement[bool]:
    """Return the condition that a block is of one device's tables in one sweep."""
    block = FACT_BLOCKS.c
    kinds = [kind.key for kind in KINDS.values() if kind.by == "device"]
    return and_(block.sweep_id == sweep_id, block.owner == storable(device), block.kind.in_(kinds))


def _columns(kind: _Kind, facts: Sequence[object]) -> bytes:
    """Return facts as JSON, column by column; a column of one value is that value once."""
    made: dict[str, object] = {}
    for field in fields(kind.fact):
        column = list(map(attrgetter(field.name), facts))
        encode = _encoder(column)
        if encode is not None:
            seen: dict[Any, Any] = {}
            column = [seen[value] if value in seen else seen.setdefault(value, encode(value)) for value in column]
        same = column.count(column[0]) == len(column)
        made[field.name] = [column[0]] if same else column
    document = {"n": len(facts), "of": made}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _encoder(column: Iterable[object]) -> Callable[[Any], Any] | None:
    kinds = set(map(type, column)) - {type(None)}
    if kinds <= {int, bool, float}:
        return None  # JSON has them
    return _encoded


def _encoded(value: object) -> object:
    """Return a value as JSON has it. A member of a vocabulary is its text."""
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Identifier):
        return [value.kind.value, storable(value.value)]
    if isinstance(value, datetime):
        return utc(value).isoformat()
    return storable(str(value))


def _facts(kind: _Kind, document: dict[str, Any], known: dict[str, dict[Any, Any]]) -> Iterable[Any]:
    count = document["n"]
    columns = []
    for field in fields(kind.fact):
        column = document["of"].get(field.name)
        if column is None:  # a field that facts did not have when this was stored
            columns.append([None if field.default is MISSING else field.default] * count)
            continue
        decode = kind.decoders.get(field.name)
        if decode is not None:
            column = _decoded(column, decode, known.setdefault(field.name, {}))
        columns.append(column if len(column) == count else column * count)
    return map(kind.fact, *columns)


def _decoded(column: list[Any], decode: Callable[[Any], Any], known: dict[Any, Any]) -> list[Any]:
    """Decode each value once: a card is on the way of many switches."""
    if column and isinstance(column[0], list):
        return [decode(value) for value in column]
    return [known[value] if value in known else known.setdefault(value, decode(value)) for value in column]
