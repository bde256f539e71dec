"""Which addresses of a sweep's blocks were asked: stored as they are finished, and every now and then before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from ipaddress import summarize_address_range
from typing import TYPE_CHECKING, Final

from inventory.model.addresses import Addresses, runs
from inventory.model.factset import ScannedBlock
from inventory.model.sightings import proving
from inventory.registry.scans import Part
from probes.contract import Begun, BlockDone
from probes.sweep.stand_in import judged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.model.facts import Sighting
    from inventory.model.values import IPAddress, IPNetwork
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
        self._before: dict[str, tuple[Block, list[Sighting]]] = {}
        """A block as it was before the sweep was interrupted, and what answered by then; by key."""
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
        known: dict[tuple[str, IPAddress], list[Sighting]] = {}
        for sighting in self._registry.sightings(self._number):
            known.setdefault((sighting.plane, sighting.ip), []).append(sighting)
        scanned = self._registry.coverage_facts([self._number]).blocks
        positions = {(block.plane, block.network): block.position for block in scanned}
        left = []
        for block in blocks:
            silent = tuple(ip for ip in block.addresses if (block.plane, ip) not in known or block.key not in begun)
            if block.key in begun:
                before = [seen for ip in block.addresses for seen in known.get((block.plane, ip), ())]
                self._before[block.key] = block, before
                self._stored[block.key] = set(before)
            told = positions.get((block.plane, block.network)) if block.key in begun else None
            answered = len(silent) < len(block.addresses)
            left.append(replace(block, addresses=silent, begun=_read_position(told or ""), answered=answered))
            if not silent:
                self.store(BlockDone(block, (), 0, (), now))
        return [block for block in left if block.addresses]

    def store(self, event: BlockDone) -> None:
        """Store a finished block."""
        event = self._whole(event)
        fresh = self._fresh(event)
        self._stored.pop(event.block.key, None)
        self._kept.pop(event.block.key, None)
        self._registry.scans.store_block(self._number, event.block.key, _scanned(event), fresh, event.at)

    def keep(self, event: BlockDone) -> None:
        """Take in how far a block is that is not finished."""
        self._kept[event.block.key] = self._whole(event)

    def store_kept(self) -> None:
        """Store that of all of them at once: they are not done, and a resumed sweep asks the rest of them."""
        if self._kept:
            parts = [Part(f"{key}{_UNTIL}", _scanned(one), self._fresh(one)) for key, one in self._kept.items()]
            self._kept.clear()
            self._registry.scans.store_parts(self._number, parts, self._clock.now())

    def _whole(self, event: BlockDone) -> BlockDone:
        """Add what answered before the sweep was interrupted, and look at all of it together."""
        block, before = self._before.get(event.block.key, (event.block, []))
        if not before:
            return event
        asked = event.asked + len({sighting.ip for sighting in before})
        whole = judged(replace(event, block=block, sightings=(*before, *event.sightings), asked=asked))
        return whole if isinstance(whole, BlockDone) else event

    def _fresh(self, event: BlockDone) -> list[Sighting]:
        """Return what was not stored of a block yet."""
        stored = self._stored.setdefault(event.block.key, set())
        fresh = [sighting for sighting in event.sightings if sighting not in stored]
        stored.update(fresh)
        return fresh


def _scanned(event: BlockDone) -> ScannedBlock:
    alive = len({sighting.ip for sighting in proving(event.sightings)})
    position = f"{event.begun.chain} {event.begun.sent.hex()}" if event.begun else None
    block = event.block
    return ScannedBlock(block.plane, block.network, event.asked, alive, event.limits, position, _left_out(block))


def _left_out(block: Block) -> tuple[IPNetwork, ...]:
    """Return what of a block's network is not to be asked; of a vast one nothing is said by that."""
    if block.vast:
        return ()
    gaps = Addresses.within(block.network).without(runs(block.addresses, block.network.version)).runs
    made = type(block.network.network_address)
    return tuple(part for first, last in gaps for part in summarize_address_range(made(first), made(last)))


def _read_position(told: str) -> Begun | None:
    chain, _, sent = told.rpartition(" ")
    return Begun(chain, bytes.fromhex(sent)) if chain else None
