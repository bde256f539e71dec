"""Where was this endpoint, and which addresses did it have, from when to when, and by which rows?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from inventory.model.history import Closing
from inventory.model.location import Verdict
from inventory.model.text import Text, text
from inventory.model.values import Mac
from reports import columns as c
from reports import data, vocabulary
from reports.document import Document, Row, Section, Sheet, Step, Steps, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from inventory.model.history import EndpointHistory, Interval, Proof
    from reports.cells import Cell
    from reports.data import Json, Object, Vendor

VERSION: Final = 1
_COLUMNS: Final = (
    c.MAC,
    c.IP,
    c.DEVICE,
    c.PORT,
    c.VERDICT,
    c.VLAN,
    c.SINCE_SEEN,
    c.LAST_SEEN,
    c.ENDED,
    c.CLOSING,
    c.SEEN_IN,
    c.PLANE,
    c.OPENED_BY,
    c.LATEST_BY,
    c.ABOVE_BY,
    c.CLOSED_BY,
)


def document(
    query: str,
    found: Sequence[EndpointHistory],
    vendor: Vendor = data.nobody,
    *,
    kept_since: datetime | None = None,
) -> Document:
    """Build the timeline of every endpoint that is or had the address ``query``.

    Args:
        query: as it was asked for.
        found: their intervals.
        vendor: who made a network card.
        kept_since: what ended before was deleted by policy.
    """
    empty = text("No sweep saw {query}. It may be switched off, or lie where nothing could be read.", query=query)
    sections = [section_of(one, vendor) for one in found]
    rows = tuple(_row(interval) for one in found for interval in one.intervals)
    return Document(
        key="timeline",
        title=text("Timeline of {query}", query=query),
        as_of=None,
        sections=tuple(sections) or (Section(None, notes=(empty,)),),
        sheets=(Sheet("timeline", text("Timeline"), Table(_COLUMNS, rows, empty=empty)),),
        notes=deleted(kept_since),
        version=VERSION,
    )


def json_document(
    query: str,
    found: Sequence[EndpointHistory],
    vendor: Vendor = data.nobody,
    *,
    kept_since: datetime | None = None,
) -> Object:
    """Return the timeline as ``docs/schema/timeline.schema.json`` describes it."""
    endpoints: list[Json] = [endpoint(one, vendor) for one in found]
    return {"query": query, "version": VERSION, "kept_since": data.at(kept_since), "endpoints": endpoints}


def deleted(kept_since: datetime | None) -> tuple[Text, ...]:
    """Say what nobody can know any more; nothing where nothing was deleted."""
    if kept_since is None:
        return ()
    return (text("What ended before {at} was deleted by policy ([retention] in the settings).", at=kept_since),)


def with_history(
    answer: Document, found: Sequence[EndpointHistory], vendor: Vendor, *, kept_since: datetime | None = None
) -> Document:
    """Return an answer about now followed by how it came to be."""
    past = [section_of(one, vendor) for one in found]
    titled = [replace(part, title=text("History of {who}", who=part.title)) for part in past]
    return replace(answer, sections=(*answer.sections, *titled), notes=(*answer.notes, *deleted(kept_since)))


def endpoint(one: EndpointHistory, vendor: Vendor) -> Object:
    """Return one endpoint's intervals."""
    mac = mac_of(one)
    return {
        "plane": one.plane,
        "mac": str(mac) if mac else None,
        "ip": None if mac else one.identity,
        "vendor": vendor(mac) if mac else None,
        "addresses": [{"ip": str(held.ip), **interval(held)} for held in one.intervals if held.ip is not None],
        "places": [place(held) for held in one.intervals if held.place is not None],
    }


def place(held: Interval) -> Object:
    """Return one stay on a port."""
    where = data.place(held.place) if held.place else {}
    told: Object = {"verdict": held.verdict.value if held.verdict else None, "vlan": held.vlan}
    return {**where, **told, **interval(held), "behind": [*held.behind], "above": proof(held.above)}


def interval(held: Interval) -> Object:
    """Return what every interval has."""
    return {
        "since": data.at(held.since),
        "last_seen": data.at(held.last_seen),
        "ended": data.at(held.ended),
        "closing": held.closing.value if held.closing else None,
        "sweeps": held.seen,
        "misses": held.misses,
        "missing_since": data.at(held.missing_since),
        "opened": proof(held.opened),
        "latest": proof(held.latest),
        "elsewhere": proof(held.elsewhere),
        "closed": proof(held.closed),
    }


def proof(row: Proof | None) -> Json:
    """Return the row that opened, confirmed, doubted or closed an interval."""
    if row is None:
        return None
    return {"source": row.source, "device": row.device, "at": data.at(row.at), "row": row.row, "sweep": row.sweep}


def mac_of(one: EndpointHistory) -> Mac | None:
    """Return the endpoint's card; None where only its address is known."""
    return Mac(one.identity) if any(str(held.ip) != one.identity for held in one.intervals) else None


def section_of(one: EndpointHistory, vendor: Vendor) -> Section:
    """Return one endpoint's intervals in the order they began, with the gaps between them."""
    return Section(heading(one, vendor), blocks=(Steps(tuple(_steps(one.intervals))),))


def heading(one: EndpointHistory, vendor: Vendor) -> Text:
    """Return what an endpoint is called."""
    mac = mac_of(one)
    if mac is None:
        return text("{ip} (MAC unknown)", ip=one.identity)
    maker = vendor(mac)
    return text("Card {mac}, {vendor}", mac=mac, vendor=maker) if maker else text("Card {mac}", mac=mac)


def _steps(intervals: Sequence[Interval]) -> Iterator[Step]:
    until: datetime | None = None
    going = False
    for held in intervals:
        if until is not None and not going and held.since > until:
            yield Step(text("Not seen"), text("{start} to {end}", start=until, end=held.since), (), Tone.MUTED)
        yield step(held, intervals)
        going = going or held.ended is None
        if held.ended is not None:
            until = held.ended if until is None else max(until, held.ended)


def step(held: Interval, intervals: Sequence[Interval] = ()) -> Step:
    """Return one interval: what, from when to when, and the rows that opened, last confirmed and closed it.

    Args:
        held: the interval.
        intervals: all of the same endpoint: a card with a double is in two places at once.
    """
    told: list[Cell] = [_span(held)]
    if held.behind:
        told.append(text("behind it: {devices}", devices=", ".join(held.behind)))
    meanwhile = [other.place for other in intervals if _together(held, other) and other.place is not None]
    if meanwhile:
        told.append(text("at the same time on {places}", places="; ".join(f"{p.device} {p.port}" for p in meanwhile)))
    told.append(row(text("opened"), held.opened))
    if held.latest != held.opened:
        told.append(row(text("last"), held.latest))
    if held.ended is None:
        told += _doubts(held)
    if held.closed is not None:
        told.append(row(text("closed"), held.closed))
    tone = Tone.MUTED if held.ended is not None else vocabulary.tone(held.verdict) or Tone.GOOD
    if held.place is None:
        return Step(text("Address"), held.ip, tuple(told), tone)
    where = text("{device}, port {port}", device=held.place.device, port=held.place.port)
    if held.verdict is Verdict.BOUNDED:
        return Step(text("Behind port"), where, tuple(told), tone)
    if held.verdict is Verdict.AMBIGUOUS:
        return Step(text("Port") if meanwhile else text("Possible port"), where, tuple(told), tone)
    return Step(text("Port"), text("{place} ({verdict})", place=where, verdict=held.verdict), tuple(told), tone)


def _doubts(held: Interval) -> Iterator[Cell]:
    """Return what an interval that goes on rests on since it was seen last."""
    if held.missing_since is not None:
        yield text("complete reads without it since {at}: {count}", count=held.misses, at=held.missing_since)
    if held.above is not None:
        yield row(text("since then known less exactly"), held.above)
    if held.elsewhere is not None:
        yield row(text("its switch was not read since; seen elsewhere"), held.elsewhere)


def _together(one: Interval, other: Interval) -> bool:
    """Whether rows put an endpoint on two ports over the same time, as only a card with a double can be."""
    if one.key == other.key or one.place is None or other.place is None:
        return False
    exactly = Verdict.BOUNDED not in {one.verdict, other.verdict}
    return exactly and max(one.since, other.since) < min(one.last_seen, other.last_seen)


def row(label: Text, one: Proof) -> Text:
    """Return one row of evidence with the sweep that brought it."""
    line = f"{one.device}: {one.row}" if one.device else one.row
    return text(
        "{label}: {at}  {row} ({source}, sweep {sweep})",
        label=label,
        at=one.at,
        row=line,
        source=one.source,
        sweep=one.sweep,
    )


def _span(held: Interval) -> Text:
    span = text("{start} to {end}, sweeps that saw it: {count}", start=held.since, end=held.last_seen, count=held.seen)
    if held.ended is None or held.closing is None:
        return span
    if held.closing is Closing.NEARER:
        return text("{span}; known better from {ended}: {why}", span=span, ended=held.ended, why=held.closing)
    return text("{span}; not there from {ended}: {why}", span=span, ended=held.ended, why=held.closing)


def _row(held: Interval) -> Row:
    mac = None if str(held.ip) == held.identity else Mac(held.identity)
    return Row(
        (
            mac,
            held.ip,
            held.place.device if held.place else None,
            held.place.port if held.place else None,
            held.verdict,
            held.vlan,
            held.since,
            held.last_seen,
            held.ended,
            held.closing,
            held.seen,
            held.plane,
            _flat(held.opened),
            _flat(held.latest),
            _flat(held.above),
            _flat(held.closed),
        )
    )


def _flat(one: Proof | None) -> Cell:
    return None if one is None else f"sweep {one.sweep}: {one.source} {one.device or '-'}: {one.row}"
