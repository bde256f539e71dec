"""Tables of endpoints, filings and coverage that several reports share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from inventory.model.location import Verdict
from inventory.model.nature import nature
from inventory.model.observation import Absence, Confidence
from inventory.model.privacy import mask_phone, mask_text
from inventory.model.records import UNASSIGNED
from inventory.model.text import Text, text
from inventory.model.typehints import kinds, type_hints
from reports import columns as c
from reports.document import Line, Row, Sheet, Table, Tone
from reports.twice import known_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inventory.model.location import Evidence, Location
    from inventory.model.observation import CoverageCount, Finding, Likeness, Missing, Observation, UnitResult
    from reports.cells import Cell
    from reports.data import Vendor

ENDPOINT: Final = (
    c.IP,
    c.MAC,
    c.VENDOR,
    c.LOOKS_LIKE,
    c.DEVICE,
    c.PORT,
    c.VERDICT,
    c.VLAN,
    c.POINT,
    c.CONFIDENCE,
    c.LAST_SEEN,
    c.FIRST_SEEN,
    c.UNIT_REASON,
    c.PLANE,
    c.PROOF,
)
DIFFERENT: Final = (
    c.UNIT,
    c.IP,
    c.MAC,
    c.DIFFERS,
    replace(c.FILED_IP, priority=1),
    c.FILED_MAC,
    c.FILED_UNIT,
    c.PERSON,
    c.PHONE,
    replace(c.DEVICE, priority=2),
    replace(c.PORT, priority=2),
    c.LAST_SEEN,
    c.BECAUSE,
)
ABSENT: Final = (c.FILED_UNIT, c.IP, c.MAC, c.ABSENCE, c.PERSON, c.PHONE, c.DEVICE_TYPE, c.PLACE_TEXT, c.BECAUSE)
UNASSESSED: Final = (c.UNIT, c.UNIT_NAME, replace(c.FILED, priority=0), c.BECAUSE)
COVERAGE: Final = (c.ITEM, c.COUNT, c.OUT_OF)


def order(finding: Finding) -> tuple[str, int, int, str]:
    """Sort key of an endpoint: by plane, then address as a number, then MAC; without an address last."""
    seen = finding.observation
    first = seen.ips[0] if seen.ips else None
    mac = str(seen.mac or "")
    return (seen.plane, 9, 0, mac) if first is None else (seen.plane, first.version, int(first), mac)


def unit_name(unit: UnitResult) -> Text | str:
    """Return what a unit is called; the collecting unit has no name of its own."""
    return text("Not assigned to any unit") if unit.code == UNASSIGNED else unit.name


def proof(found: Location, evidence: Iterable[Evidence]) -> str | Text | None:
    """Return the evidence in one line: what a gateway or probe said, then what the port's own switch said."""
    every = list(evidence)
    here = found.place.device if found.place else None
    at_port = [row for row in every if row.device == here and is_forwarding(row)]
    heard = (row for row in every if not is_forwarding(row) and not is_conclusion(row))
    exists = sorted(heard, key=lambda row: row.device is None)
    told = [*exists[:1], *at_port[-1:]] or every[:1]
    if not told:
        return None
    line = "; ".join(one_row(row) for row in told)
    more = len(every) - len(told)
    return text("{evidence} (and {more} more)", evidence=line, more=more) if more else line


def is_forwarding(row: Evidence) -> bool:
    """Tell from its source whether a row comes from a switch's forwarding table."""
    source = row.source.casefold()
    return "fdb" in source or "mac-address" in source


def is_conclusion(row: Evidence) -> bool:
    """Tell whether nobody said it: it is what rows of several sources came to."""
    return row.source.startswith("reconcile:")


def one_row(row: Evidence) -> str:
    """Return one row of evidence: who said it, by what, and what."""
    return f"{row.device or row.source}: {row.row}"


def places(finding: Finding) -> tuple[Cell, Cell]:
    """Return device and port; for several places each on its line."""
    found = finding.observation.location
    if found.verdict is Verdict.AMBIGUOUS and found.alternatives:
        return tuple(p.device for p in found.alternatives), tuple(p.port for p in found.alternatives)
    if found.place is None:
        return found.gateway, None
    return found.place.device, found.place.port


def looks(seen: Observation, maker: str | None, alike: Likeness | None = None) -> Cell:
    """Return what is peculiar of an endpoint, and what it may be; several kinds contradict each other."""
    peculiar = nature(seen)
    told = kinds(type_hints(seen, maker))
    known = (known_as(alike),) if alike is not None else ()
    return (*((peculiar,) if peculiar else ()), *told, *known) or None


def endpoint(finding: Finding, vendor: Vendor) -> Row:
    """Return an endpoint as a row of :data:`ENDPOINT`."""
    seen = finding.observation
    device, port = places(finding)
    maker = vendor(seen.mac) if seen.mac else None
    return Row(
        (
            seen.ips or None,
            seen.mac,
            maker,
            looks(seen, maker, finding.alike),
            device,
            port,
            seen.location.verdict,
            seen.location.vlan,
            finding.attribution.point,
            seen.confidence,
            seen.last_seen,
            seen.first_seen,
            finding.attribution.reason,
            seen.plane,
            proof(seen.location, seen.evidence),
        ),
        tone=Tone.BAD if seen.confidence is Confidence.CONFIRMED else Tone.WARN,
    )


def different(unit: UnitResult, finding: Finding, *, reveal: bool) -> Row:
    """Return an endpoint that differs from its filing as a row of :data:`DIFFERENT`."""
    seen, filed = finding.observation, finding.registration
    device, port = places(finding)
    person = filed.person if filed else None
    phone = filed.phone if filed else None
    return Row(
        (
            unit.code,
            seen.ips or None,
            seen.mac,
            finding.mismatches or None,
            filed.ip if filed else None,
            filed.mac if filed else None,
            filed.unit if filed else None,
            person if reveal else mask_text(person),
            phone if reveal else mask_phone(phone),
            device,
            port,
            seen.last_seen,
            finding.because,
        ),
        tone=Tone.WARN,
    )


def absent(gone: Missing, *, reveal: bool) -> Row:
    """Return a filed endpoint that was not observed as a row of :data:`ABSENT`."""
    filed = gone.registration
    return Row(
        (
            filed.unit,
            filed.ip,
            filed.mac,
            gone.absence,
            filed.person if reveal else mask_text(filed.person),
            filed.phone if reveal else mask_phone(filed.phone),
            filed.device_type,
            filed.location if reveal else mask_text(filed.location),
            gone.because,
        ),
        tone=None if gone.absence is Absence.NOT_SEEN else Tone.MUTED,
    )


def unassessed(unit: UnitResult, gone: Sequence[Missing]) -> Row:
    """Return how many of a unit's filed endpoints could not be looked for, as a row of :data:`UNASSESSED`."""
    reasons = list(dict.fromkeys(one.because for one in gone))
    more = len(reasons) - 1
    because = text("{reason} (and {more} more)", reason=reasons[0], more=more) if more else reasons[0]
    return Row((unit.code, unit_name(unit), len(gone), because), tone=Tone.MUTED)


def coverage_lines(counted: CoverageCount) -> tuple[Line, ...]:
    """Return what a result rests on, in two summary lines."""
    complete = counted.devices_complete == counted.devices
    return (
        Line(
            text("Prefixes probed"),
            text("{done} of {all}", done=counted.prefixes, all=counted.prefixes_total),
            text("{addresses} addresses probed", addresses=counted.addresses_probed),
            None if counted.prefixes == counted.prefixes_total else Tone.WARN,
        ),
        Line(
            text("Devices read completely"),
            text("{done} of {all}", done=counted.devices_complete, all=counted.devices),
            None
            if complete
            else text(
                "{partial} in part, {unread} not at all", partial=counted.devices_partial, unread=counted.devices_unread
            ),
            None if complete else Tone.WARN,
        ),
    )


def coverage_sheet(counted: CoverageCount) -> Sheet:
    """Return what a result rests on, as a worksheet of its own."""
    rows = (
        (text("Prefixes probed"), counted.prefixes, counted.prefixes_total),
        (text("Addresses probed"), counted.addresses_probed, None),
        (text("Devices read completely"), counted.devices_complete, counted.devices),
        (text("Devices read in part"), counted.devices_partial, counted.devices),
        (text("Devices not read"), counted.devices_unread, counted.devices),
    )
    return Sheet("coverage", text("Coverage"), Table(COVERAGE, tuple(Row(row) for row in rows)))
