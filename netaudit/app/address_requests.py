"""Addresses: suggested, asked for, held, and made registrations of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import islice
from typing import TYPE_CHECKING, Final

from inventory.filing.cells import write
from inventory.filing.free import free_addresses, is_free, suitable
from inventory.filing.lifecycle import Refusal
from inventory.filing.schema import REGISTRATIONS
from inventory.model.batch import RecordKind
from inventory.model.errors import SettingsError
from inventory.model.requests import AddressRequest, FreeAddress, RequestState
from inventory.model.text import text
from inventory.model.values import rfc3339
from netaudit.app.answer import Report
from netaudit.app.records import Refused, judged, unit_of
from netaudit.app.registration import required
from reports import columns as c
from reports.columns import Column, Kind
from reports.document import Document, Line, Row, Section, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inventory.model.cases import Actor
    from inventory.model.text import Text
    from inventory.model.values import IPNetwork
    from inventory.registry.engine import Registry
    from netaudit.settings import FilingSettings, Settings
    from reports.data import Json

__all__ = ["AddressRequest", "FreeAddress", "RequestState", "Suggestion", "ask", "report", "suggest", "suggestions"]

SUGGESTED: Final = 5
_STORED: Final = tuple(key for key in REGISTRATIONS.by_key if key not in {"unit", "plane", "ip", "mac"})
_ID: Final = Column("id", text("No."), Kind.INT, 6)
_UNTIL: Final = Column("until", text("Held until"), Kind.TIME, 16)
_PREFIX: Final = Column("prefix", text("Prefix"), Kind.CODE, 18)
_FREE: Final = (c.IP, _PREFIX, c.PLANE, c.POINT)
_REQUESTS: Final = (_ID, c.UNIT, c.IP, c.MAC, c.PERSON, c.STATE, _UNTIL, c.REASON)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Free addresses of a unit, or why there are none."""

    free: tuple[FreeAddress, ...]
    because: Text | None = None


def kept(registry: Registry, settings: FilingSettings) -> tuple[IPNetwork, ...]:
    """Return the networks no address is given from: what the office reserves, and what nothing is sent to.

    Raises:
        SettingsError: ``filing.reserved`` holds something else.
    """
    today = datetime.now(UTC).astimezone().date()
    found = [view.target for view in registry.exclusions() if view.applies(today)]
    for written in settings.reserved:
        try:
            found.append(ip_network(written, strict=False))
        except ValueError:
            raise SettingsError(
                text("filing.reserved: {value} is neither a network nor an address.", value=written),
                text("Write it like {example}.", example="10.20.3.0/28"),
            ) from None
    return tuple(found)


def suggest(registry: Registry, settings: Settings, unit: str, count: int = SUGGESTED) -> Suggestion:
    """Return free addresses of a unit."""
    prefixes = registry.prefixes()
    mine = suitable(prefixes, unit)
    if not mine:
        by_dhcp = any(prefix.unit == unit and prefix.dhcp for prefix in prefixes)
        told = text("The unit's addresses are given by DHCP; nobody has to ask for one.")
        return Suggestion((), told if by_dhcp else text("No prefix for users is registered for the unit."))
    taken, barred = registry.desk.requests.taken(), kept(registry, settings.filing)
    free = tuple(islice(free_addresses(prefixes, unit, taken, barred), count))
    if free:
        return Suggestion(free)
    return Suggestion((), text("Every address of the unit's prefixes is seen, filed, held or kept free."))


def ask(
    registry: Registry, settings: Settings, unit: str, written: Mapping[str, str], actor: Actor
) -> AddressRequest | Refusal:
    """Hold an address for a card: the one that is named, or the first free one.

    Args:
        registry: where.
        settings: what a registration needs, and how long an address is held.
        unit: for whom.
        written: cells of the registration it becomes; without ``ip`` the first free one.
        actor: who asks.

    Raises:
        UsageError: there is no such unit.
    """
    cells = {key: value for key, value in written.items() if value.strip()} | {"unit": unit}
    chosen = suggest(registry, settings, unit, 1) if "ip" not in cells else None
    if chosen is not None:
        if not chosen.free:
            return Refusal(chosen.because or text("There is no free address."), column="ip")
        cells |= {"ip": str(chosen.free[0].ip), "plane": chosen.free[0].plane}
    try:
        judgement = judged(RecordKind.REGISTRATION, cells, registry.records())
    except Refused as error:
        return Refusal(error.problems[0].reason, column=error.problems[0].column)
    [view] = judgement.batch.registrations
    missing = [c for c in REGISTRATIONS.columns if c.key in required(settings.filing) and not getattr(view, c.key)]
    if missing:
        return Refusal(text("{column} is still to be filled in.", column=missing[0].title), column=missing[0].key)
    if chosen is None and (refusal := _not_free(registry, settings, unit, view.plane, str(view.ip))):
        return refusal
    until = datetime.now(UTC) + timedelta(days=settings.filing.hold_days)
    stored = {key: write(getattr(view, key)) for key in _STORED}
    asked = AddressRequest(0, unit, view.plane, view.ip, view.mac, until, {k: v for k, v in stored.items() if v})
    return registry.desk.requests.hold(asked, actor)


def _not_free(registry: Registry, settings: Settings, unit: str, plane: str, ip: str) -> Refusal | None:
    """Refuse an address that is none of the unit's free ones."""
    wanted = ip_network(ip)
    # As a prefix of its own, so that a /48 need not be walked through to find one address in it.
    prefixes = registry.prefixes()
    around = [p for p in suitable(prefixes, unit) if p.plane == plane and wanted.network_address in p.cidr]
    taken, barred = registry.desk.requests.taken(), kept(registry, settings.filing)
    if around and is_free(wanted.network_address, around[-1], prefixes, taken, barred):
        return None
    return Refusal(text("{ip} is not free: it is seen, filed, held or kept.", ip=ip), column="ip")


def report(registry: Registry, *, unit: str | None = None, state: RequestState | None = None) -> Report:
    """List requests, newest first."""
    found = registry.desk.requests.listed(unit=unit, state=state)
    rows = tuple(Row((r.id, r.unit, r.ip, r.mac, r.cells.get("person"), r.state, r.until, r.reason)) for r in found)
    data: list[Json] = [
        {
            "id": r.id, "unit": r.unit, "plane": r.plane, "ip": str(r.ip), "mac": r.mac.text, "state": r.state.value,
            "until": rfc3339(r.until), "person": r.cells.get("person"), "reason": r.reason,
            "at": None if r.at is None else rfc3339(r.at), "actor": r.actor, "registration": r.registration,
        }
        for r in found
    ]  # fmt: skip
    table = Table(_REQUESTS, rows, empty=text("No address was asked for."))
    return _listed("address-requests", text("Address requests"), table, data)


def suggestions(registry: Registry, settings: Settings, unit: str, count: int) -> Report:
    """List free addresses of a unit.

    Raises:
        UsageError: there is no such unit.
    """
    unit_of(registry, unit)
    found = suggest(registry, settings, unit, count)
    rows = tuple(Row((f.ip, str(f.prefix), f.plane, f.point)) for f in found.free)
    data: list[Json] = [
        {"ip": str(f.ip), "prefix": str(f.prefix), "plane": f.plane, "point": f.point} for f in found.free
    ]
    table = Table(_FREE, rows, empty=found.because or text("There is no free address."))
    return _listed("free-addresses", text("Free addresses"), table, data)


def _listed(key: str, title: Text, table: Table, data: Sequence[Json]) -> Report:
    lines = (Line(text("Number"), len(table.rows)),)
    document = Document(
        key, title, None, lines, (Section(None, blocks=(table,)),), (Sheet(key, title, table),), version=1
    )
    return Report(document, [*data])
