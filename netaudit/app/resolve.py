"""From the facts of one sweep to its endpoints. Repeatable: the result is a function of stored facts and devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.location.engine import locate
from inventory.reconcile.identity import observe

if TYPE_CHECKING:
    from inventory.model.observation import Observation
    from inventory.registry.engine import Registry


def resolve(registry: Registry, sweep_id: int) -> tuple[Observation, ...]:
    """Locate and identify every endpoint in a sweep's facts, and store the result in place of an earlier one."""
    facts = registry.facts(sweep_id)
    devices = registry.devices()
    observations = observe(facts, locate(facts, devices), devices)
    registry.replace_observations(sweep_id, observations)
    return observations
