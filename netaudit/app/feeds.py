"""What programs read page by page: the same objects as the command line's JSON, narrowed to what the asker may see.

Pages are cut by key, not by number: what is added or removed meanwhile neither repeats nor hides a row. A cursor is the
last row's key in base64; it holds nothing secret and is checked like any other input.
"""

from __future__ import annotations

import base64
import binascii
import heapq
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from inventory.model.errors import UsageError
from inventory.model.observation import Absence, Missing, Status
from inventory.model.records import UNASSIGNED
from inventory.model.text import text
from inventory.model.values import Mac
from netaudit.app.query import parse
from netaudit.app.records import unit_of
from probes.oui import vendor
from reports import data
from reports.kinds import listing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from inventory.model.cases import Actor
    from inventory.model.location import Verdict
    from inventory.model.observation import Finding, Reconciliation, UnitResult
    from inventory.model.records import PointStatus, Tier, UnitType
    from inventory.model.values import IPAddress
    from inventory.registry.engine import Registry
    from reports.data import Json, Object

Key: TypeAlias = tuple["str | int", ...]
T = TypeVar("T")
_LARGEST: Final = 2**63 - 1
_LONGEST_CURSOR: Final = 1000


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of a listing is asked for."""

    limit: int
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a listing, and how to ask for the next one."""

    items: list[Json]
    next: str | None
    as_of: datetime | None = None
    sweep: int | None = None
    numbers: tuple[int, ...] = field(default=())
    """The registrations among the items, for the log."""

    def document(self) -> Object:
        """Return the part as an object."""
        return {"items": self.items, "next": self.next}

    def observed_document(self) -> Object:
        """Return the part with what it rests on."""
        return {**self.document(), "as_of": data.at(self.as_of), "sweep": self.sweep}


def after(cut: Cut, name: str, shape: tuple[type, ...]) -> Key | None:
    """Return the key a cursor of the listing ``name`` stands for.

    Raises:
        UsageError: it is no cursor of this listing.
    """
    if cut.cursor is None:
        return None
    try:
        if len(cut.cursor) > _LONGEST_CURSOR:
            raise ValueError  # noqa: TRY301 -- one answer for everything that is no cursor
        feed, *key = json.loads(base64.urlsafe_b64decode(cut.cursor.encode("ascii")))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        feed, key = None, []
    fits = feed == name and len(key) == len(shape)
    if not fits or any(type(part) is not wanted for part, wanted in zip(key, shape, strict=True)):
        raise UsageError(text("The cursor is none of this listing."), text("Take it from the field next."))
    return tuple(key)


def cursor(name: str, key: Key) -> str:
    """Return the cursor of a key."""
    return base64.urlsafe_b64encode(json.dumps([name, *key], separators=(",", ":")).encode()).decode()


def paged(
    rows: Iterable[T], key: Callable[[T], Key], cut: Cut, name: str, shape: tuple[type, ...]
) -> tuple[list[T], str | None]:
    """Return the rows of one part in the order of their keys, and the cursor of the next part."""
    start = after(cut, name, shape)
    rest = rows if start is None else (row for row in rows if key(row) > start)
    found = heapq.nsmallest(cut.limit + 1, rest, key=key)
    more = found[: cut.limit]
    return more, cursor(name, key(more[-1])) if len(found) > cut.limit else None


def units(
    registry: Registry, actor: Actor, cut: Cut, *, tier: Tier | None = None, kind: UnitType | None = None
) -> Part:
    """Units by code."""
    chosen = [
        view
        for view in registry.units()
        if actor.answers_for(view.code) and tier in {None, view.tier} and kind in {None, view.type}
    ]
    found, more = paged(chosen, lambda view: (view.code,), cut, "units", (str,))
    return Part(listing.json_array("units", found), more)


def unit(registry: Registry, code: str) -> Json:
    """One unit.

    Raises:
        UsageError: there is none of this code.
    """
    return listing.json_array("units", [unit_of(registry, code)])[0]


def points(
    registry: Registry, actor: Actor, cut: Cut, *, unit: str | None = None, status: PointStatus | None = None
) -> Part:
    """Points by code."""
    _known(registry, unit)
    chosen = [
        view
        for view in registry.points()
        if actor.answers_for(view.unit) and unit in {None, view.unit} and status in {None, view.status}
    ]
    found, more = paged(chosen, lambda view: (view.code,), cut, "points", (str,))
    return Part(listing.json_array("points", found), more)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which endpoints are asked for; None: any."""

    unit: str | None = None
    status: Status | None = None
    verdict: Verdict | None = None
    plane: str | None = None
    address: str | None = None
    """An IP address or a MAC in any spelling."""


def endpoints(registry: Registry, known: Reconciliation, actor: Actor, cut: Cut, wanted: Wanted) -> Part:
    """Endpoints by plane and address as a number, as the listing of the command line has them."""
    _known(registry, wanted.unit)
    address = None if wanted.address is None else parse(wanted.address)
    chosen = (
        finding
        for result in _mine(known, actor, wanted.unit)
        for finding in result.findings
        if _fits(finding, wanted, address)
    )
    found, more = paged(chosen, _endpoint_key, cut, "endpoints", (str, int, str, str))
    return Part(listing.endpoints_json(found, vendor), more, known.as_of, known.sweep)


def _endpoint_key(finding: Finding) -> Key:
    """Order as :func:`reports.rows.order` does; an IPv6 address is more than a JSON reader's integers hold."""
    seen = finding.observation
    first = seen.ips[0] if seen.ips else None
    version, number = (9, "") if first is None else (first.version, f"{int(first):032x}")
    return seen.plane, version, number, seen.key[1]


def _fits(finding: Finding, wanted: Wanted, address: IPAddress | Mac | None) -> bool:
    seen = finding.observation
    if wanted.status not in {None, finding.status} or wanted.verdict not in {None, seen.location.verdict}:
        return False
    if wanted.plane not in {None, seen.plane}:
        return False
    return address is None or (address == seen.mac if isinstance(address, Mac) else address in seen.ips)


FINDING_KINDS: Final = ("unregistered", "mismatch", "not_seen", "not_assessed")
"""What may be found: seen and not filed, seen otherwise than filed, filed and not seen, filed and not looked for."""


def findings(
    registry: Registry,
    known: Reconciliation,
    actor: Actor,
    cut: Cut,
    *,
    unit: str | None = None,
    kind: str | None = None,
) -> Part:
    """What differs between what was seen and what is filed, by unit and kind; objects as in report unregistered."""
    _known(registry, unit)
    chosen = (
        (result.code, made, row)
        for result in _mine(known, actor, unit)
        for made, row in _differences(result)
        if kind in {None, made}
    )
    found, more = paged(chosen, _difference_key, cut, "findings", (str, str, str, str))
    return Part([_difference(*row, actor) for row in found], more, known.as_of, known.sweep)


def _differences(result: UnitResult) -> Iterator[tuple[str, Finding | Missing]]:
    for finding in result.findings:
        if finding.status in {Status.UNREGISTERED, Status.MISMATCH}:
            yield finding.status.value, finding
    for gone in result.missing:
        yield ("not_seen" if gone.absence is Absence.NOT_SEEN else "not_assessed"), gone


def _difference_key(row: tuple[str, str, Finding | Missing]) -> Key:
    unit, kind, found = row
    if isinstance(found, Missing):
        return unit, kind, "", f"{found.registration.id:020d}"
    return unit, kind, *found.observation.key


def _difference(unit: str, kind: str, found: Finding | Missing, actor: Actor) -> Object:
    head: Object = {"kind": kind, "unit": unit}
    if isinstance(found, Missing):
        return {**head, **data.missing(found, reveal=False)}
    if found.status is not Status.MISMATCH:
        return {**head, **data.endpoint(found, vendor)}
    told = {**head, **data.mismatch(found, vendor, reveal=False)}
    if found.registration is not None and not actor.answers_for(found.registration.unit):
        told |= {"registration": None, "because": None}  # what another unit filed is that unit's
    return told


def _mine(known: Reconciliation, actor: Actor, unit: str | None) -> Iterator[UnitResult]:
    return (result for result in known.units if actor.answers_for(result.code) and unit in {None, result.code})


def _known(registry: Registry, code: str | None) -> None:
    if code not in {None, UNASSIGNED}:
        unit_of(registry, str(code))
