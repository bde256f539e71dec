"""From the facts of one sweep to its endpoints. Repeatable: the result is a function of stored facts and devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.location.engine import locate
from inventory.reconcile.history import advance
from inventory.reconcile.identity import observe
from inventory.reconcile.look import look
from netaudit.app.garbage import unsearched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inventory.model.factset import FactSet
    from inventory.model.location import Place
    from inventory.model.observation import Observation
    from inventory.model.records import DeviceView, StatementView
    from inventory.model.values import Mac
    from inventory.registry.engine import Registry


def conclude(registry: Registry, sweep_id: int) -> tuple[Observation, ...]:
    """Locate and identify every endpoint in a sweep's facts, store the result, and bring the history up to date.

    Earlier sweeps that were killed and never gone on with are concluded first: what they stored happened before. A
    recording that came in after younger sweeps is no part of the history: what it tells would end what came later.
    """
    with unsearched():
        for earlier in registry.archive.left_out(sweep_id):
            if not registry.sweep(earlier).recorded:
                _conclude(registry, earlier)
        return _conclude(registry, sweep_id)


def _conclude(registry: Registry, sweep_id: int) -> tuple[Observation, ...]:
    facts = registry.facts(sweep_id)
    observations = observed(registry, sweep_id, facts)
    registry.archive.conclude(sweep_id, observations, look(sweep_id, observations, facts), advance)
    return observations


def consider(registry: Registry, sweep_id: int) -> None:
    """Store what an unfinished sweep comes to so far, unless that was done; it is no part of the history yet."""
    if not registry.archive.is_considered(sweep_id):
        registry.archive.consider(sweep_id, observed(registry, sweep_id, registry.facts(sweep_id)))


def observed(registry: Registry, sweep_id: int, facts: FactSet) -> tuple[Observation, ...]:
    """Return the endpoints in a sweep's facts; what the sweeps before saw at two places tells duplicates from moves."""
    return identified(facts, registry.devices(), registry.archive.at_two_places(sweep_id), registry.statements())


def identified(
    facts: FactSet,
    devices: Sequence[DeviceView],
    earlier: Mapping[Mac, Sequence[frozenset[Place]]],
    statements: Sequence[StatementView] = (),
) -> tuple[Observation, ...]:
    """Return the endpoints in some facts, given what the sweeps before saw at two places and what people state."""
    with unsearched():
        return observe(facts, locate(facts, devices, earlier, statements), devices)
