"""Who held this address at that moment, where was it, and how certain is that?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inventory.model.history import Certainty
from inventory.model.location import Verdict
from inventory.model.privacy import mask_text
from inventory.model.text import text
from reports import columns as c
from reports import data
from reports.document import Document, Row, Section, Sheet, Step, Steps, Table, Tone
from reports.kinds import timeline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from inventory.model.history import EndpointHistory, Interval
    from inventory.model.records import RegistrationView
    from reports.cells import Cell
    from reports.data import Object, Vendor

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """The question and what is needed to answer it in words."""

    query: str
    at: datetime
    filings: Mapping[tuple[str, str], RegistrationView]
    """What counts as filed today, by plane and MAC."""
    vendor: Vendor
    reveal: bool
    spot: bool = False
    """Whether it was asked who was on a device or a port."""
    kept_since: datetime | None = None
    """What ended before was deleted by policy."""

    @property
    def too_old(self) -> bool:
        """Whether the answer may have been deleted."""
        return self.kept_since is not None and self.at < self.kept_since


def document(asked: Asked, found: Sequence[EndpointHistory]) -> Document:
    """Build the answer."""
    held = [(one, _then(one, asked.at)) for one in found]
    held = [(one, then) for one, then in held if then]
    title = text("Who was {query} at {at}?", query=asked.query, at=asked.at)
    empty = text("Nothing that was read says who {query} was at {at}.", query=asked.query, at=asked.at)
    if asked.spot:
        title = text("Who was on {query} at {at}?", query=asked.query, at=asked.at)
        empty = text("Nothing that was read says who was on {query} at {at}.", query=asked.query, at=asked.at)
    rows = tuple(_row(one, interval, asked) for one, then in held for interval in then)
    columns = (c.CERTAINTY, c.MAC, c.IP, c.DEVICE, c.PORT, c.VERDICT, c.VLAN, c.SINCE_SEEN, c.LAST_SEEN, c.ENDED)
    sections = [Section(timeline.heading(one, asked.vendor), blocks=(_steps(one, then, asked),)) for one, then in held]
    return Document(
        key="moment",
        title=title,
        as_of=None,
        sections=tuple(sections) or (Section(None, notes=(empty,)),),
        sheets=(Sheet("moment", text("Matches"), Table(columns, rows, empty=empty)),),
        notes=timeline.deleted(asked.kept_since) if asked.too_old else (),
        version=VERSION,
    )


def json_document(asked: Asked, found: Sequence[EndpointHistory]) -> Object:
    """Return the answer as ``docs/schema/moment.schema.json`` describes it."""
    held = [(one, _then(one, asked.at)) for one in found]
    return {
        "query": asked.query,
        "version": VERSION,
        "at": data.at(asked.at),
        "kept_since": data.at(asked.kept_since),
        "matches": [_match(one, then, asked) for one, then in held if then],
    }


def _match(one: EndpointHistory, then: Sequence[Interval], asked: Asked) -> Object:
    mac = timeline.mac_of(one)
    ips = [str(held.ip) for held in then if held.ip is not None]
    proofs = [proof for held in then for proof in dict.fromkeys((held.opened, held.latest))]
    return {
        "ip": ips[0] if ips else None,
        "ips": [*ips],
        "mac": str(mac) if mac else None,
        "plane": one.plane,
        "vendor": asked.vendor(mac) if mac else None,
        "location": _location(then),
        "registration": data.registration(asked.filings.get((one.plane, one.identity)), reveal=asked.reveal),
        "certainty": min((held.certainty(asked.at) for held in then), key=list(Certainty).index).value,
        "evidence": [timeline.proof(proof) for proof in proofs],
        "addresses": [
            {"ip": str(held.ip), "certainty": held.certainty(asked.at).value, **timeline.interval(held)}
            for held in then
            if held.ip is not None
        ],
        "places": [
            {**timeline.place(held), "certainty": held.certainty(asked.at).value} for held in then if held.place
        ],
    }


def _location(then: Sequence[Interval]) -> Object:
    places = [held for held in then if held.place is not None]
    only = places[0] if len(places) == 1 else None
    if only is not None and only.place is not None and only.verdict is not None:
        verdict = only.verdict
        where: Object = data.place(only.place)
    else:
        verdict = Verdict.AMBIGUOUS if places else Verdict.L3_ONLY
        where = {"device": None, "port": None}
    if not places and not any(held.holders for held in then):
        verdict = Verdict.PROBE_ONLY
    several = [data.place(held.place) for held in places if held.place is not None] if only is None else []
    return {"verdict": verdict.value, **where, "vlan": only.vlan if only else None, "alternatives": [*several]}


def _then(one: EndpointHistory, at: datetime) -> tuple[Interval, ...]:
    """Return the intervals that cover a moment: of several places the proven ones, where there are any."""
    covering = [held for held in one.intervals if held.covers(at)]
    proven = {held.place is None for held in covering if held.proven(at)}
    return tuple(held for held in covering if held.proven(at) or (held.place is None) not in proven)


def _steps(one: EndpointHistory, then: Sequence[Interval], asked: Asked) -> Steps:
    steps = [_sure(held, asked.at, one.intervals) for held in then]
    filing = asked.filings.get((one.plane, one.identity))
    if filing is not None:
        person = filing.person if asked.reveal else mask_text(filing.person)
        who = " · ".join(part for part in (filing.unit, person) if part)
        steps.append(Step(text("Filed today"), who))
    return Steps(tuple(steps))


def _sure(held: Interval, at: datetime, intervals: Sequence[Interval]) -> Step:
    plain = timeline.step(held, intervals)
    told: Cell = held.certainty(at)
    tone = Tone.GOOD if held.certainty(at) is Certainty.PROVEN else Tone.WARN
    return Step(plain.title, plain.what, (told, *plain.proof), tone)


def _row(one: EndpointHistory, held: Interval, asked: Asked) -> Row:
    return Row(
        (
            held.certainty(asked.at),
            timeline.mac_of(one),
            held.ip,
            held.place.device if held.place else None,
            held.place.port if held.place else None,
            held.verdict,
            held.vlan,
            held.since,
            held.last_seen,
            held.ended,
        )
    )
