"""Which addresses of a sweep's blocks were asked: stored as they are finished, and every now and then before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from inventory.model.factset import ScannedBlock
from inventory.model.sightings import proving
from inventory.registry.scans import Part
from probes.contract import Begun, BlockDone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.model.facts import Sighting
    from inventory.registry.engine import Registry
    from netaudit.app.clock import SweepClock
    from probes.contract import Block

STIMULUS_LASTS: Final = timedelta(minutes=10)
"""A gateway forgets a silent host after its ARP age, 20 minutes by default on Huawei and H3C: when a resumed sweep has
not read the tables by then, it asks again."""
_UNTIL: Final = ":until:"
"""In the name of a step that holds what is known of a block that is not finished."""


class Asked:
    """The blocks of one sweep, in the registry."""

    def __init__(self, registry: Registry, number: int, clock: SweepClock) -> None:
        self._registry, self._number, self._clock = registry, number, clock
        self._answered: dict[str, tuple[int, int]] = {}
        """Addresses of a block that answered before the sweep was interrupted, and how many of them live; by key."""
        self._kept: dict[str, BlockDone] = {}
        """Blocks that are not finished, by key; what was told last, and is not stored yet."""
        self._stored: dict[str, set[Sighting]] = {}
        """What was stored of each of them."""

    def left(self, blocks: Sequence[Block], lasts: timedelta | None) -> list[Block]:
        """Leave out who answered before the sweep was interrupted; a block of which all did is finished.

        Args:
            blocks: those that are not finished.
            lasts: after so long a gateway may have forgotten who was asked; None if no gateway is read.
        """
        now = self._clock.now()
        begun = {
            step.partition(_UNTIL)[0]
            for step, at in self._registry.finished_steps(self._number).items()
            if _UNTIL in step and (lasts is None or timedelta(0) <= now - at <= lasts)
        }
        if not begun:
            return list(blocks)
        seen = self._registry.sightings(self._number)
        known, living = ({(sighting.plane, sighting.ip) for sighting in some} for some in (seen, proving(seen)))
        scanned = self._registry.coverage_facts([self._number]).blocks
        positions = {(block.plane, block.network): block.position for block in scanned}
        left = []
        for block in blocks:
            silent = tuple(ip for ip in block.addresses if (block.plane, ip) not in known or block.key not in begun)
            alive = sum((block.plane, ip) in living for ip in block.addresses) if block.key in begun else 0
            self._answered[block.key] = len(block.addresses) - len(silent), alive
            told = positions.get((block.plane, block.network)) if block.key in begun else None
            left.append(replace(block, addresses=silent, begun=_read_position(told or "")))
            if not silent:
                self.store(BlockDone(block, (), 0, (), now))
        return [block for block in left if block.addresses]

    def store(self, event: BlockDone) -> None:
        """Store a finished block."""
        fresh = self._fresh(event)
        self._stored.pop(event.block.key, None)
        self._kept.pop(event.block.key, None)
        self._registry.scans.store_block(self._number, event.block.key, self._scanned(event), fresh, event.at)

    def keep(self, event: BlockDone) -> None:
        """Take in how far a block is that is not finished."""
        self._kept[event.block.key] = event

    def store_kept(self) -> None:
        """Store that of all of them at once: they are not done, and a resumed sweep asks the rest of them."""
        if self._kept:
            parts = [Part(f"{key}{_UNTIL}", self._scanned(one), self._fresh(one)) for key, one in self._kept.items()]
            self._kept.clear()
            self._registry.scans.store_parts(self._number, parts, self._clock.now())

    def _fresh(self, event: BlockDone) -> list[Sighting]:
        """Return what was not stored of a block yet."""
        stored = self._stored.setdefault(event.block.key, set())
        fresh = [sighting for sighting in event.sightings if sighting not in stored]
        stored.update(fresh)
        return fresh

    def _scanned(self, event: BlockDone) -> ScannedBlock:
        block, (before, living) = event.block, self._answered.get(event.block.key, (0, 0))
        alive = len({sighting.ip for sighting in proving(event.sightings)}) + living
        position = f"{event.begun.chain} {event.begun.sent.hex()}" if event.begun else None
        return ScannedBlock(block.plane, block.network, event.asked + before, alive, event.limits, position)


def _read_position(told: str) -> Begun | None:
    chain, _, sent = told.rpartition(" ")
    return Begun(chain, bytes.fromhex(sent)) if chain else None
