"""The registry's memory of scans: blocks that were asked, and how far those are that are not finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from inventory.registry import factrows, store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sqlalchemy import Connection

    from inventory.model.facts import Sighting
    from inventory.model.factset import ScannedBlock


class Part(NamedTuple):
    """How far a block is that is not finished."""

    step: str
    block: ScannedBlock
    """With its position."""
    sightings: Sequence[Sighting]
    """Those that were not stored yet."""


class Scans:
    """Scanned blocks; made by :attr:`inventory.registry.facade.Registry.scans`."""

    def __init__(self, writing: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._writing = writing

    def store_block(
        self, sweep_id: int, step: str, block: ScannedBlock, sightings: Sequence[Sighting], at: datetime
    ) -> bool:
        """Store a scanned block and mark its step done; False, and nothing stored, when it was done already."""
        with self._writing() as connection:
            if not store.mark_step(connection, sweep_id, step, None, at):
                return False
            factrows.append_block(connection, sweep_id, step, block)
            factrows.append_facts(connection, sweep_id, sightings)
            return True

    def store_parts(self, sweep_id: int, parts: Sequence[Part], at: datetime) -> None:
        """Store how far blocks are, in place of how far they were: what was seen is added, a position is renewed."""
        with self._writing() as connection:
            for part in parts:
                store.restart_step(connection, sweep_id, part.step)
                factrows.delete_block(connection, sweep_id, part.step)
                store.mark_step(connection, sweep_id, part.step, None, at)
                factrows.append_block(connection, sweep_id, part.step, part.block)
            factrows.append_facts(connection, sweep_id, [seen for part in parts for seen in part.sightings])
