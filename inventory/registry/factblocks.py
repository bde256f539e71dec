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

from sqlalchemy import and_, bindparam, delete, func, select, update

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
from inventory.registry import bulk, fresh
from inventory.registry.columns import storable, utc
from inventory.registry.tables.facts import FACT_BLOCKS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

    from inventory.registry.fresh import Block

_LEVEL: Final = 4
_WINDOW: Final = 32_768
"""How far back a dictionary reaches (RFC 1951)."""
_REPLACED: Final = "\ufffd".encode()
"""Stands for what no database holds: see :func:`inventory.registry.columns.storable`."""
_WORDS: Final = "words"
"""The key of a column that is one text: words with a blank between; None is an empty one."""
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
_BLOCK: Final = FACT_BLOCKS.c
_WHOLE: Final = select(func.max(_BLOCK.id)).where(
    _BLOCK.owner.in_(bindparam("owners", expanding=True)), _BLOCK.base.is_(None)
)
_BASES: Final = select(_BLOCK.kind, _BLOCK.owner, _BLOCK.id, _BLOCK.columns).where(
    _BLOCK.id.in_(_WHOLE.group_by(_BLOCK.owner, _BLOCK.kind))
)
"""The newest whole block of each table; made once, as every device asks for it."""


def append(connection: Connection, sweep_id: int, facts: Mapping[type[Any], Sequence[object]]) -> None:
    """Store facts by kind, one block per kind and device (of answers: per plane)."""
    groups = [(kind, owner, same) for kind in facts for owner, same in _by_owner(KINDS[kind], facts[kind])]
    if not groups:
        return
    bases = _bases(connection, {storable(owner) for _, owner, _ in groups})
    kept = fresh.of(connection)
    blocks: list[Block] = []
    for kind, owner, same in groups:
        key, raw = KINDS[kind].key, _columns(KINDS[kind], same)
        block = (key, *_packed(raw, bases.get((key, storable(owner)))))
        blocks.append(block)
        if _REPLACED not in raw:  # else it cannot be read back as it was given
            kept.keep(sweep_id, block, same)
    keys, needed, packed = zip(*blocks, strict=True)
    columns: dict[str, Sequence[Any]] = {
        "sweep_id": [sweep_id] * len(blocks),
        "kind": keys,
        "owner": [storable(owner) for _, owner, _ in groups],
        "rows": [len(same) for _, _, same in groups],
        "base": needed,
        "columns": packed,
    }
    bulk.insert(connection, FACT_BLOCKS, columns)


def _by_owner(kind: _Kind, facts: Sequence[object]) -> Iterable[tuple[str, Sequence[object]]]:
    owners = list(map(attrgetter(kind.by), facts))
    if owners.count(owners[0]) == len(owners):
        return [(owners[0], facts)]
    groups: dict[str, list[object]] = {}
    for owner, fact in zip(owners, facts, strict=True):
        groups.setdefault(owner, []).append(fact)
    return groups.items()


def _packed(raw: bytes, base: tuple[int, bytes] | None) -> tuple[int | None, bytes]:
    """Return columns packed, and the number of the block they need to be read."""
    if base is not None:
        number, columns = base
        packer = zlib.compressobj(_LEVEL, zdict=zlib.decompress(columns)[-_WINDOW:])
        packed = packer.compress(raw) + packer.flush()
        if len(packed) < _WORTH * len(columns):
            return number, packed
    return None, zlib.compress(raw, _LEVEL)


def _bases(connection: Connection, owners: Collection[str]) -> dict[tuple[str, str], tuple[int, bytes]]:
    """Return the newest whole block of each table of these owners: its number and columns."""
    found = connection.execute(_BASES, {"owners": list(owners)})
    return {(kind, owner): (number, columns) for kind, owner, number, columns in found}


def read(connection: Connection, kind: _Kind, sweeps: Sequence[int]) -> list[Any]:
    """Return the facts of these sweeps, table by table in the order of their arrival."""
    block = FACT_BLOCKS.c
    query = select(block.base, block.columns).where(block.sweep_id.in_(sweeps), block.kind == kind.key)
    found = [
        (row.base, row.columns, fresh.of(connection).get((kind.key, row.base, row.columns)))
        for row in connection.execute(query.order_by(block.id))
    ]
    bases = _needed(connection, {base for base, _, kept in found if base is not None and kept is None})
    facts: list[Any] = []
    known: dict[str, dict[Any, Any]] = {}
    for base, columns, kept in found:
        facts += kept if kept is not None else _facts(kind, _document(_unpacked(base, columns, bases)), known)
    return facts


def newest(connection: Connection, kind: _Kind, owners: Sequence[str], before: int) -> list[Any]:
    """Return the facts of the newest block of each of these tables in a sweep before one."""
    known: dict[str, dict[Any, Any]] = {}
    facts: list[Any] = []
    for start in range(0, len(owners), 500):  # fewer parameters than any database limits a statement to
        some = [storable(owner) for owner in owners[start : start + 500]]
        last = select(func.max(_BLOCK.id)).where(
            _BLOCK.owner.in_(some), _BLOCK.kind == kind.key, _BLOCK.sweep_id < before
        )
        query = select(_BLOCK.base, _BLOCK.columns).where(_BLOCK.id.in_(last.group_by(_BLOCK.owner)))
        found = connection.execute(query.order_by(_BLOCK.owner)).all()
        bases = _needed(connection, {base for base, _ in found if base is not None})
        for base, columns in found:
            facts += _facts(kind, _document(_unpacked(base, columns, bases)), known)
    return facts


def naming(connection: Connection, kind: _Kind, sweep_id: int, field: str, value: str) -> list[Any]:
    """Return the facts of a sweep that have this text in a field, in the order of their arrival.

    Only what holds the text is decoded: one card is asked for while a sweep tells a hundred thousand.
    """
    query = select(_BLOCK.base, _BLOCK.columns).where(_BLOCK.sweep_id == sweep_id, _BLOCK.kind == kind.key)
    if field == kind.by:
        query = query.where(_BLOCK.owner == storable(value))
    found = connection.execute(query.order_by(_BLOCK.id)).all()
    bases = _needed(connection, {base for base, _ in found if base is not None})
    needle = json.dumps(value, ensure_ascii=False)[1:-1].encode()
    facts: list[Any] = []
    for base, columns in found:
        raw = _unpacked(base, columns, bases)
        if needle in raw:
            facts += _having(kind, _document(raw), field, value)
    return facts


def _having(kind: _Kind, document: dict[str, Any], field: str, value: str) -> Iterable[Any]:
    every = document["of"].get(field, ())
    at = [number for number, one in enumerate(every) if one == value]
    if len(every) < document["n"]:  # one value that all rows have
        at = [*range(document["n"])] if at else []
    of = {
        name: column if len(column) < document["n"] else [column[number] for number in at]
        for name, column in document["of"].items()
    }
    return _facts(kind, {"n": len(at), "of": of}, {})


def _needed(connection: Connection, numbers: Collection[int]) -> dict[int, bytes]:
    """Return the end of the columns of these blocks, which others are read by."""
    wanted = sorted(numbers)
    bases: dict[int, bytes] = {}
    for start in range(0, len(wanted), 500):  # fewer parameters than any database limits a statement to
        query = select(_BLOCK.id, _BLOCK.columns).where(_BLOCK.id.in_(wanted[start : start + 500]))
        bases |= {number: zlib.decompress(columns)[-_WINDOW:] for number, columns in connection.execute(query)}
    return bases


def _unpacked(base: int | None, columns: bytes, bases: Mapping[int, bytes]) -> bytes:
    if base is None:
        return zlib.decompress(columns)
    unpacker = zlib.decompressobj(zdict=bases[base])
    return unpacker.decompress(columns) + unpacker.flush()


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
    """Return facts as JSON, column by column.

    A column of one value is that value once; one that repeats an earlier one is that one's name; MACs are one text.
    """
    made: dict[str, object] = {}
    numbers: dict[str, tuple[set[type], list[Any]]] = {}
    for field in fields(kind.fact):
        column = list(map(attrgetter(field.name), facts))
        if column[0] == column[-1] and column.count(column[0]) == len(column):
            made[field.name] = _encoded(column[:1], {type(column[0])})
            continue
        kinds = set(map(type, column))
        twin = next((name for name, earlier in numbers.items() if earlier == (kinds, column)), None)
        made[field.name] = twin or _encoded(column, kinds)
        if made[field.name] is column:  # JSON has them
            numbers[field.name] = kinds, column
    document = {"n": len(facts), "of": made}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _encoded(column: list[Any], kinds: set[type]) -> list[Any] | dict[str, str]:
    """Return values of some types as JSON has them. A member of a vocabulary is its text."""
    if kinds <= {int, bool, float, type(None)}:
        return column  # JSON has them
    if kinds <= {Mac, type(None)}:  # nothing in it has to be made storable
        return {_WORDS: " ".join([value.text if value else "" for value in column])}
    # Told apart by identity: hashing a member of a vocabulary or an address takes longer than all of this.
    members = dict(zip(map(id, column), column, strict=True))
    written = {number: _written(value) for number, value in members.items()}
    return list(map(written.__getitem__, map(id, column)))


def _written(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Identifier):
        return [value.kind.value, storable(value.value)]
    if isinstance(value, datetime):
        return utc(value).isoformat()
    return storable(str(value))


def _document(raw: bytes) -> dict[str, Any]:
    """Inverse of :func:`_columns`, but for the types: every column is a list."""
    document: dict[str, Any] = json.loads(raw)
    of = document["of"]
    for name, column in of.items():
        if isinstance(column, dict):
            of[name] = [word or None for word in column[_WORDS].split(" ")]
    document["of"] = {name: of[column] if isinstance(column, str) else column for name, column in of.items()}
    return document


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
