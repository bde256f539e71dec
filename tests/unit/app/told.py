"""Put the facts of a story into a registry, as a sweep of some day would have."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from inventory.model.records import SweepOutcome
from netaudit.app.resolve import conclude
from tests.simulator.story import AT

if TYPE_CHECKING:
    from inventory.registry.engine import Registry
    from tests.simulator.story import Story


def sweep(registry: Registry, story: Story, day: int) -> int:
    """Store everything a story tells as one sweep so many days later; return its number."""
    by = timedelta(days=day)
    number = registry.start_sweep({}, {}, AT + by)
    for block in story.blocks:
        registry.scans.store_block(number, f"scan:{block.network}", block, (), AT + by)
    facts = [replace(fact, at=fact.at + by) for fact in story.facts]
    coverage = [replace(entry, at=entry.at + by) for entry in story.coverage]
    registry.store_reading(number, "read", "all", facts, coverage, AT + by)
    conclude(registry, number)
    registry.finish_sweep(number, SweepOutcome.COMPLETE, AT + by + timedelta(minutes=5), {})
    return number
