"""Many rows into one table, given as columns: each column's values are converted together, equal ones once.

SQLAlchemy converts row by row, value by value, which takes several times as long as the database.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, type_coerce
from sqlalchemy import select as sql_select
from sqlalchemy.types import NullType

from inventory.registry.columns import MacText, storable, utc
from inventory.registry.upsert import insert_into

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Select, Table
    from sqlalchemy.types import TypeEngine

    from inventory.model.values import Mac

_ENCODE: Final = json.JSONEncoder(ensure_ascii=False).encode


_ALIKE: Final = 0.5
"""Where so few values are different, each is read once."""


@dataclass(frozen=True, slots=True)
class _Insertion:
    """A statement as the driver takes it; compiled once, as the same few come again for every device."""

    statement: str
    names: tuple[str, ...]
    """Of the columns, in the order of its parameters."""
    converters: tuple[Callable[[Any], Any] | None, ...]
    """Per column what makes a value the driver's."""
    by_position: bool


_KNOWN: Final[dict[tuple[str, Table, tuple[str, ...], frozenset[str] | None], _Insertion]] = {}


def insert(
    connection: Connection,
    table: Table,
    columns: Mapping[str, Sequence[Any]],
    *,
    over: bool = False,
    keeping: frozenset[str] = frozenset(),
) -> None:
    """Insert rows by one statement.

    Args:
        connection: of a transaction that writes.
        table: where to.
        columns: values by name, equally many each; of JSON columns the text, as :func:`quoted` and :func:`written`
            make it.
        over: put them in the place of rows with the same key.
        keeping: columns that stay as they are in such rows: no index on these has to be touched.
    """
    if not next(iter(columns.values())):
        return
    key = (connection.dialect.name, table, tuple(columns), keeping if over else None)
    if key not in _KNOWN:
        _KNOWN[key] = _insertion(connection, table, columns, keeping if over else None)
    known = _KNOWN[key]
    converted = zip(*map(_converted, known.converters, map(columns.__getitem__, known.names)), strict=True)
    rows = list(converted) if known.by_position else [dict(zip(known.names, row, strict=True)) for row in converted]
    connection.exec_driver_sql(known.statement, rows)


def _insertion(
    connection: Connection, table: Table, names: Iterable[str], keeping: frozenset[str] | None
) -> _Insertion:
    statement: Any = insert_into(connection, table)
    if keeping is not None:
        keys = [column.name for column in table.primary_key]
        changing = {name: statement.excluded[name] for name in names if name not in {*keys, *keeping}}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changing)
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(names))
    order = tuple(compiled.positiontup if compiled.positional else names)
    converters = tuple(_converter(table.c[name].type, connection) for name in order)
    return _Insertion(str(compiled), order, converters, compiled.positional)


def _converter(kind: TypeEngine[Any], connection: Connection) -> Callable[[Any], Any] | None:
    if isinstance(kind, MacText):
        return _text_of
    here = kind.dialect_impl(connection.dialect)
    return None if isinstance(here, JSON) else here.bind_processor(connection.dialect)


def _text_of(mac: Mac | None) -> str | None:
    return None if mac is None else mac.text


def _converted(convert: Callable[[Any], Any] | None, values: Sequence[Any]) -> Sequence[Any]:
    if convert is None:
        return values
    if convert is _text_of:  # looking one up takes longer
        return [value and value.text for value in values]
    known: dict[Any, Any] = {}
    return [known[value] if value in known else known.setdefault(value, convert(value)) for value in values]


def select(connection: Connection, table: Table, where: ColumnElement[bool] | None = None) -> list[Sequence[Any]]:
    """Return all columns of the rows that fit, each as a list of values. Equal JSON may be one and the same list."""
    query = sql_select(*table.columns)
    return columns(connection, query if where is None else query.where(where))


def columns(connection: Connection, query: Select[Any]) -> list[Sequence[Any]]:
    """Return what a query finds, each of its columns as a list of values. Equal JSON may be one and the same list."""
    wanted = list(query.selected_columns)
    plain = query.with_only_columns(*(type_coerce(column, NullType()) for column in wanted))
    rows = connection.execute(plain).all()
    if not rows:
        return [[] for _ in wanted]
    return [_read(column, values, connection) for column, values in zip(wanted, zip(*rows, strict=True), strict=True)]


def _read(column: ColumnElement[Any], values: Sequence[Any], connection: Connection) -> Sequence[Any]:
    convert = column.type.dialect_impl(connection.dialect).result_processor(connection.dialect, None)
    if convert is None:
        return values
    if convert is _text_of:  # looking one up takes longer
        return [value and value.text for value in values]
    alike = len(set(values)) < _ALIKE * len(values)
    if isinstance(column.type, JSON) and not alike and None not in values:  # one long document takes half the time
        found: list[Any] = json.loads(f"[{','.join(values)}]")
        return found
    known: dict[Any, Any] = {None: convert(None)}
    return [known[value] if value in known else known.setdefault(value, convert(value)) for value in values]


def quoted(text: str | None) -> str:
    """Return a text as JSON."""
    return "null" if text is None else encode_basestring(storable(text))


@lru_cache(maxsize=8192)
def origin(source: str, device: str | None, at: datetime) -> str:
    """Return where a row comes from as the start of a JSON list: source, device and time are those of many rows."""
    return f'[{quoted(source)}, {quoted(device)}, "{utc(at).isoformat()}"'


def texts(members: Iterable[str]) -> str:
    """Return a list of texts as JSON."""
    return f"[{', '.join(map(quoted, members))}]"


def written(value: object) -> str:
    """Return any value as JSON."""
    return storable(_ENCODE(value)) if value else "[]"
