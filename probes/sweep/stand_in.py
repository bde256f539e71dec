"""Whether one box answers for all addresses of a block: a firewall or proxy in front of hosts that need not exist.

Pure.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from inventory.model.sightings import DOUBT, ProbeKind, Sighting
from probes.blocks import BlockDone
from probes.sweep.keys import ANSWERED_FOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from probes.blocks import Block, SweepEvent

_SHARE: Final = 0.9
_HALF: Final = 0.5
_LEAST: Final = 32
"""Of fewer addresses, all may well be alike."""


def judged(event: SweepEvent) -> SweepEvent:
    """Return what was told about a block with its doubtful answers marked, and a limit that says so.

    Doubtful are: the same answer of one TCP port with the same TTL from more than nine tenths of at least 32 addresses;
    the same answer from the first and the last address of a /24, where usually nobody lives, if at least half of the
    others give it, too.
    """
    if not isinstance(event, BlockDone):
        return event
    block, sightings = event.block, event.sightings
    if any(sighting.doubtful for sighting in sightings):
        sightings = tuple(dict.fromkeys(_undoubted(s) for s in sightings))
    alike = Counter((sighting.detail, sighting.ttl) for sighting in sightings if sighting.probe is ProbeKind.TCP)
    asked = len(block.addresses)
    doubtful = {answer for answer, count in alike.items() if asked >= _LEAST and count > _SHARE * asked}
    doubtful |= _at_both_ends(block, sightings)
    if not doubtful and sightings is event.sightings:
        return event
    limits = {*event.limits} - {ANSWERED_FOR} | ({ANSWERED_FOR} if doubtful else set())
    found = tuple(_doubted(s) if (s.detail, s.ttl) in doubtful and s.mac is None else s for s in sightings)
    return replace(event, sightings=found, limits=tuple(sorted(limits)))


def _at_both_ends(block: Block, sightings: Sequence[Sighting]) -> set[tuple[str, int | None]]:
    network = block.network
    if network.version != 4 or network.num_addresses != 256:  # noqa: PLR2004 -- a /24
        return set()
    first, last = (
        {(s.detail, s.ttl) for s in sightings if s.ip == end and s.mac is None} for end in (network[0], network[-1])
    )
    alike = Counter((s.detail, s.ttl) for s in sightings if s.mac is None)
    return {answer for answer in first & last if alike[answer] >= _HALF * len(block.addresses)}


def _undoubted(sighting: Sighting) -> Sighting:
    """Return an answer as it was told, whatever an earlier look at fewer of them thought."""
    return replace(sighting, detail=sighting.detail.removesuffix(DOUBT)) if sighting.doubtful else sighting


def _doubted(one: Sighting) -> Sighting:
    detail = f"{one.detail}{DOUBT}"  # replace() takes three times as long, and here are all answers of a block
    return Sighting(one.plane, one.ip, one.mac, one.probe, detail, one.at, one.ttl, one.rtt_ms)
