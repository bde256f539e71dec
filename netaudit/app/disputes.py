"""Objections: what units say about endpoints that were seen under their names, and what the office decides."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Final

from inventory.filing.cells import Fault, read
from inventory.filing.lifecycle import Refusal
from inventory.filing.schema import REGISTRATIONS
from inventory.model.disputes import DisputeKind, DisputeState, DisputeView
from inventory.model.errors import UsageError
from inventory.model.text import text
from inventory.model.values import PUBLIC_PLANE, Mac, rfc3339
from netaudit.app.answer import Report
from netaudit.app.records import unit_of
from reports import columns as c
from reports.columns import Column, Kind
from reports.document import Document, Line, Row, Section, Sheet, Table

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.cases import Actor
    from inventory.registry.engine import Registry
    from reports.data import Json

__all__ = ["DisputeKind", "DisputeState", "DisputeView", "decide", "report", "state"]

_ID: Final = Column("id", text("No."), Kind.INT, 6)
_KIND: Final = Column("kind", text("Objection"), Kind.WORD, 18)
_TARGET: Final = Column("target", text("Moved to"), Kind.CODE, 12)
_NOTE: Final = Column("note", text("Remark"), width=20)
_ANSWER: Final = Column("answer", text("Answer"), width=20)
_COLUMNS: Final = (_ID, c.UNIT, c.IP, c.MAC, _KIND, _TARGET, _NOTE, c.STATE, _ANSWER)


def state(
    registry: Registry,
    unit: str,
    query: str,
    kind: DisputeKind,
    actor: Actor,
    *,
    plane: str = PUBLIC_PLANE,
    target: str | None = None,
    note: str | None = None,
) -> DisputeView:
    """Note what a unit says about the endpoint of an address or a card.

    Raises:
        UsageError: it is neither, or a unit is unknown.
    """
    unit_of(registry, unit)
    ip, mac = _endpoint(query)
    if kind is DisputeKind.MOVED:
        if not target:
            raise UsageError(text("Say which unit it moved to."))
        target = named_unit(registry, target)
    view = DisputeView(0, unit, plane, kind, ip, mac, target if kind is DisputeKind.MOVED else None, note or None)
    return _checked(registry.desk.state_dispute(view, actor))


def named_unit(registry: Registry, written: str) -> str:
    """Return the code of the unit that somebody names by its code or full name.

    Raises:
        UsageError: there is none, or several have the name.
    """
    units = registry.units()
    found = [view.code for view in units if view.code == written] or [v.code for v in units if v.name == written]
    if len(found) != 1:
        raise UsageError(text("There is no {kind} {key}.", kind=text("unit"), key=written))
    return found[0]


def _endpoint(query: str) -> tuple[IPv4Address | IPv6Address | None, Mac | None]:
    address = read(REGISTRATIONS.by_key["ip"], query)
    if isinstance(address, IPv4Address | IPv6Address):
        return address, None
    card = read(REGISTRATIONS.by_key["mac"], query)
    if isinstance(card, Mac):
        return None, card
    reason = card.reason if isinstance(card, Fault) else text("The row names no endpoint.")
    raise UsageError(reason)


def decide(
    registry: Registry, number: int, decision: DisputeState, actor: Actor, answer: str | None = None
) -> DisputeView:
    """Accept or reject one, with an answer the unit reads.

    Raises:
        UsageError: there is none, or it is decided already.
    """
    return _checked(registry.desk.decide_dispute(number, decision, actor, (answer or "").strip() or None))


def _checked(done: DisputeView | Refusal) -> DisputeView:
    if isinstance(done, Refusal):
        raise UsageError(done.reason, done.hint)
    return done


def report(registry: Registry, *, unit: str | None = None, wanted: DisputeState | None = None) -> Report:
    """List objections, newest first."""
    found = registry.desk.disputes(unit=unit, state=wanted)[::-1]
    rows = tuple(Row((d.id, d.unit, d.ip, d.mac, d.kind, d.target, d.note, d.state, d.answer)) for d in found)
    data: list[Json] = [
        {
            "id": d.id, "unit": d.unit, "plane": d.plane, "ip": None if d.ip is None else str(d.ip),
            "mac": None if d.mac is None else d.mac.text, "kind": d.kind.value, "target": d.target, "note": d.note,
            "state": d.state.value, "at": None if d.at is None else rfc3339(d.at), "actor": d.actor,
            "answer": d.answer, "decided_by": d.decided_by,
        }
        for d in found
    ]  # fmt: skip
    title, table = text("Objections"), Table(_COLUMNS, rows, empty=text("No unit objects to anything."))
    lines = (Line(text("Number"), len(rows)),)
    document = Document(
        "disputes", title, None, lines, (Section(None, blocks=(table,)),), (Sheet("disputes", title, table),), version=1
    )
    return Report(document, data)


def settled(view: DisputeView, last_seen: datetime) -> bool:
    """Whether an endpoint is off the unit's list: nobody has decided yet, or the office agreed.

    What was unplugged or mistaken comes back when it is seen again after the decision.
    """
    if view.state is not DisputeState.ACCEPTED:
        return view.state is DisputeState.OPEN
    if view.kind in {DisputeKind.NOT_OURS, DisputeKind.MOVED}:
        return True
    return view.decided_at is not None and last_seen <= view.decided_at
