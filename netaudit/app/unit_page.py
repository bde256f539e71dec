"""What a unit sees of itself: its numbers, what was seen without a filing, its registrations, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from inventory.filing.contacts import on_duty
from inventory.filing.deadlines import due_at, overdue
from inventory.filing.lifecycle import Refusal, allowed
from inventory.filing.schema import REGISTRATIONS
from inventory.model.batch import RecordKind
from inventory.model.cases import Turn
from inventory.model.disputes import DisputeKind, DisputeState, DisputeView
from inventory.model.errors import UsageError
from inventory.model.observation import Status
from inventory.model.records import ContactRole, RegistrationState, UnitView
from inventory.model.text import text
from inventory.model.values import Mac
from netaudit.app.disputes import named_unit, settled
from netaudit.app.dossier import profile
from netaudit.app.dossier import today as now
from netaudit.app.moved import arrived
from netaudit.app.records import judged_rows, records_around, unit_of
from netaudit.app.registration import deadlines, required
from probes.oui import vendor
from reports.rows import order, places
from reports.twice import known_as

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from inventory.filing.layout import Column
    from inventory.filing.rows import Problem
    from inventory.model.batch import Batch
    from inventory.model.cases import Action, Actor, CaseView, Overdue
    from inventory.model.dossiers import ProfileView
    from inventory.model.observation import Finding, UnitResult
    from inventory.model.text import Text
    from inventory.model.values import IPAddress
    from inventory.registry.engine import Registry
    from netaudit.app.known import Snapshot
    from netaudit.app.moved import Moved
    from netaudit.settings import Settings
    from reports.cells import Cell

_ASKED: Final = ("person", "phone", "device_type", "location", "internet", "brand_model", "os", "purpose", "remark")
"""What a form asks for, in its order."""
_NEWS: Final = timedelta(days=30)
_MOST_NEWS: Final = 10
_DECIDED: Final = frozenset({RegistrationState.APPROVED, RegistrationState.RETURNED, RegistrationState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Seen:
    """One endpoint that was seen under the unit's name and is not filed."""

    plane: str
    ip: IPAddress | None
    mac: Mac | None
    vendor: str | None
    device: Cell
    port: Cell
    last_seen: datetime
    alike: Text | None = None
    """Under which other card it is probably known."""
    asked: bool = True
    """Whether somebody should file it: not what is known by now, or filed, under another card, probably."""

    @property
    def key(self) -> str:
        """How a form names it: ``public|10.0.0.5|00:e0:…``."""
        return "|".join((self.plane, str(self.ip or ""), self.mac.text if self.mac else ""))


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A registration with what may be done with it."""

    case: CaseView
    actions: tuple[Action, ...]
    due_at: datetime | None = None
    overdue: Overdue | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the office decided, for the unit to read."""

    at: datetime
    about: str
    """The address."""
    said: RegistrationState | DisputeState
    registration: int | None
    """None for an objection."""
    number: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class UnitPage:
    """Everything one page shows."""

    unit: UnitView
    result: UnitResult | None
    as_of: datetime
    sweep: int | None
    seen: tuple[Seen, ...]
    """What somebody should file."""
    cases: tuple[CaseLine, ...]
    disputes: tuple[DisputeView, ...]
    notices: tuple[Notice, ...]
    """The newest first."""
    profile: ProfileView
    has_contact: bool
    """Whether a technical contact is on duty."""
    arrived: tuple[Moved, ...] = ()
    twins: tuple[Seen, ...] = ()
    """Seen and not filed, but probably known by now, or filed, under another card: nobody is asked again."""
    """What came from other units, as the office agreed, and is to be filed."""

    @property
    def mine(self) -> tuple[CaseLine, ...]:
        """What waits for the unit."""
        return tuple(line for line in self.cases if line.case.turn is Turn.CONTACT or line.overdue)


def unit_page(registry: Registry, settings: Settings, known: Snapshot, code: str, actor: Actor) -> UnitPage:
    """Return what a unit sees of itself.

    Raises:
        UsageError: there is no such unit.
    """
    unit = unit_of(registry, code)
    result = known.by_unit.get(code)
    cases = tuple(case_line(case, settings, actor) for case in registry.desk.cases(unit=code))
    disputes = registry.desk.disputes(unit=code)
    live = tuple(line for line in cases if line.case.registration.state is not RegistrationState.CANCELLED)
    active = [line.case.registration for line in live]
    taken: set[tuple[str, object]] = {(view.plane, view.mac) for view in active}
    taken |= {(view.plane, view.ip) for view in active}
    seen = tuple(
        row
        for row in _seen(result)
        if (row.plane, row.mac or row.ip) not in taken and not any(_about(view, row) for view in disputes)
    )
    duty = on_duty(registry.desk.dossiers.contacts(code), now().date())
    has_contact = any(contact.role is ContactRole.TECHNICAL_LEAD for contact in duty)
    network = profile(registry, code)
    notices = _notices(cases, disputes)
    came = arrived(registry, code)
    asked = tuple(row for row in seen if row.asked)
    twins = tuple(row for row in seen if not row.asked)
    return UnitPage(
        unit, result, known.as_of, known.sweep, asked, live, disputes, notices, network, has_contact, came, twins
    )


def _notices(cases: Sequence[CaseLine], disputes: Sequence[DisputeView]) -> tuple[Notice, ...]:
    since = datetime.now(UTC) - _NEWS
    decided = [line.case for line in cases if line.case.decided_at is not None and line.case.decided_at >= since]
    told = [
        Notice(case.decided_at, str(view.ip), view.state, view.id, case.number, case.reason)
        for case in decided
        if (view := case.registration).state in _DECIDED and case.decided_at is not None
    ]
    told += [
        Notice(view.decided_at, str(view.ip or view.mac or ""), view.state, None, None, view.answer)
        for view in disputes
        if view.decided_at is not None and view.decided_at >= since
    ]
    return tuple(sorted(told, key=lambda notice: notice.at, reverse=True)[:_MOST_NEWS])


def case_line(case: CaseView, settings: Settings, actor: Actor | None = None) -> CaseLine:
    """Return a registration with its deadline and what the actor may do with it."""
    limits, now = deadlines(settings.filing), datetime.now(UTC)
    due = due_at(case, limits)
    return CaseLine(
        case, () if actor is None else allowed(case, actor), None if due is None else due[1], overdue(case, limits, now)
    )


def _about(view: DisputeView, row: Seen) -> bool:
    """Whether an objection keeps an endpoint off the list: by its card, or by its address where no card was named."""
    named = view.mac == row.mac if view.mac is not None else view.ip == row.ip
    return view.plane == row.plane and named and settled(view, row.last_seen)


def _seen(result: UnitResult | None) -> Iterator[Seen]:
    findings = () if result is None else result.findings
    for finding in sorted((f for f in findings if f.status is Status.UNREGISTERED), key=order):
        yield _seen_row(finding)


def _seen_row(finding: Finding) -> Seen:
    noticed = finding.observation
    device, port = places(finding)
    return Seen(
        noticed.plane,
        noticed.ips[0] if noticed.ips else None,
        noticed.mac,
        vendor(noticed.mac) if noticed.mac else None,
        device,
        port,
        noticed.last_seen,
        known_as(finding.alike) if finding.alike else None,
        not finding.asked_under_another,
    )


def asked_columns(settings: Settings) -> tuple[tuple[Column, bool], ...]:
    """Return the columns a form asks for, and whether each has to be filled."""
    needed = required(settings.filing)
    keys = [*_ASKED, *(key for key in needed if key not in _ASKED and key not in {"unit", "ip", "mac", "plane"})]
    return tuple((REGISTRATIONS.by_key[key], key in needed) for key in keys)


def claim(
    registry: Registry, settings: Settings, code: str, written: Sequence[Mapping[str, str]], actor: Actor
) -> list[CaseView | Refusal]:
    """File endpoints for review; return what became of each row. Good rows are kept, whatever the others are.

    Raises:
        UsageError: there is no such unit.
    """
    unit_of(registry, code)
    needed = required(settings.filing)
    rows = [{**cells, "unit": code} for cells in written]
    judged = judged_rows(RecordKind.REGISTRATION, rows, records_around(registry, rows))
    return [_filed(registry, batch, problem, needed, actor) for batch, problem in judged]


def _filed(
    registry: Registry, judged: Batch, problem: Problem | None, needed: frozenset[str], actor: Actor
) -> CaseView | Refusal:
    if problem is not None:
        return Refusal(problem.reason, column=problem.column)
    [view] = judged.registrations
    missing = next((c for c in REGISTRATIONS.columns if c.key in needed and not getattr(view, c.key)), None)
    if missing is not None:
        return Refusal(text("{column} is still to be filled in.", column=missing.title), column=missing.key)
    return registry.desk.file(replace(view, state=RegistrationState.SUBMITTED), actor)


def dispute(
    registry: Registry,
    code: str,
    key: str,
    kind: DisputeKind,
    note: str | None,
    actor: Actor,
    *,
    target: str = "",
) -> DisputeView | Refusal:
    """State that a seen endpoint is not to be filed by this unit.

    Raises:
        UsageError: the key names no endpoint, or there is no such unit to have moved to.
    """
    plane, ip, mac = split_key(key)
    moved = named_unit(registry, target) if kind is DisputeKind.MOVED else None
    view = DisputeView(0, code, plane, kind, ip, mac, moved, note or None)
    return registry.desk.state_dispute(view, actor)


def split_key(key: str) -> tuple[str, IPAddress | None, Mac | None]:
    """Return what :attr:`Seen.key` is made of.

    Raises:
        UsageError: it is none.
    """
    parts = key.split("|")
    try:
        plane, ip, mac = parts
        return plane, ip_address(ip) if ip else None, Mac.parse(mac) if mac else None
    except ValueError:
        raise UsageError(text("The row names no endpoint.")) from None


def computer_of(known: Snapshot, address: str) -> tuple[str, Seen, Finding] | None:
    """Return (unit, what was seen, the finding) of the endpoint that has an address, if a sweep saw it."""
    try:
        ip = ip_address(address)
    except ValueError:
        return None
    finding = next(iter(known.by_address.get(ip, ())), None)
    return None if finding is None else (finding.attribution.unit, replace(_seen_row(finding), ip=ip), finding)


def ranking(results: Sequence[UnitResult]) -> list[UnitResult]:
    """Return units by what is left to do: most unregistered endpoints first."""
    return sorted(results, key=lambda unit: (-unit.unregistered, unit.code))
