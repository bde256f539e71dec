"""What can be wrong with rows that can each be read: with themselves, with each other and with what is filed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from inventory.model.batch import RecordKind
from inventory.model.records import UNASSIGNED
from inventory.model.text import Text, text
from inventory.model.values import PUBLIC_PLANE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from inventory.filing.layout import Value
    from inventory.filing.rows import Problem, Row
    from inventory.filing.surroundings import Seen, Surroundings
    from inventory.model.values import IPAddress, IPNetwork, Mac


def row_alone(row: Row) -> Iterator[Problem]:
    """Yield what one row lacks, and contradictions between its cells."""
    for column in row.sheet.table.columns:
        if column.required and column.key not in row.values and column.key not in row.given:
            yield row.problem(column.key, text("A new record needs the column {column}.", column=column.title))
    if row.kind is RecordKind.UNIT and row.values.get("code") == UNASSIGNED:
        yield row.problem("code", text("The code {code} is kept for what belongs to no unit.", code=UNASSIGNED))
    if row.kind is RecordKind.PREFIX:
        gateway, cidr = row.values.get("gateway"), row.values.get("cidr")
        if gateway is not None and cidr is not None and cast("IPAddress", gateway) not in cast("IPNetwork", cidr):
            yield row.problem("gateway", text("The gateway {gateway} is outside {cidr}.", gateway=gateway, cidr=cidr))
    if row.kind is RecordKind.CONTACT:
        start, end = row.values.get("valid_from"), row.values.get("valid_to")
        if start is not None and end is not None and cast("date", end) < cast("date", start):
            yield row.problem(
                "valid_to", text("The last day {end} is before the first day {start}.", end=end, start=start)
            )


def duplicates(rows: Sequence[Row]) -> Iterator[Problem]:
    """Yield rows whose key, or whose filed address, stands in an earlier row already.

    Which of two files is right nobody can know from their order, so both get the problem. Prefixes are duplicates only
    when identical: a prefix within another is legal, the longest match decides.
    """
    by_key: dict[tuple[object, ...], Row] = {}
    by_address: dict[tuple[Value, Value], Row] = {}
    for row in rows:
        key = row.key
        if key is None:
            continue
        first = by_key.setdefault((row.kind, *key), row)
        if first is not row:
            yield from _both(row, first, _same_key)
        if row.kind is RecordKind.REGISTRATION and "ip" in row.values:
            first = by_address.setdefault((row.values["plane"], row.values["ip"]), row)
            if first.key != key:
                yield from _both(row, first, _same_address)


def _both(row: Row, first: Row, problem: Callable[[Row, Row], Problem]) -> Iterator[Problem]:
    yield problem(row, first)
    if row.file != first.file:
        yield problem(first, row)


def _same_address(row: Row, other: Row) -> Problem:
    reason = text(
        "{ip} stands in {place} already, there with the MAC address {mac}.",
        ip=row.values["ip"],
        place=_place(other, row),
        mac=other.values["mac"],
    )
    return row.problem("ip", reason)


def _same_key(row: Row, other: Row) -> Problem:
    column = {RecordKind.REGISTRATION: "mac", RecordKind.CONTACT: "name"}.get(row.kind, row.sheet.table.keys[0])
    value, place, ip = row.values[column], _place(other, row), other.values.get("ip")
    if row.kind is RecordKind.REGISTRATION and ip is not None and ip != row.values.get("ip"):
        return row.problem(
            column, text("{mac} stands in {place} already, there with {ip}.", mac=value, place=place, ip=ip)
        )
    return row.problem(column, text("{value} stands in {place} already.", value=value, place=place))


def _place(row: Row, seen_from: Row) -> Text:
    if row.sheet is seen_from.sheet:
        return text("row {row}", row=row.number)
    if row.file == seen_from.file:
        return text("row {row} of the sheet {sheet}", row=row.number, sheet=row.sheet.sheet)
    return text("row {row} of {file}", row=row.number, file=row.file)


def loops(rows: Sequence[Row], around: Surroundings) -> Iterator[Problem]:
    """Yield units that would be above themselves."""
    parents = around.parents()
    for row in rows:
        if row.kind is not RecordKind.UNIT or row.key is None:
            continue
        code = row.key[0]
        chain = {code: None}
        above = parents.get(code)
        while above is not None and above not in chain:
            chain[above] = None
            above = parents.get(above)
        if above == code:
            shown = " → ".join(str(part) for part in (*chain, code))
            yield row.problem("parent", text("The unit would be above itself: {chain}.", chain=shown))


def links(row: Row, around: Surroundings, seen: Seen) -> Iterator[Problem]:
    """Yield what a row names that is neither registered nor in a file that counts."""
    for column in row.sheet.table.columns:
        code = row.values.get(column.key)
        if column.refers is None or code is None or column.key not in row.given:
            continue
        origins = around.origins(column.refers, code)
        if any(origin.counts(seen) for origin in origins):
            continue
        lost = next((origin.row.file for origin in origins if origin.row is not None), None)
        if lost is not None:
            yield row.problem(column.key, text("{name} is in {file}, which was refused.", name=code, file=lost))
        else:
            reason = _unknown(column.refers, code)
            alike = around.alike(column.refers, code)
            if alike:
                reason = text("{reason} Most alike: {names}.", reason=reason, names=", ".join(alike))
            yield row.problem(column.key, reason)


def _unknown(kind: RecordKind, code: Value) -> Text:
    if kind is RecordKind.UNIT:
        return text("The unit {code} is not registered.", code=code)
    if kind is RecordKind.POINT:
        return text("The point {code} is not registered.", code=code)
    return text("The device {code} is not registered; import points and devices in one command.", code=code)


def filing(row: Row, around: Surroundings, seen: Seen) -> Iterator[Problem]:
    """Yield what speaks against a registration: no prefix, or an address or card that is filed otherwise."""
    if row.kind is not RecordKind.REGISTRATION or row.values.get("ip") is None or row.values.get("plane") is None:
        return
    plane, ip = cast("str", row.values["plane"]), cast("IPAddress", row.values["ip"])
    if reason := _outside(plane, ip, around, seen):
        yield row.problem("ip", reason)
    mac = cast("Mac | None", row.values.get("mac"))
    if mac is None:
        return
    for other in around.filed_addresses.get((plane, ip), ()):
        if other.mac != mac and not _moves(plane, other.mac, ip, around, seen):
            reason = text(
                "{ip} is filed by the unit {unit} with the MAC address {mac}.", ip=ip, unit=other.unit, mac=other.mac
            )
            yield row.problem("ip", reason)
    card = around.filed_cards.get((plane, mac))
    hold = around.held.get((plane, ip))
    if hold is not None and hold.mac != mac and (card is None or card.ip != ip):
        yield row.problem(
            "ip",
            text("{ip} is held for the unit {unit} until {date}.", ip=ip, unit=hold.unit, date=hold.until.date()),
        )
    if card is not None and card.ip != ip and card.unit != row.values.get("unit", card.unit):
        yield row.problem(
            "mac", text("{mac} is filed by the unit {unit} with {ip}.", mac=mac, unit=card.unit, ip=card.ip)
        )


def _outside(plane: str, ip: IPAddress, around: Surroundings, seen: Seen) -> Text | None:
    lost: Text | None = None
    for network, origin in around.prefixes(plane, ip):
        if origin.counts(seen):
            return None
        if origin.row is not None and lost is None:
            lost = text("{name} is in {file}, which was refused.", name=network, file=origin.row.file)
    if lost is not None:
        return lost
    if plane == PUBLIC_PLANE:
        return text("{ip} is outside every registered prefix.", ip=ip)
    return text("{ip} is outside every registered prefix of the plane {plane}.", ip=ip, plane=plane)


def _moves(plane: str, mac: Mac, ip: IPAddress, around: Surroundings, seen: Seen) -> bool:
    """Whether a row of the same command gives the card that is filed with this address another one."""
    rows = around.rows_of_key.get((RecordKind.REGISTRATION, (plane, mac)), ())
    return any(seen(row) and row.values.get("ip") not in {None, ip} for row in rows)
