"""Which address a device resolved to which MAC, in every table it has, each row in its VPN."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from inventory.model.coverage import Completeness
from inventory.model.text import listed, text
from probes.mibs import arp, superseded, vrf
from probes.mibs.cells import Decoded
from probes.platforms.profile import Resolution
from probes.snmp.pdu import Failure
from probes.snmp.verdict import Verdict, of_table, of_union

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from inventory.model.facts import ArpRow
    from inventory.model.text import Text
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
    verdict = of_union(tables)
    if not profile.vrf_contexts:
        return Resolved(placed, verdict, rejected, at)
    more, unread = await _in_contexts(session, device, {row.plane for row in placed})
    known = {(row.if_index, row.ip) for row in more.facts}
    placed = (*(row for row in placed if (row.if_index, row.ip) not in known), *more.facts)
    verdict = verdict.spoiled(unread) if unread else verdict
    return Resolved(placed, verdict, rejected + more.rejected, at)


async def _in_contexts(session: Session, device: str, seen: Container[str]) -> tuple[Decoded[ArpRow], Text | None]:
    """Read what a device shows of its VRFs under contexts of their own; say which of them it did not show.

    Args:
        session: with the device.
        device: its name.
        seen: VRFs that were among the rows of the default context.
    """
    contexts = vrf.contexts((await session.table(vrf.CONTEXT_COLUMNS)).rows)
    rows: list[ArpRow] = []
    rejected = 0
    unread: list[Text] = []
    for context, name in sorted(contexts.items()):
        async with session.view(context) as view:
            if isinstance(view, Failure):
                unread += [] if name in seen else [of_table(name, view.reason)]
                continue
            physical, media = await view.table(arp.PHYSICAL_COLUMNS), await view.table(arp.MEDIA_COLUMNS)
        decoded = arp.arp_rows(physical.rows, media.rows, device, name, datetime.now(UTC))
        rows += decoded.facts
        rejected += decoded.rejected
        ended = of_union({"ipNetToPhysicalTable": physical, "ipNetToMediaTable": media})
        if ended.completeness is not Completeness.COMPLETE and name not in seen:
            unread.append(of_table(name, ended.reason))
    named = listed(unread)
    return Decoded(tuple(rows), rejected), None if named is None else text("VRF {unread}", unread=named)
