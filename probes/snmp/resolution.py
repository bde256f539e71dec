"""Which address a device resolved to which MAC, in every table it has, each row in its VPN."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from probes.mibs import arp, superseded
from probes.platforms.profile import Resolution
from probes.snmp.verdict import Verdict, of_union

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.model.facts import ArpRow
    from probes.platforms.profile import Profile
    from probes.snmp.client import Session
    from probes.snmp.walk import Table

_VERSION: Final = {Resolution.AT: 4, Resolution.IPV6: 6, Resolution.CISCO: 6}
"""What a superseded table is there for; Cisco's has both, and IPv4 is in the standard table, too."""


class Resolved(NamedTuple):
    """The rows of all tables, and how their read ended."""

    rows: tuple[ArpRow, ...]
    verdict: Verdict
    rejected: int
    at: datetime


async def read_resolution(
    session: Session, profile: Profile, device: str, plane: str, vpns: Mapping[int, str]
) -> Resolved:
    """Read the standard tables, and those before them only for the kind of address the standard ones show none of."""
    tables: dict[str, Table] = {
        "ipNetToPhysicalTable": await session.table(arp.PHYSICAL_COLUMNS),
        "ipNetToMediaTable": await session.table(arp.MEDIA_COLUMNS),
    }
    at = datetime.now(UTC)
    physical, media = (table.rows for table in tables.values())
    decoded = arp.arp_rows(physical, media, device, plane, at)
    rows, rejected = list(decoded.facts), decoded.rejected
    shown = {row.ip.version for row in rows}
    for kind in profile.resolution:
        if _VERSION[kind] in shown:
            continue
        table = tables[kind.value] = await session.table(superseded.COLUMNS[kind])
        more = superseded.rows_of(kind, table.rows, device, plane, datetime.now(UTC))
        known = {(row.if_index, row.ip) for row in rows}
        rows += [row for row in more.facts if (row.if_index, row.ip) not in known]
        rejected += more.rejected
    placed = tuple(replace(row, plane=vpns[row.if_index]) if row.if_index in vpns else row for row in rows)
    return Resolved(placed, of_union(tables), rejected, at)
