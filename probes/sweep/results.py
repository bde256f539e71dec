"""What is told about a finished block."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inventory.model.sightings import ProbeKind, Sighting
from probes.blocks import BlockDone
from probes.sweep import limits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from probes.sweep.asking import Asking, BlockRun
    from probes.sweep.stations import Stations


def done(run: BlockRun, stations: Stations, at: datetime) -> BlockDone:
    """Put a block's answers together, ordered by address, with the MACs that are known by now."""
    found = [sighting for asking in run.askings for sighting in _sightings(asking, stations, at)]
    found.sort(key=lambda s: (s.ip.version, s.ip.packed, s.probe, s.mac.text if s.mac else ""))
    asked = sum(asking.asked_at is not None or asking.in_vain > 0 for asking in run.askings)
    keys = set(run.limits)
    if asked < len(run.block.addresses):
        keys.add(limits.NOT_ASKED)
    if not stations.readable and any(asking.route.link for asking in run.askings):
        keys.add(limits.NEIGHBOUR_TABLE_UNREADABLE)
    return BlockDone(run.block, tuple(found), asked, tuple(sorted(keys)), at)


def _sightings(asking: Asking, stations: Stations, at: datetime) -> Iterator[Sighting]:
    mac = stations.mac(asking)
    answered = {sighting.mac for sighting in asking.sightings.values() if sighting.mac is not None}
    for sighting in asking.sightings.values():
        yield sighting if sighting.mac else replace(sighting, mac=mac)
    if asking.neighbour is not None and asking.neighbour not in answered:
        plane, detail = asking.run.block.plane, "neighbour table"
        asking.neighbour_at = asking.neighbour_at or at
        yield Sighting(plane, asking.ip, asking.neighbour, ProbeKind.NEIGHBOUR_TABLE, detail, asking.neighbour_at)
