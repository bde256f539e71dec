"""Whether a forwarding table can hold all stations that are there: flushes, discards, renumbering.

A table read to its end may still miss stations: a topology change emptied it and silent stations have not spoken since,
or it is full and new ones are turned away (RFC 4188, RFC 4318, RFC 2863).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.text import Text, text
from probes.mibs.cells import Oid, Scalars, integer
from probes.mibs.system import SYS_UP_TIME, TICKS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator

_DOT1D: Oid = (1, 3, 6, 1, 2, 1, 17)
_SINCE_TOPOLOGY_CHANGE: Oid = (*_DOT1D, 2, 3, 0)  # dot1dStpTimeSinceTopologyChange
_TOPOLOGY_CHANGES: Oid = (*_DOT1D, 2, 4, 0)  # dot1dStpTopChanges
_DISCARDS: Oid = (*_DOT1D, 4, 1, 0)  # dot1dTpLearnedEntryDiscards
_AGEING: Oid = (*_DOT1D, 4, 2, 0)  # dot1dTpAgingTime
IF_TABLE_LAST_CHANGE: Oid = (1, 3, 6, 1, 2, 1, 31, 1, 5, 0)

BEFORE: tuple[Oid, ...] = (SYS_UP_TIME, _SINCE_TOPOLOGY_CHANGE, _TOPOLOGY_CHANGES, _DISCARDS, _AGEING)
AFTER: tuple[Oid, ...] = (_TOPOLOGY_CHANGES, _DISCARDS)

_USUAL_AGEING_S = 300
"""What IEEE 802.1D recommends, and nearly everybody ships."""
_COUNTER_WRAP = 2**32


def doubts(before: Scalars, after: Scalars) -> Iterator[Text]:
    """Yield why stations may be missing from a forwarding table that was read to its end."""
    ageing = integer(before.get(_AGEING)) or _USUAL_AGEING_S
    uptime = integer(before.get(SYS_UP_TIME))
    if uptime is not None and uptime < ageing * TICKS_PER_SECOND:
        yield text("restarted {ago} s ago, ageing time {ageing} s", ago=uptime // TICKS_PER_SECOND, ageing=ageing)
    since = _since_flush(before)
    if since is not None and since < ageing * TICKS_PER_SECOND:
        yield text("topology change {ago} s ago, ageing time {ageing} s", ago=since // TICKS_PER_SECOND, ageing=ageing)
    first, last = integer(before.get(_DISCARDS)), integer(after.get(_DISCARDS))
    if first is not None and last is not None and last != first:
        turned = (last - first) % _COUNTER_WRAP
        yield text("table full: {stations} stations turned away during the read", stations=turned)


def flushed(before: Scalars, after: Scalars) -> bool:
    """Whether a topology change emptied the table while it was read."""
    first, last = integer(before.get(_TOPOLOGY_CHANGES)), integer(after.get(_TOPOLOGY_CHANGES))
    return first is not None and last is not None and first != last


def _since_flush(scalars: Scalars) -> int | None:
    """Return the ticks since the last flush; a device that counts no topology change had none."""
    changes = integer(scalars.get(_TOPOLOGY_CHANGES))
    return None if changes == 0 else integer(scalars.get(_SINCE_TOPOLOGY_CHANGE))


def renumbered(before: Scalars, after: Scalars) -> bool:
    """Whether interfaces may have come or gone in between, so that numbers mean others than the names that were read.

    Some agents move it without a reason: what they call their interfaces decides.
    """
    first, last = integer(before.get(IF_TABLE_LAST_CHANGE)), integer(after.get(IF_TABLE_LAST_CHANGE))
    return first is not None and last is not None and first != last
