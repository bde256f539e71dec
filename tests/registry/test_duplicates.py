"""What earlier sweeps saw at two places decides about the next one: through the database and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inventory.model.batch import Batch
from inventory.model.location import Place, Verdict
from inventory.model.sources import DUPLICATE
from netaudit.app.resolve import conclude
from tests.simulator.story import AT
from tests.unit.location.test_duplicates import HERE, THERE, X, two_switches

if TYPE_CHECKING:
    from inventory.registry.engine import Registry


@pytest.mark.parametrize("again", [True, False])
def test_two_places_twice_are_a_duplicate(registry: Registry, again: bool) -> None:  # noqa: FBT001 -- a case
    story = two_switches()
    story.learn("sw", 5, X)
    registry.apply(Batch(devices=tuple(story.devices)))
    for place in (("other", 6), ("other", 6) if again else ("other", 7)):
        sweep = registry.start_sweep({}, {}, AT)
        told = [*story.facts]
        story.learn(*place, X)
        for device in ("core", "sw", "other"):
            mine = [fact for fact in story.facts if getattr(fact, "device", None) == device]
            registry.store_reading(sweep, f"read:{device}", device, mine, (), AT)
        story.facts = told
        conclude(registry, sweep)
    newest = max(registry.find_observations(mac=X), key=lambda found: found[0])[1]
    assert newest.location.verdict is Verdict.AMBIGUOUS
    assert set(newest.location.alternatives) == ({THERE, HERE} if again else {HERE, Place("other", "GE0/0/7", 7)})
    assert (DUPLICATE in {line.source for line in newest.location.evidence}) is again
