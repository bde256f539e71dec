"""What an agent says of the device's own condition: its clock, a full forwarding table, LLDP switched off."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final, NamedTuple

from inventory.model.check import Check, CheckResult, DeviceCheck
from inventory.model.text import remarks, text, verbatim
from probes.mibs.cells import integer, octets

if TYPE_CHECKING:
    from datetime import tzinfo

    from inventory.model.text import Text
    from probes.mibs.cells import Oid, Rows, Scalars, Value

CLOCKS: Final[tuple[tuple[Oid, str], ...]] = (
    ((1, 3, 6, 1, 2, 1, 25, 1, 2, 0), "hrSystemDate"),  # RFC 2790
    ((1, 3, 6, 1, 4, 1, 2011, 5, 25, 19, 1, 1, 1, 0), "hwSysLocalClock"),  # HUAWEI-SYS-MAN-MIB
    ((1, 3, 6, 1, 4, 1, 25506, 2, 3, 1, 1, 1, 0), "hh3cSysLocalClock"),  # HH3C-SYS-MAN-MIB
)
DISCARDS: Final[Oid] = (1, 3, 6, 1, 2, 1, 17, 4, 1, 0)  # dot1dTpLearnedEntryDiscards
SCALARS: Final[tuple[Oid, ...]] = (*(oid for oid, _ in CLOCKS), DISCARDS)
USAGE_COLUMNS: Final[tuple[Oid, ...]] = ((1, 3, 6, 1, 4, 1, 2011, 5, 25, 42, 2, 1, 5, 1, 1),)
"""hwMacEntityUsage of HUAWEI-L2MAM-MIB: how full the table of a board is, in per cent."""
LLDP_COLUMNS: Final[tuple[Oid, ...]] = ((1, 0, 8802, 1, 1, 2, 1, 1, 6, 1, 2),)
"""lldpPortConfigAdminStatus: 1 txOnly, 2 rxOnly, 3 txAndRx, 4 disabled."""

_LLDP_DISABLED: Final = 4
_RECEIVES: Final = frozenset({2, 3})
_WITHOUT_ZONE, _WITH_ZONE = 8, 11
"""Octets of DateAndTime (RFC 2579)."""


class Clock(NamedTuple):
    """A device's clock as it was read."""

    name: str
    moment: datetime
    zoned: bool
    """Whether the device told its offset from UTC; else its time is taken for local time here."""


def clock(said: Scalars, here: tzinfo | None = None) -> Clock | None:
    """Return the first clock a device tells; None where it tells none that can be read.

    Args:
        said: of :data:`SCALARS`.
        here: the zone a clock without one is taken to be in; None is this computer's.
    """
    for oid, name in CLOCKS:
        moment = date_and_time(said.get(oid))
        if moment is not None:
            zoned = moment.tzinfo is not None
            return Clock(name, moment if zoned else _local(moment, here), zoned)
    return None


def _local(moment: datetime, here: tzinfo | None) -> datetime:
    return moment.replace(tzinfo=here) if here is not None else moment.astimezone()


def date_and_time(value: Value | None) -> datetime | None:
    """Read a DateAndTime; without its last three octets it has no zone. None for anything else."""
    raw = octets(value)
    if raw is None or len(raw) not in {_WITHOUT_ZONE, _WITH_ZONE}:
        return None
    year, rest = int.from_bytes(raw[:2]), list(raw[2:7])
    month, day, hour, minute, second = rest
    try:
        found = datetime(year, month, day, hour, minute, min(second, 59), raw[7] * 100_000)  # noqa: DTZ001 -- the zone follows, or none is told
    except ValueError:
        return None
    if len(raw) == _WITHOUT_ZONE:
        return found
    offset = timedelta(hours=raw[9], minutes=raw[10])
    try:
        return found.replace(tzinfo=timezone(offset if raw[8:9] == b"+" else -offset))
    except ValueError:
        return None


def clock_check(device: str, told: Clock | None, at: datetime, tolerance_s: float) -> DeviceCheck:
    """Judge a clock against the moment it was read at."""
    if told is None:
        return _unknown(device, Check.CLOCK, text("no object tells its clock"), at)
    off = round((told.moment - at).total_seconds(), 1)
    evidence = clock_words(told.name, told.moment, off, zoned=told.zoned)
    result = CheckResult.GOOD if abs(off) <= tolerance_s else CheckResult.ATTENTION
    return DeviceCheck(device, Check.CLOCK, result, evidence, at, off)


def clock_words(told_by: str, moment: datetime, off_s: float, *, zoned: bool) -> Text:
    """Return what a clock showed, where, and by how much it is off."""
    shown, off = moment.isoformat(sep=" ", timespec="seconds"), f"{off_s:+.0f}"
    if zoned:
        return text("{source}: {time}, {off} s", source=told_by, time=shown, off=off)
    return text("{source}: {time}, {off} s, zone not told", source=told_by, time=shown, off=off)


def space_check(device: str, said: Scalars, boards: Rows, at: datetime, nearly_full: float) -> DeviceCheck:
    """Judge whether the forwarding table is nearly full, or turned stations away since the device started.

    Args:
        device: whose it is.
        said: of :data:`SCALARS`.
        boards: of :data:`USAGE_COLUMNS`.
        at: when.
        nearly_full: the share from which on it is.
    """
    used = [number for cells in boards.values() if (number := integer(cells[0])) is not None]
    share = max(used) / 100 if used else None
    discards = integer(said.get(DISCARDS))
    evidence = []
    if share is not None:
        evidence.append(verbatim(f"hwMacEntityUsage {share:.0%}"))
    if discards is not None:
        evidence.append(verbatim(f"dot1dTpLearnedEntryDiscards {discards}"))
    words = remarks(*evidence)
    if words is None:
        told = text("neither dot1dTpLearnedEntryDiscards nor hwMacEntityUsage")
        return _unknown(device, Check.FORWARDING_SPACE, told, at)
    full = bool(discards) or (share or 0) >= nearly_full
    result = CheckResult.ATTENTION if full else CheckResult.GOOD
    return DeviceCheck(device, Check.FORWARDING_SPACE, result, words, at, share)


def discovery_check(device: str, ports: Rows, at: datetime) -> DeviceCheck:
    """Judge whether LLDP is switched on anywhere: where no port receives, no neighbour is ever seen."""
    states = [integer(cells[0]) for cells in ports.values()]
    if not states:
        return _unknown(device, Check.DISCOVERY, text("no LLDP-MIB: off, or hidden from this account"), at)
    receiving = sum(state in _RECEIVES for state in states)
    evidence = text(
        "lldpPortConfigAdminStatus: {receiving} of {ports} ports receive", receiving=receiving, ports=len(states)
    )
    if all(state == _LLDP_DISABLED for state in states):
        evidence = text("lldpPortConfigAdminStatus: disabled on all {ports} ports", ports=len(states))
    result = CheckResult.GOOD if receiving else CheckResult.ATTENTION
    return DeviceCheck(device, Check.DISCOVERY, result, evidence, at, float(receiving))


def _unknown(device: str, check: Check, evidence: Text, at: datetime) -> DeviceCheck:
    return DeviceCheck(device, check, CheckResult.NOT_ASSESSED, evidence, at)
